import type { HeaderPair } from '../http/headers.ts'
import { BodyDigests } from '../payload/digests.ts'
import type { BodyChecks, KnownChecksum } from '../payload/payload-plan.ts'
import type { Authorized } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'
import { operationNamed } from '../s3/operations.ts'
import type { SizeBounds } from '../s3/post-policy-match.ts'
import { UNSIGNED_PAYLOAD } from '../sigv4/payload-hash.ts'
import { contentEncoding, forwardedHeaders } from '../upstream/forwarded.ts'
import { BACKEND_PROFILES } from '../upstream/profiles.ts'
import { askBackend, wholeBody } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'
import { etagOf, MultipartUpload, type StoredObject } from './multipart-upload.ts'

/** What is sent in one piece, and how large the pieces are of what is not. S3's smallest part. */
export const PART_BYTES = 5 * 1024 * 1024

const MAX_DOCUMENT_BYTES = 64 * 1024

/** A file on its way in, whose size is known only at its end. */
export interface IncomingFile {
  readonly content: AsyncIterable<Buffer>
  readonly bounds: SizeBounds
  readonly checks: BodyChecks
  /** How much of it is held at a time: {@link PART_BYTES}, or less for a file that is certainly smaller. */
  readonly heldBytes: number
}

/** What became of it. */
export interface StoredFile extends StoredObject {
  /** The client's checksum once verified, to be echoed. */
  readonly checksum: KnownChecksum | undefined
}

/**
 * Stores a file whose size is unknown: by PutObject when it fits into one part, else by an upload in parts, which is
 * aborted whatever fails. Nothing becomes an object before the whole file has come and was verified.
 * @throws S3Error EntityTooLarge as soon as it is, EntityTooSmall, BadDigest; what the file throws; the backend's error
 */
export async function storeFile(call: Call, authorized: Authorized, file: IncomingFile): Promise<StoredFile> {
  const { bounds } = file
  const held = Buffer.allocUnsafeSlow(file.heldBytes)
  const digests = new BodyDigests(file.checks)
  const upload = new MultipartUpload(call, authorized)
  let size = 0
  let heldSize = 0
  try {
    for await (const slice of file.content) {
      size += slice.length
      if (size > bounds.max) throw tooLarge(size, bounds)
      digests.update(slice)
      for (let taken = 0; taken < slice.length; ) {
        if (heldSize === held.length) {
          await upload.send(held)
          heldSize = 0
        }
        const copied = slice.copy(held, heldSize, taken)
        heldSize += copied
        taken += copied
      }
    }
    if (size < bounds.min) throw tooSmall(size, bounds)
    const checksum = digests.verify(undefined)
    const rest = held.subarray(0, heldSize)
    if (!upload.isBegun) return { ...(await putObject(call, authorized, file, rest)), checksum }
    await upload.send(rest)
    return { ...(await upload.complete()), checksum }
  } catch (error) {
    throw await upload.abortedFor(error)
  }
}

async function putObject(
  call: Call,
  authorized: Authorized,
  { checks }: IncomingFile,
  content: Buffer,
): Promise<StoredObject> {
  const { request, services } = call
  const profile = BACKEND_PROFILES[services.backend.profile]
  const headers: HeaderPair[] = forwardedHeaders(request, operationNamed('PutObject'), profile)
  const encoding = contentEncoding(request)
  if (encoding !== undefined) headers.push(['content-encoding', encoding])
  if (checks.md5 !== undefined) headers.push(['content-md5', checks.md5])
  if (checks.checksum !== undefined && profile.storesChecksums) {
    headers.push([`x-amz-checksum-${checks.checksum.algorithm}`, checks.checksum.base64])
  }
  const { bucket, key } = request.address
  const body = { content, length: content.length, hash: UNSIGNED_PAYLOAD }
  const response = await askBackend(call, authorized, { method: 'PUT', bucket, key, query: [], headers, body })
  await passIfSuccess(call, response)
  await wholeBody(response, MAX_DOCUMENT_BYTES)
  return { etag: etagOf(response), response }
}

function tooLarge(size: number, { max }: SizeBounds): S3Error {
  return new S3Error('EntityTooLarge', {
    extras: [
      ['ProposedSize', String(size)],
      ['MaxSizeAllowed', String(max)],
    ],
  })
}

function tooSmall(size: number, { min }: SizeBounds): S3Error {
  return new S3Error('EntityTooSmall', {
    extras: [
      ['ProposedSize', String(size)],
      ['MinSizeAllowed', String(min)],
    ],
  })
}
