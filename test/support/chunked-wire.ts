import { createHash } from 'node:crypto'
import { chunkSignature, type Trailer, trailerSignature } from '../../src/sigv4/chunk-signatures.ts'
import { SigningKeys } from '../../src/sigv4/credential-scope.ts'
import type { PayloadHash } from '../../src/sigv4/payload-hash.ts'
import type { SeedSignature } from '../../src/sigv4/seed-signature.ts'

const SCOPE = { date: '20261126', region: 'eu-test-1', service: 's3' }
const SIGNING_KEY = new SigningKeys(1).derive('a secret for tests', SCOPE)

/** A verified request signature, made up, for a body of that form. */
export function seedFor(payloadHash: PayloadHash): SeedSignature {
  return {
    signature: 'f0'.repeat(32),
    timestamp: '20261126T090000Z',
    scope: SCOPE,
    signingKey: SIGNING_KEY,
    payloadHash,
  }
}

/** The seed of a body with signed chunks. */
export const signedSeed = (trailer: 'trailer' | 'no trailer'): SeedSignature =>
  seedFor({ kind: 'streaming', signed: true, trailer: trailer === 'trailer' })

/** The seed of a request whose chunks carry no signatures. */
export const unsignedSeed = (): SeedSignature => seedFor({ kind: 'streaming', signed: false, trailer: true })

/** One signed chunk as it goes over the wire; its signature is at hand for the next one. */
export interface SignedChunk {
  readonly wire: Buffer
  readonly signature: string
}

/** Signs one chunk after another; the last one has to be empty. */
export function signedChunks(seed: SeedSignature, data: readonly Buffer[]): SignedChunk[] {
  let previous = seed.signature
  return data.map((bytes) => {
    previous = chunkSignature(seed, previous, createHash('sha256').update(bytes).digest('hex'))
    const head = `${bytes.length.toString(16)};chunk-signature=${previous}\r\n`
    const wire = Buffer.concat([Buffer.from(head), bytes, Buffer.from(bytes.length === 0 ? '' : '\r\n')])
    return { wire, signature: previous }
  })
}

/** A whole body of signed chunks; `trailers` undefined where the payload mode has none. */
export function signedWire(seed: SeedSignature, data: readonly Buffer[], trailers?: readonly Trailer[]): Buffer {
  const chunks = signedChunks(seed, [...data, Buffer.alloc(0)])
  const body = Buffer.concat(chunks.map(({ wire }) => wire))
  if (trailers === undefined) return Buffer.concat([body, Buffer.from('\r\n')])
  const signature = trailerSignature(seed, chunks.at(-1)?.signature ?? '', trailers)
  const lines = [...trailers, ['x-amz-trailer-signature', signature] as const]
  return Buffer.concat([body, Buffer.from(`${linesOf(lines)}\r\n`)])
}

/** A whole body of unsigned chunks. */
export function unsignedWire(data: readonly Buffer[], trailers: readonly Trailer[]): Buffer {
  const chunks = data.flatMap((bytes) => [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
  return Buffer.concat([...chunks, Buffer.from(`0\r\n${linesOf(trailers)}\r\n`)])
}

const linesOf = (trailers: readonly Trailer[]): string =>
  trailers.map(([name, value]) => `${name}:${value}\r\n`).join('')

/** The bytes as a source in pieces of that size. */
export async function* inPieces(bytes: Buffer, size = bytes.length): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
