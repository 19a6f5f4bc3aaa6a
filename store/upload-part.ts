import type { ChecksumAlgorithm } from '../src/codec/checksum.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { MAX_PUT_BYTES, tooLarge } from './body-claims.ts'
import { type ByteRange, parseCopyRange } from './byte-range.ts'
import { bucketName, type Call, commit, findUpload, uploadScope } from './call.ts'
import { copyResult, digestRange, findCopySource } from './copy-object.ts'
import { uploadHeaders, wholeChecksum } from './put-object.ts'
import { type ReceivedBody, receiveObject } from './receive-body.ts'
import type { PartRecord, Piece, UploadRecord } from './records.ts'
import { discardUnless, storeContent } from './store-content.ts'

/** UploadPart. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(call: Call): Promise<Answer> {
  const number = partNumber(call.request)
  const { record } = findUpload(call)
  const headers = await storeContent(
    call,
    async (writer) => {
      const body = await receiveObject(call, (bytes) => writer.write(bytes), expectedChecksum(record))
      refuseOtherChecksum(record, body)
      return body
    },
    async (pieces, received) => {
      const { size, md5, checksum } = received
      const modifiedMs = call.now.getTime()
      await commitPart(call, { number, size, etag: md5, modifiedMs, pieces, checksum: wholeChecksum(checksum) })
      return uploadHeaders(received)
    },
  )
  return emptyAnswer(200, headers)
}

/** UploadPartCopy: a part out of an existing object. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function uploadPartCopy(call: Call): Promise<Answer> {
  const { request, engine } = call
  const number = partNumber(request)
  const { record } = findUpload(call)
  const { object, headers } = findCopySource(call)
  const header = request.amz.get('x-amz-copy-source-range')
  const range = header === undefined ? { start: 0, end: object.size } : parseCopyRange(header, object.size)
  const size = range.end - range.start
  if (size > MAX_PUT_BYTES) throw tooLarge(size)
  const release = engine.files.pin(object.pieces)
  try {
    const digests = await digestRange(call, object, range, record.checksum?.algorithm)
    const pieces = await engine.files.duplicate(cutPieces(object.pieces, range))
    const part: PartRecord = { number, size, ...digests, modifiedMs: call.now.getTime(), pieces }
    await discardUnless(call, pieces, () => commitPart(call, part))
    return xmlAnswer(copyResult('CopyPartResult', part), headers)
  } finally {
    release()
  }
}

function commitPart(call: Call, part: PartRecord): Promise<void> {
  return commit(call, uploadScope(call), () => {
    const { key, record } = findUpload(call)
    return [{ op: 'part-put', bucket: bucketName(call), key, uploadId: record.id, part }]
  })
}

function partNumber(request: S3Request): number {
  const text = request.param('partNumber') ?? ''
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= 10_000) return number
  throw new S3Error('InvalidArgument', {
    message: 'Part number must be an integer between 1 and 10000, inclusive',
    extras: [
      ['ArgumentName', 'partNumber'],
      ['ArgumentValue', text],
    ],
  })
}

/** For a checksum over all bytes the store computes what the client leaves out. */
function expectedChecksum({ checksum }: UploadRecord): ChecksumAlgorithm | undefined {
  return checksum?.type === 'FULL_OBJECT' ? checksum.algorithm : undefined
}

function refuseOtherChecksum({ checksum }: UploadRecord, received: ReceivedBody): void {
  if (checksum === undefined || received.checksum?.algorithm === checksum.algorithm) return
  throw new S3Error('InvalidRequest', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm}, actual checksum Type: ${received.checksum?.algorithm ?? 'null'}`,
  })
}

/** The same bytes as the range of the pieces taken as one. */
function cutPieces(pieces: readonly Piece[], range: ByteRange): Piece[] {
  const cut: Piece[] = []
  let pieceStart = 0
  for (const piece of pieces) {
    const from = Math.max(range.start - pieceStart, 0)
    const to = Math.min(range.end - pieceStart, piece.length)
    pieceStart += piece.length
    if (from >= to) continue
    if ('file' in piece) cut.push({ file: piece.file, offset: piece.offset + from, length: to - from })
    else
      cut.push({ inline: Buffer.from(piece.inline, 'base64').subarray(from, to).toString('base64'), length: to - from })
  }
  return cut
}
