import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type ChunkSeed, ChunkSignatures, chunkSignature, trailerSignature } from './chunk-signatures.ts'
import { SigningKeys } from './credential-scope.ts'
import { EMPTY_SHA256 } from './payload-hash.ts'

/** The example of AWS's documentation: 65536 and 1024 times the letter a, with its published key pair. */
const SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' }
const seedOf = (signature: string): ChunkSeed => ({
  signature,
  timestamp: '20130524T000000Z',
  scope: SCOPE,
  signingKey: new SigningKeys(1).derive('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', SCOPE),
})
const CHUNKS = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a'), Buffer.alloc(0)] as const
const PLAIN = {
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunks: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
}
const WITH_TRAILER = {
  seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  chunks: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  trailer: 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
}
const TRAILERS = [['x-amz-checksum-crc32c', 'sOO8/Q==']] as const

/** Feeds chunks of which each is cut in two; says for each whether its signature held. */
function verify(signatures: ChunkSignatures, chunks: readonly Buffer[], claimed: readonly string[]): boolean[] {
  return chunks.map((chunk, index) => {
    if (chunk.length > 0) {
      signatures.update(chunk.subarray(0, 1000))
      signatures.update(chunk.subarray(1000))
    }
    return signatures.verifyChunk(claimed[index] ?? '')
  })
}

test.each([
  ['a body without trailer', PLAIN],
  ['a body with trailer', WITH_TRAILER],
])('the chunk signatures of AWS’s example hold for %s', (_, { seed, chunks }) => {
  expect(verify(new ChunkSignatures(seedOf(seed)), CHUNKS, chunks)).toEqual([true, true, true])
})

test('the trailer signature of AWS’s example holds after the last chunk, and for no other trailer', () => {
  const signatures = new ChunkSignatures(seedOf(WITH_TRAILER.seed))
  verify(signatures, CHUNKS, WITH_TRAILER.chunks)
  expect(signatures.verifyTrailers(TRAILERS, WITH_TRAILER.trailer)).toBe(true)
  expect(signatures.verifyTrailers([['x-amz-checksum-crc32c', 'sOO8/g==']], WITH_TRAILER.trailer)).toBe(false)
  expect(signatures.verifyTrailers([['x-amz-checksum-crc32', 'sOO8/Q==']], WITH_TRAILER.trailer)).toBe(false)
  expect(signatures.verifyTrailers([], WITH_TRAILER.trailer)).toBe(false)
})

test('a trailer signature does not hold before the last chunk', () => {
  const signatures = new ChunkSignatures(seedOf(WITH_TRAILER.seed))
  verify(signatures, CHUNKS.slice(0, 2), WITH_TRAILER.chunks)
  expect(signatures.verifyTrailers(TRAILERS, WITH_TRAILER.trailer)).toBe(false)
})

describe('the chain breaks', () => {
  const [first, second, last] = CHUNKS
  const [one = '', two = '', three = ''] = PLAIN.chunks
  test.each<[string, readonly Buffer[], readonly string[], readonly boolean[]]>([
    ['where a chunk is left out', [first, last], [one, three], [true, false]],
    ['where a chunk is repeated', [first, first], [one, one], [true, false]],
    ['where chunks are swapped', [second, first], [two, one], [false, false]],
    ['where a byte differs', [first, Buffer.concat([second.subarray(1), Buffer.from('b')])], [one, two], [true, false]],
    ['where a signature is too short', [first], [one.slice(1)], [false]],
    ['where there is no signature', [first], [''], [false]],
  ])('%s', (_, chunks, claimed, expected) => {
    expect(verify(new ChunkSignatures(seedOf(PLAIN.seed)), chunks, claimed)).toEqual(expected)
  })

  test('where the seed is that of another request', () => {
    expect(verify(new ChunkSignatures(seedOf(WITH_TRAILER.seed)), CHUNKS, PLAIN.chunks)).toEqual([false, false, false])
  })
})

test('signatures can be made as well as checked', () => {
  const seed = seedOf(WITH_TRAILER.seed)
  let previous = seed.signature
  for (const [index, chunk] of CHUNKS.entries()) {
    previous = chunkSignature(seed, previous, createHash('sha256').update(chunk).digest('hex'))
    expect(previous).toBe(WITH_TRAILER.chunks[index])
  }
  expect(trailerSignature(seed, previous, TRAILERS)).toBe(WITH_TRAILER.trailer)
  expect(chunkSignature(seedOf(PLAIN.seed), PLAIN.chunks[1] ?? '', EMPTY_SHA256)).toBe(PLAIN.chunks[2])
})

test('trailers are signed in the order of their names', () => {
  const seed = seedOf(WITH_TRAILER.seed)
  const [a, b] = [['a', '1'] as const, ['a-b', '2'] as const]
  expect(trailerSignature(seed, '', [b, a])).toBe(trailerSignature(seed, '', [a, b]))
})
