import { createHash, type Hash, hash, timingSafeEqual } from 'node:crypto'
import { formatScope } from './credential-scope.ts'
import { EMPTY_SHA256 } from './payload-hash.ts'
import type { SeedSignature } from './seed-signature.ts'
import { ALGORITHM, signatureHex } from './string-to-sign.ts'

/** What chunk signatures chain from: a request's signature, and how it was made. */
export type ChunkSeed = Omit<SeedSignature, 'payloadHash'>

/** A trailing header: name in lower case, value without the blanks around it (latin1 text). */
export type Trailer = readonly [name: string, value: string]

/**
 * The signature of a chunk, 64 lower-case hex digits: `previous` is that of the chunk before or, for the first, the
 * request's; `sha256` is the hex digest of the chunk's bytes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function chunkSignature(seed: ChunkSeed, previous: string, sha256: string): string {
  return signatureHex(seed.signingKey, `${preamble(seed, 'PAYLOAD')}\n${previous}\n${EMPTY_SHA256}\n${sha256}`)
}

/**
 * The signature of the trailers, which chains from that of the last chunk. The wire's line ends do not matter.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function trailerSignature(seed: ChunkSeed, previous: string, trailers: readonly Trailer[]): string {
  const sorted = trailers.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const lines = sorted.map(([name, value]) => `${name}:${value}\n`).join('')
  const sha256 = hash('sha256', Buffer.from(lines, 'latin1'), 'hex')
  return signatureHex(seed.signingKey, `${preamble(seed, 'TRAILER')}\n${previous}\n${sha256}`)
}

/** Checks the chain of signatures in an aws-chunked body, hashing each chunk as its bytes arrive. */
export class ChunkSignatures {
  readonly #seed: ChunkSeed
  #previous: string
  /** Of the current chunk; undefined while it is empty. */
  #hash: Hash | undefined

  constructor(seed: ChunkSeed) {
    this.#seed = seed
    this.#previous = seed.signature
  }

  /** Takes more bytes of the current chunk. */
  update(bytes: Uint8Array): void {
    this.#hash ??= createHash('sha256')
    this.#hash.update(bytes)
  }

  /** Ends the current chunk: whether that is its signature. The last chunk is ended like the others, without bytes. */
  verifyChunk(signature: string): boolean {
    const sha256 = this.#hash === undefined ? EMPTY_SHA256 : this.#hash.digest('hex')
    this.#hash = undefined
    this.#previous = chunkSignature(this.#seed, this.#previous, sha256)
    return sameText(this.#previous, signature)
  }

  /** Whether that is the signature of the trailers. To be asked after the last chunk. */
  verifyTrailers(trailers: readonly Trailer[], signature: string): boolean {
    return sameText(trailerSignature(this.#seed, this.#previous, trailers), signature)
  }
}

/** The lines of the string to sign that are the same for all chunks. */
function preamble(seed: ChunkSeed, what: 'PAYLOAD' | 'TRAILER'): string {
  return `${ALGORITHM}-${what}\n${seed.timestamp}\n${formatScope(seed.scope)}`
}

/** Takes as long whatever the texts have in common. */
function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected, 'latin1'), Buffer.from(given, 'latin1')]
  return a.length === b.length && timingSafeEqual(a, b)
}
