import {
  type ChecksumAlgorithm,
  checksumHeader,
  checksumOf,
  isChecksumAlgorithm,
  isDigestText,
  parseChecksumValue,
} from '../codec/checksum.ts'
import { S3Error } from '../s3/errors.ts'
import type { S3Operation } from '../s3/operation.ts'
import type { S3Request } from '../s3/request.ts'
import type { PayloadHash } from '../sigv4/payload-hash.ts'
import type { BodyChecks, KnownChecksum } from './payload-plan.ts'

/** What of a request says how its body is to be read. */
export type PayloadRequest = Pick<S3Request, 'amz' | 'headers' | 'contentLength' | 'chunked'>

/** What of an operation says what its body may be. */
export type PayloadOperation = Pick<S3Operation, 'name' | 'body' | 'streaming' | 'needsIntegrity'>

/** The body of an operation that takes one: what claims to cover it, and how long it is, if that is known. */
export interface ClaimedBody {
  readonly request: PayloadRequest
  readonly operation: PayloadOperation
  readonly hash: PayloadHash
  readonly decodedLength: number | undefined
}

const CHECKSUM_PREFIX = 'x-amz-checksum-'

/** Headers of that prefix that carry no checksum. */
const NOT_CHECKSUMS: ReadonlySet<string> = new Set(['algorithm', 'mode', 'type'])

const NO_CHECKS: BodyChecks = { sha256: undefined, md5: undefined, checksum: undefined, trailer: undefined }

/**
 * Collects what the client claims about its body. Throws InvalidDigest, InvalidRequest or MalformedTrailerError when a
 * claim cannot be read or claims contradict each other.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function checksOf(body: ClaimedBody): BodyChecks {
  const { request, operation, hash } = body
  const sha256 = hash.kind === 'literal' ? hash.sha256 : undefined
  const md5 = contentMd5(request)
  // There the checksum headers speak of the object that the parts make, not of this body.
  if (operation.name === 'CompleteMultipartUpload') return { ...NO_CHECKS, sha256, md5 }
  const claimed = headerChecksum(request)
  const dropped = claimed !== undefined && isPresignedWithoutBody(claimed, body)
  const checksum = dropped ? undefined : claimed
  const trailer = declaredTrailer(request, hash)
  if (checksum !== undefined && trailer !== undefined) throw invalid('A checksum is either a header or a trailer.')
  if (!dropped) checkSdkAlgorithm(request, checksum?.algorithm ?? trailer)
  const checks = { sha256, md5, checksum, trailer }
  // Of no body there is nothing to protect: an ACL may stand in the headers of a presigned URL alone.
  if (operation.needsIntegrity && body.decodedLength !== 0) refuseUnprotected(hash, checks)
  return checks
}

/** A hash that was signed is protection enough. */
function refuseUnprotected(hash: PayloadHash, { md5, checksum }: BodyChecks): void {
  if (hash.kind !== 'unsigned' || md5 !== undefined || checksum !== undefined) return
  throw invalid('The request needs a Content-MD5 or x-amz-checksum header.')
}

function contentMd5(request: PayloadRequest): string | undefined {
  const text = request.headers.get('content-md5')
  if (text !== undefined && !isDigestText('md5', text)) throw new S3Error('InvalidDigest')
  return text
}

function headerChecksum(request: PayloadRequest): KnownChecksum | undefined {
  const found: KnownChecksum[] = []
  for (const [header, text] of request.amz) {
    if (!header.startsWith(CHECKSUM_PREFIX)) continue
    const name = header.slice(CHECKSUM_PREFIX.length)
    if (!NOT_CHECKSUMS.has(name)) found.push({ algorithm: knownAlgorithm(name), base64: text })
  }
  const [checksum, second] = found
  if (second !== undefined) throw invalid('There may be only one x-amz-checksum header.')
  // A composite value belongs to a whole multipart upload: no single body has one.
  if (checksum !== undefined && parseChecksumValue(checksum.algorithm, checksum.base64)?.kind !== 'whole') {
    throw invalid(`The value of ${checksumHeader(checksum.algorithm)} is not valid.`)
  }
  return checksum
}

function knownAlgorithm(name: string): ChecksumAlgorithm {
  if (isChecksumAlgorithm(name)) return name
  throw invalid('The checksum algorithm is not supported.', name)
}

/**
 * The JavaScript SDK signs the checksum of no bytes into the URLs that it presigns for an upload. Such a URL is used with
 * a body, of which that checksum says nothing.
 */
function isPresignedWithoutBody(checksum: KnownChecksum, { request, decodedLength }: ClaimedBody): boolean {
  const hoisted = !request.headers.has(checksumHeader(checksum.algorithm))
  return hoisted && decodedLength !== 0 && checksum.base64 === checksumOf(checksum.algorithm, new Uint8Array())
}

function declaredTrailer(request: PayloadRequest, hash: PayloadHash): ChecksumAlgorithm | undefined {
  const text = request.amz.get('x-amz-trailer')
  if (text === undefined) return undefined
  const header = text.trim().toLowerCase()
  const name = header.startsWith(CHECKSUM_PREFIX) ? header.slice(CHECKSUM_PREFIX.length) : ''
  if (!isChecksumAlgorithm(name)) throw invalid('The value of x-amz-trailer is not supported.', text)
  if (hash.kind === 'streaming' && hash.trailer) return name
  throw new S3Error('MalformedTrailerError', { detail: 'a trailer is declared that this framing cannot carry' })
}

function checkSdkAlgorithm(request: PayloadRequest, algorithm: ChecksumAlgorithm | undefined): void {
  const named = request.amz.get('x-amz-sdk-checksum-algorithm')
  if (named === undefined || named.toLowerCase() === algorithm) return
  throw invalid('x-amz-sdk-checksum-algorithm does not fit the checksum of the request.')
}

function invalid(message: string, detail?: string): S3Error {
  return new S3Error('InvalidRequest', detail === undefined ? { message } : { message, detail })
}
