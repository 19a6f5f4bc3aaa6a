import { checksumHeader, parseChecksumValue } from '../src/codec/checksum.ts'
import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { type CompletedPart, parseComplete, withoutChecksums } from '../src/s3/bodies/complete-multipart.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { element, xmlDocument } from '../src/s3/xml.ts'
import { uriEncodePath } from '../src/sigv4/uri-encode.ts'
import { type Answer, quoted, xmlAnswer } from './answer.ts'
import type { FinishedUpload, OpenUpload } from './bucket.ts'
import { bucketName, type Call, commit, findBucket, findUpload, objectKey, objectScope, uploadScope } from './call.ts'
import { checksumElementName, checksumElements } from './checksum-elements.ts'
import { checkWriteConditions, matchesEtag } from './conditions.ts'
import { newVersion, versionHeaders } from './new-version.ts'
import { MAX_COMPLETE_BYTES, receiveDocument } from './receive-body.ts'
import type { ObjectRecord, PartRecord, StoredChecksum } from './records.ts'
import { completedChecksum, multipartEtag } from './upload-checksum.ts'

/** Every part but the last must have this size at least. */
const MIN_PART_BYTES = 5 * 1024 * 1024

/**
 * CompleteMultipartUpload: the object is the parts' pieces in order, no byte is moved.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeMultipartUpload(call: Call): Promise<Answer> {
  if (finishedUpload(call) === undefined) findUpload(call)
  const complete = acceptedBody(parseComplete(await receiveDocument(call, MAX_COMPLETE_BYTES)))
  const { parts: listed } = call.quirks.has('ignores-checksums') ? withoutChecksums(complete) : complete
  const finished = finishedUpload(call)
  if (finished !== undefined) return answerAgain(call, finished, listed)
  const [bucket, key] = [bucketName(call), objectKey(call)]
  const tokens = [...(uploadScope(call).tokens ?? []), ...(objectScope(call).tokens ?? [])]
  let object: ObjectRecord | undefined
  await commit(call, { bucket, tokens }, () => {
    const place = findBucket(call)
    const upload = findUpload(call)
    checkWriteConditions(call.request, place.objects.get(key))
    object = newVersion(call, place, assemble(call.request, upload, listed, call.now))
    return [{ op: 'upload-complete', bucket, key, uploadId: upload.record.id, object }]
  })
  if (object === undefined) throw new Error('the change was made without being decided')
  return result(call, object)
}

/** A client that did not get the answer asks again. */
function finishedUpload(call: Call): FinishedUpload | undefined {
  const finished = findBucket(call).finished.get(call.request.param('uploadId') ?? '')
  return finished?.key === objectKey(call) ? finished : undefined
}

function answerAgain(call: Call, { object }: FinishedUpload, listed: readonly CompletedPart[]): Answer {
  const parts = listed.map(({ etag }) => ({ etag: etag.replaceAll('"', '').trim() }))
  if (multipartEtag(parts) !== object.etag)
    throw new S3Error('NoSuchUpload', { extras: [['UploadId', call.request.param('uploadId') ?? '']] })
  return result(call, object)
}

function result(call: Call, object: FinishedUpload['object']): Answer {
  const [bucket, key] = [bucketName(call), objectKey(call)]
  return xmlAnswer(
    xmlDocument(
      'CompleteMultipartUploadResult',
      element('Location', `http://${call.request.host}/${bucket}/${uriEncodePath(key)}`),
      element('Bucket', bucket),
      element('Key', key),
      element('ETag', quoted(object.etag)),
      ...checksumElements(object.checksum),
    ),
    versionHeaders(findBucket(call), object),
  )
}

function assemble(request: S3Request, upload: OpenUpload, listed: readonly CompletedPart[], now: Date): ObjectRecord {
  const parts = listed.map((part) => matchingPart(upload, part))
  refuseSmallParts(parts)
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  const checksum = completedChecksum(upload.record, parts)
  verifyClaims(request, size, checksum)
  return {
    ...upload.record.attributes,
    size,
    etag: multipartEtag(parts),
    modifiedMs: now.getTime(),
    pieces: parts.flatMap((part) => part.pieces),
    checksum,
    parts: parts.map((part) => ({ number: part.number, size: part.size, checksum: checksum && part.checksum?.value })),
  }
}

function matchingPart(upload: OpenUpload, listed: CompletedPart): PartRecord {
  const part = upload.parts.get(listed.partNumber)
  const isSame = part !== undefined && listed.etag.trim() !== '*' && matchesEtag(listed.etag, part.etag)
  if (!isSame || !sameChecksums(part, listed)) {
    throw new S3Error('InvalidPart', {
      extras: [
        ['UploadId', upload.record.id],
        ['PartNumber', String(listed.partNumber)],
        ['ETag', listed.etag],
      ],
    })
  }
  return part
}

function sameChecksums(part: PartRecord, listed: CompletedPart): boolean {
  return listed.checksums.every(
    ([name, value]) =>
      part.checksum !== undefined &&
      name === checksumElementName(part.checksum.algorithm) &&
      value === part.checksum.value,
  )
}

function refuseSmallParts(parts: readonly PartRecord[]): void {
  for (const part of parts.slice(0, -1)) {
    if (part.size >= MIN_PART_BYTES) continue
    throw new S3Error('EntityTooSmall', {
      message: 'Your proposed upload is smaller than the minimum allowed size',
      extras: [
        ['ProposedSize', String(part.size)],
        ['MinSizeAllowed', String(MIN_PART_BYTES)],
        ['PartNumber', String(part.number)],
        ['ETag', part.etag],
      ],
    })
  }
}

/** What the request says of the finished object must hold. */
function verifyClaims(request: S3Request, size: number, checksum: StoredChecksum | undefined): void {
  const claimedSize = request.amz.get('x-amz-mp-object-size')
  if (claimedSize !== undefined && claimedSize !== String(size)) {
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${claimedSize} does not match what was computed: ${size}`,
    })
  }
  const type = request.amz.get('x-amz-checksum-type')?.toUpperCase()
  if (checksum === undefined) return
  if (type !== undefined && type !== checksum.type) {
    throw new S3Error('InvalidRequest', { message: `The upload was created using the ${checksum.type} checksum type.` })
  }
  const claimed = request.amz.get(checksumHeader(checksum.algorithm))
  if (claimed === undefined) return
  const value = parseChecksumValue(checksum.algorithm, claimed)
  if (value === undefined)
    throw new S3Error('InvalidRequest', {
      message: `Value for ${checksumHeader(checksum.algorithm)} header is invalid.`,
    })
  // minio-go leaves the number of parts out.
  if (![checksum.value, checksum.value.split('-')[0]].includes(claimed)) throw new S3Error('BadDigest')
}
