import { framedLength } from '../codec/trailer-frame.ts'
import { S3Error } from '../s3/errors.ts'
import {
  EMPTY_SHA256,
  isEcdsaStreaming,
  type PayloadHash,
  parsePayloadHash,
  UNSIGNED_PAYLOAD,
} from '../sigv4/payload-hash.ts'
import type { SeedSignature } from '../sigv4/seed-signature.ts'
import { checksOf, type PayloadOperation, type PayloadRequest } from './checks.ts'
import type { BodyChecks, BodyDecoder, OutgoingBody, PayloadPlan } from './payload-plan.ts'
import { contentHashMismatch } from './refusals.ts'

/** What the plan needs to know of the backend. */
export interface PayloadTraits {
  /** Whether it keeps the checksums of uploads and gives them back, so that they are worth sending. */
  readonly storesChecksums: boolean
}

/** The largest object that one request may carry, in bytes. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3

/** The hash line of a body that leaves in our own framing, its checksum as the trailer. */
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

const PLAIN: BodyDecoder = { kind: 'plain' }

/**
 * Decides how a body is read, what it is held against, and how it leaves. The framing goes by `x-amz-content-sha256`
 * alone, whatever `Content-Encoding` says. Reads nothing of the body; throws the S3Error that the headers alone deserve.
 * `seed` is undefined for an anonymous request.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function planPayload(
  request: PayloadRequest,
  operation: PayloadOperation,
  seed: SeedSignature | undefined,
  traits: PayloadTraits,
): PayloadPlan {
  const hash = seed?.payloadHash ?? anonymousHash(request)
  const decoder = decoderOf(hash, operation, seed)
  switch (operation.body) {
    case 'none':
      return planNothing(request, hash)
    case 'stream': {
      const decodedLength = uploadLength(request, hash)
      const checks = checksOf({ request, operation, hash, decodedLength })
      const outgoing = outgoingBody(checks, decodedLength, traits)
      return { body: 'stream', decodedLength, decoder, checks, outgoing }
    }
    case 'xml': {
      const decodedLength = documentLength(request)
      const checks = checksOf({ request, operation, hash, decodedLength })
      const outgoing = outgoingBody(checks, decodedLength, traits)
      return { body: 'xml', decodedLength, decoder, checks, outgoing }
    }
    case 'form':
      throw new S3Error('NotImplemented', { detail: 'a form carries its payload in its own framing' })
  }
}

/** Nobody signed an anonymous request, but what its header says of the body holds nevertheless. */
function anonymousHash(request: PayloadRequest): PayloadHash {
  const text = request.amz.get('x-amz-content-sha256')
  if (text === undefined) return { kind: 'unsigned' }
  const hash = parsePayloadHash(text)
  if (hash !== undefined) return hash
  if (isEcdsaStreaming(text)) throw new S3Error('NotImplemented', { message: 'SigV4A is not supported.' })
  const extras = [
    ['ArgumentName', 'x-amz-content-sha256'],
    ['ArgumentValue', text],
  ] as const
  throw new S3Error('InvalidArgument', { message: 'x-amz-content-sha256 is not valid.', extras })
}

function decoderOf(hash: PayloadHash, operation: PayloadOperation, seed: SeedSignature | undefined): BodyDecoder {
  if (hash.kind !== 'streaming') return PLAIN
  if (!operation.streaming) throw new S3Error('InvalidRequest', { message: 'The operation takes no chunked payload.' })
  if (!hash.signed) return { kind: 'aws-chunked', seed: undefined, trailer: hash.trailer }
  if (seed === undefined) throw new S3Error('InvalidRequest', { message: 'Signed chunks need a signed request.' })
  return { kind: 'aws-chunked', seed, trailer: hash.trailer }
}

/** Checksum headers are not looked at: the Java SDK sends that of no bytes with each GET. */
function planNothing(request: PayloadRequest, hash: PayloadHash): PayloadPlan {
  if (request.contentLength !== undefined && request.contentLength > 0) throw new S3Error('UnexpectedContent')
  const sha256 = hash.kind === 'literal' ? hash.sha256 : undefined
  if (sha256 !== undefined && sha256 !== EMPTY_SHA256) throw contentHashMismatch(sha256, EMPTY_SHA256)
  const checks: BodyChecks = { sha256, md5: undefined, checksum: undefined, trailer: undefined }
  const outgoing: OutgoingBody = { payloadHash: EMPTY_SHA256, checksum: undefined, contentLength: 0 }
  return { body: 'none', decodedLength: 0, decoder: PLAIN, checks, outgoing }
}

function uploadLength(request: PayloadRequest, hash: PayloadHash): number {
  const length = hash.kind === 'streaming' ? framedUploadLength(request) : request.contentLength
  if (length === undefined) throw new S3Error('MissingContentLength')
  if (length <= MAX_UPLOAD_BYTES) return length
  const extras = [
    ['ProposedSize', String(length)],
    ['MaxSizeAllowed', String(MAX_UPLOAD_BYTES)],
  ] as const
  throw new S3Error('EntityTooLarge', { extras })
}

/** A framed body may itself come with HTTP chunking, so Content-Length may be absent; then only its decoded length is known. */
function framedUploadLength(request: PayloadRequest): number | undefined {
  const text = request.amz.get('x-amz-decoded-content-length') ?? ''
  const length = /^\d{1,16}$/.test(text) ? Number(text) : undefined
  if (length === undefined || !Number.isSafeInteger(length)) return undefined
  if (request.contentLength !== undefined && request.contentLength < length) {
    throw new S3Error('IncompleteBody', { detail: 'Content-Length is smaller than x-amz-decoded-content-length' })
  }
  return length
}

function documentLength(request: PayloadRequest): number | undefined {
  return request.chunked ? undefined : (request.contentLength ?? 0)
}

function outgoingBody(checks: BodyChecks, decodedLength: number | undefined, traits: PayloadTraits): OutgoingBody {
  const { checksum, trailer, sha256 } = checks
  if (traits.storesChecksums && trailer !== undefined && decodedLength !== undefined) {
    const contentLength = framedLength(decodedLength, trailer)
    return { payloadHash: UNSIGNED_TRAILER, checksum: { as: 'trailer', algorithm: trailer }, contentLength }
  }
  const leaves = traits.storesChecksums && checksum !== undefined ? ({ as: 'header', ...checksum } as const) : undefined
  return { payloadHash: sha256 ?? UNSIGNED_PAYLOAD, checksum: leaves, contentLength: decodedLength }
}
