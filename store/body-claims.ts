import {
  type ChecksumAlgorithm,
  checksumOf,
  isChecksumAlgorithm,
  isDigestText,
  parseChecksumValue,
  UNSUPPORTED_CHECKSUMS,
} from '../src/codec/checksum.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'

/** The largest object that one request can put: 5 GiB. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3

const PREFIX = 'x-amz-checksum-'
/** These begin like a checksum and say something else. */
const NOT_A_VALUE: ReadonlySet<string> = new Set([
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
])

/** A checksum that is to be verified. */
export interface ClaimedChecksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; undefined when it comes in the trailer. */
  readonly value: string | undefined
}

/** What a request says its body must be. */
export interface BodyClaims {
  /** Bytes of the object; undefined for a document of unknown length. */
  readonly length: number | undefined
  /** Base64. */
  readonly md5: string | undefined
  readonly checksum: ClaimedChecksum | undefined
}

/**
 * Reads length, Content-MD5 and checksum of a body, headers and trailer announcement alike.
 * @throws S3Error MissingContentLength, EntityTooLarge, InvalidDigest, InvalidRequest
 */
export function readBodyClaims(request: S3Request, isStreaming: (request: S3Request) => boolean): BodyClaims {
  const length = isStreaming(request) ? decodedLength(request) : request.contentLength
  if (length !== undefined && length > MAX_PUT_BYTES) throw tooLarge(length)
  return { length, md5: contentMd5(request), checksum: claimedChecksum(request, length) }
}

/** 400: more than {@link MAX_PUT_BYTES}. */
export function tooLarge(bytes: number): S3Error {
  return new S3Error('EntityTooLarge', {
    extras: [
      ['ProposedSize', String(bytes)],
      ['MaxSizeAllowed', String(MAX_PUT_BYTES)],
    ],
  })
}

function decodedLength(request: S3Request): number {
  const text = request.amz.get('x-amz-decoded-content-length') ?? ''
  if (!/^\d{1,15}$/.test(text)) throw new S3Error('MissingContentLength')
  return Number(text)
}

function contentMd5(request: S3Request): string | undefined {
  const value = request.headers.get('content-md5')?.trim()
  if (value !== undefined && !isDigestText('md5', value)) throw new S3Error('InvalidDigest')
  return value
}

function claimedChecksum(request: S3Request, length: number | undefined): ClaimedChecksum | undefined {
  // There the headers speak of the object that the parts make, not of this body.
  if ('operation' in request.resolved && request.resolved.operation.name === 'CompleteMultipartUpload') return undefined
  const claims = [...headerChecksums(request, length), ...trailerChecksum(request)]
  const [claim, another] = claims
  if (another !== undefined)
    throw new S3Error('InvalidRequest', { message: 'Expecting a single x-amz-checksum- header' })
  const named = request.amz.get('x-amz-sdk-checksum-algorithm')?.toLowerCase()
  if (claim !== undefined && named !== undefined && named !== claim.algorithm) {
    throw new S3Error('InvalidRequest', { message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.' })
  }
  return claim
}

function* headerChecksums(request: S3Request, length: number | undefined): Generator<ClaimedChecksum> {
  for (const [name, text] of request.amz) {
    if (!name.startsWith(PREFIX) || NOT_A_VALUE.has(name)) continue
    const algorithm = algorithmOf(name)
    const value = parseChecksumValue(algorithm, text)
    if (value?.kind !== 'whole')
      throw new S3Error('InvalidRequest', { message: `Value for ${name} header is invalid.` })
    if (!isPlaceholder(request, { name, algorithm, value: text }, length)) yield { algorithm, value: text }
  }
}

/** The JavaScript SDK bakes the checksum of nothing into presigned URLs, whatever is uploaded later. */
function isPlaceholder(
  request: S3Request,
  claim: { name: string; algorithm: ChecksumAlgorithm; value: string },
  length: number | undefined,
): boolean {
  if (request.headers.has(claim.name) || length === 0) return false
  return claim.value === checksumOf(claim.algorithm, Buffer.alloc(0))
}

function* trailerChecksum(request: S3Request): Generator<ClaimedChecksum> {
  const name = request.amz.get('x-amz-trailer')?.trim().toLowerCase()
  if (name === undefined || name === '') return
  if (!name.startsWith(PREFIX))
    throw new S3Error('InvalidRequest', { message: 'The value specified in the x-amz-trailer header is not supported' })
  yield { algorithm: algorithmOf(name), value: undefined }
}

function algorithmOf(name: string): ChecksumAlgorithm {
  const algorithm = name.slice(PREFIX.length)
  if (isChecksumAlgorithm(algorithm)) return algorithm
  const known = UNSUPPORTED_CHECKSUMS.has(algorithm) ? 'not supported here' : 'not known'
  throw new S3Error('InvalidRequest', { message: `The checksum algorithm of ${name} is ${known}.` })
}
