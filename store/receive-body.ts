import { createHash, type Hash } from 'node:crypto'
import { type Checksum, type ChecksumAlgorithm, checksumHeader, createChecksum } from '../src/codec/checksum.ts'
import { S3Error } from '../src/s3/errors.ts'
import { type BodyClaims, MAX_PUT_BYTES, readBodyClaims, tooLarge } from './body-claims.ts'
import type { Call } from './call.ts'
import { type Trailers, unchunked } from './plain-bytes.ts'

const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024
/** A CompleteMultipartUpload of 10,000 parts with long checksums. */
export const MAX_COMPLETE_BYTES = 8 * 1024 * 1024

/** What a body turned out to be, all that was claimed of it verified. */
export interface ReceivedBody {
  readonly size: number
  /** Hex. */
  readonly md5: string
  /** The checksum that the client gave, or the one that was to be computed. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined
}

/** Takes the body's bytes, before it is known whether they are right. */
export type Sink = (bytes: Buffer) => Promise<void> | void

/**
 * Receives object data: passes the plain bytes on as they come and verifies signatures, digests and length.
 * @param fallback the checksum to compute where the client gives none
 * @throws S3Error when anything does not match; what the sink got is then worthless. MissingContentLength when the client
 * does not say how much will come.
 */
export async function receiveObject(call: Call, sink: Sink, fallback?: ChecksumAlgorithm): Promise<ReceivedBody> {
  const claims = readBodyClaims(call.request, () => isStreaming(call))
  if (claims.length === undefined) throw new S3Error('MissingContentLength')
  return await receive(call, { ...claims, fallback }, sink)
}

/**
 * Receives a document such as a Delete request whole.
 * @throws S3Error as {@link receiveObject}; MaxMessageLengthExceeded beyond `maxBytes`; InvalidRequest when the operation needs
 * a digest and the body has neither that nor a signed hash.
 */
export async function receiveDocument(call: Call, maxBytes = MAX_DOCUMENT_BYTES): Promise<Buffer> {
  const claims = readBodyClaims(call.request, () => false)
  requireIntegrity(call, claims)
  const pieces: Buffer[] = []
  let size = 0
  await receive(call, claims, (bytes) => {
    size += bytes.length
    if (size > maxBytes) throw new S3Error('MaxMessageLengthExceeded')
    pieces.push(bytes)
  })
  return Buffer.concat(pieces)
}

function isStreaming(call: Call): boolean {
  return call.seed.payloadHash.kind === 'streaming'
}

function requireIntegrity({ request, seed, quirks }: Call, claims: BodyClaims): void {
  if (quirks.has('ignores-checksums')) return
  const needed = 'operation' in request.resolved && request.resolved.operation.needsIntegrity
  if (!needed || seed.payloadHash.kind !== 'unsigned' || claims.md5 !== undefined || claims.checksum !== undefined)
    return
  throw new S3Error('InvalidRequest', {
    message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
  })
}

/** The digests of one body. */
interface Digests {
  readonly md5: Hash
  readonly sha256: Hash | undefined
  readonly checksum: Checksum | undefined
}

type Expected = BodyClaims & { readonly fallback?: ChecksumAlgorithm | undefined }

async function receive(call: Call, claims: Expected, sink: Sink): Promise<ReceivedBody> {
  const algorithm = claims.checksum?.algorithm ?? claims.fallback
  const digests: Digests = {
    md5: createHash('md5'),
    sha256: call.seed.payloadHash.kind === 'literal' ? createHash('sha256') : undefined,
    checksum: algorithm && createChecksum(algorithm),
  }
  const trailers: Trailers = new Map()
  const size = await passOn(plainBytes(call, claims, trailers), digests, sink)
  if (claims.length !== undefined && size !== claims.length) throw new S3Error('IncompleteBody')
  verifySha256(call, digests)
  const md5 = verifyMd5(claims, digests)
  if (!call.quirks.has('ignores-checksums')) refuseOtherTrailers(claims, trailers)
  const value = digests.checksum?.digest()
  if (algorithm === undefined || value === undefined) return { size, md5, checksum: undefined }
  verifyChecksum(claims, value, trailers)
  return { size, md5, checksum: { algorithm, value } }
}

/** Digests all bytes and hands them to the sink; gives their number. */
async function passOn(source: AsyncIterable<Buffer>, digests: Digests, sink: Sink): Promise<number> {
  let size = 0
  for await (const bytes of source) {
    size += bytes.length
    if (size > MAX_PUT_BYTES) throw tooLarge(size)
    digests.md5.update(bytes)
    digests.sha256?.update(bytes)
    digests.checksum?.update(bytes)
    await sink(bytes)
  }
  return size
}

async function* plainBytes(call: Call, claims: BodyClaims, trailers: Trailers): AsyncGenerator<Buffer, void> {
  call.sendContinue()
  // Leaving the loop early must not cut the connection: the client is still to be told why.
  const source = call.incoming.iterator({ destroyOnReturn: false })
  try {
    if (isStreaming(call)) yield* unchunked(source, call.seed, claims.length ?? 0, trailers)
    else yield* source
  } catch (error) {
    if (error instanceof S3Error) throw error
    throw new S3Error('IncompleteBody', { cause: error })
  }
}

function verifySha256({ seed }: Call, { sha256 }: Digests): void {
  if (seed.payloadHash.kind !== 'literal' || sha256 === undefined) return
  const computed = sha256.digest('hex')
  if (computed === seed.payloadHash.sha256) return
  throw new S3Error('XAmzContentSHA256Mismatch', {
    extras: [
      ['ClientComputedContentSHA256', seed.payloadHash.sha256],
      ['S3ComputedContentSHA256', computed],
    ],
  })
}

function verifyMd5(claims: BodyClaims, { md5 }: Digests): string {
  const computed = md5.digest()
  const base64 = computed.toString('base64')
  if (claims.md5 !== undefined && claims.md5 !== base64) {
    throw new S3Error('BadDigest', {
      extras: [
        ['ExpectedDigest', claims.md5],
        ['CalculatedDigest', base64],
      ],
    })
  }
  return computed.toString('hex')
}

function verifyChecksum(claims: BodyClaims, value: string, trailers: Trailers): void {
  if (claims.checksum === undefined) return
  const { algorithm } = claims.checksum
  const expected = claims.checksum.value ?? trailers.get(checksumHeader(algorithm))
  if (expected === undefined) throw new S3Error('MalformedTrailerError')
  if (value === expected) return
  throw new S3Error('BadDigest', {
    message: `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
  })
}

function refuseOtherTrailers(claims: BodyClaims, trailers: Trailers): void {
  const { checksum } = claims
  const announced =
    checksum !== undefined && checksum.value === undefined ? checksumHeader(checksum.algorithm) : undefined
  for (const name of trailers.keys()) if (name !== announced) throw new S3Error('MalformedTrailerError')
}
