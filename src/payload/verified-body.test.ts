import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inPieces, signedChunks, signedSeed, signedWire, unsignedWire } from '../../test/support/chunked-wire.ts'
import { checksumOf } from '../codec/checksum.ts'
import { S3Error } from '../s3/errors.ts'
import type { SeedSignature } from '../sigv4/seed-signature.ts'
import type { Verification } from './body-verifier.ts'
import type { BodyChecks } from './payload-plan.ts'
import { verifiedBody } from './verified-body.ts'

const NO_CHECKS: BodyChecks = { sha256: undefined, md5: undefined, checksum: undefined, trailer: undefined }
const HELLO = Buffer.from('hello')
const BIG = Buffer.alloc(8192, 'x')
const crc32c = (bytes: Buffer) => ['x-amz-checksum-crc32c', checksumOf('crc32c', bytes)] as const

const plain = (decodedLength: number, checks: Partial<BodyChecks> = {}): Verification => ({
  decoder: { kind: 'plain' },
  checks: { ...NO_CHECKS, ...checks },
  decodedLength,
})
const chunked = (
  seed: SeedSignature | undefined,
  decodedLength: number,
  checks: Partial<BodyChecks> = { trailer: 'crc32c' },
): Verification => ({
  decoder: { kind: 'aws-chunked', seed, trailer: seed?.payloadHash.kind !== 'streaming' || seed.payloadHash.trailer },
  checks: { ...NO_CHECKS, ...checks },
  decodedLength,
})

interface Outcome {
  /** All that came out. */
  readonly data: Buffer
  /** The S3 code, `complete`, or what else was thrown. */
  readonly end: string
  readonly error: unknown
}

async function outcome(source: AsyncIterable<Buffer>, plan: Verification): Promise<Outcome> {
  const slices: Buffer[] = []
  const body = verifiedBody(source, plan)
  try {
    for await (const slice of body) slices.push(slice)
    expect(body.report.complete).toBe(true)
    return { data: Buffer.concat(slices), end: 'complete', error: undefined }
  } catch (error) {
    expect(body.report.complete).toBe(false)
    return { data: Buffer.concat(slices), end: error instanceof S3Error ? error.code : String(error), error }
  }
}

const endOf = async (wire: Buffer, plan: Verification): Promise<string> => (await outcome(inPieces(wire), plan)).end

describe('a body passes as it was, however it arrives', () => {
  const signed = signedSeed('no trailer')
  const trailing = signedSeed('trailer')
  const all = Buffer.concat([BIG, HELLO])
  const sha256 = createHash('sha256').update(all).digest('hex')
  test.each<[string, Buffer, Buffer, Verification]>([
    ['plain', all, all, plain(all.length)],
    [
      'plain with everything claimed',
      all,
      all,
      plain(all.length, {
        sha256,
        md5: checksumOf('md5', all),
        checksum: { algorithm: 'sha256', base64: checksumOf('sha256', all) },
      }),
    ],
    ['plain and empty', Buffer.alloc(0), Buffer.alloc(0), plain(0)],
    ['in signed chunks', signedWire(signed, [BIG, HELLO]), all, chunked(signed, all.length, {})],
    ['in one signed chunk', signedWire(signed, [all]), all, chunked(signed, all.length, {})],
    ['signed and empty', signedWire(signed, []), Buffer.alloc(0), chunked(signed, 0, {})],
    ['signed with trailer', signedWire(trailing, [BIG, HELLO], [crc32c(all)]), all, chunked(trailing, all.length)],
    [
      'signed without the trailer that there could be',
      signedWire(trailing, [HELLO], []),
      HELLO,
      chunked(trailing, 5, {}),
    ],
    ['unsigned with trailer', unsignedWire([BIG, HELLO], [crc32c(all)]), all, chunked(undefined, all.length)],
    [
      'unsigned with trailer and empty',
      unsignedWire([], [crc32c(Buffer.alloc(0))]),
      Buffer.alloc(0),
      chunked(undefined, 0),
    ],
    ['unsigned without trailer', unsignedWire([HELLO], []), HELLO, chunked(undefined, 5, {})],
    [
      'in chunks with an MD5 of the decoded bytes',
      signedWire(signed, [HELLO]),
      HELLO,
      chunked(signed, 5, { md5: checksumOf('md5', HELLO) }),
    ],
  ])('%s', async (_, wire, data, plan) => {
    for (const size of [1, 7, 8190, wire.length || 1]) {
      expect(await outcome(inPieces(wire, size), plan)).toMatchObject({ data, end: 'complete' })
    }
  })
})

describe('a body that is not what was claimed is refused', () => {
  const signed = signedSeed('no trailer')
  const trailing = signedSeed('trailer')
  const other = Buffer.from('world')
  const wrong = checksumOf('crc32', other)
  test.each<[string, Buffer, Verification, string]>([
    ['shorter than announced', HELLO, plain(6), 'IncompleteBody'],
    ['longer than announced', HELLO, plain(4), 'IncompleteBody'],
    ['something where nothing was announced', HELLO, plain(0), 'IncompleteBody'],
    ['another SHA-256', HELLO, plain(5, { sha256: 'ab'.repeat(32) }), 'XAmzContentSHA256Mismatch'],
    ['another SHA-256 of nothing', Buffer.alloc(0), plain(0, { sha256: 'ab'.repeat(32) }), 'XAmzContentSHA256Mismatch'],
    ['another MD5', HELLO, plain(5, { md5: checksumOf('md5', other) }), 'BadDigest'],
    ['another checksum', HELLO, plain(5, { checksum: { algorithm: 'crc32', base64: wrong } }), 'BadDigest'],
    ['another trailing checksum', unsignedWire([HELLO], [crc32c(other)]), chunked(undefined, 5), 'BadDigest'],
    ['another trailing checksum of nothing', unsignedWire([], [crc32c(other)]), chunked(undefined, 0), 'BadDigest'],
    [
      'another trailing checksum, signed',
      signedWire(trailing, [HELLO], [crc32c(other)]),
      chunked(trailing, 5),
      'BadDigest',
    ],
    ['no trailer', unsignedWire([HELLO], []), chunked(undefined, 5), 'MalformedTrailerError'],
    ['no trailer, signed', signedWire(trailing, [HELLO], []), chunked(trailing, 5), 'MalformedTrailerError'],
    [
      'another trailer than announced',
      unsignedWire([HELLO], [['x-amz-checksum-crc32', checksumOf('crc32', HELLO)]]),
      chunked(undefined, 5),
      'MalformedTrailerError',
    ],
    [
      'two trailers',
      unsignedWire([HELLO], [crc32c(HELLO), ['x-amz-checksum-crc32', checksumOf('crc32', HELLO)]]),
      chunked(undefined, 5),
      'MalformedTrailerError',
    ],
    [
      'the same trailer twice',
      unsignedWire([HELLO], [crc32c(HELLO), crc32c(HELLO)]),
      chunked(undefined, 5),
      'MalformedTrailerError',
    ],
    [
      'a trailer nobody announced',
      unsignedWire([HELLO], [crc32c(HELLO)]),
      chunked(undefined, 5, {}),
      'MalformedTrailerError',
    ],
    [
      'an unannounced trailer signature',
      unsignedWire([HELLO], [crc32c(HELLO), ['x-amz-trailer-signature', 'ab'.repeat(32)]]),
      chunked(undefined, 5),
      'MalformedTrailerError',
    ],
    [
      'a garbled trailer value',
      unsignedWire([HELLO], [['x-amz-checksum-crc32c', 'abc']]),
      chunked(undefined, 5),
      'InvalidRequest',
    ],
    [
      'signed chunks of another request',
      signedWire(signed, [HELLO]),
      chunked({ ...signed, signature: '00'.repeat(32) }, 5, {}),
      'SignatureDoesNotMatch',
    ],
    [
      'an empty body of another request',
      signedWire(signed, []),
      chunked({ ...signed, signature: '00'.repeat(32) }, 0, {}),
      'SignatureDoesNotMatch',
    ],
    ['unsigned chunks where signed ones belong', unsignedWire([HELLO], []), chunked(signed, 5, {}), 'IncompleteBody'],
    [
      'signed chunks where unsigned ones belong',
      signedWire(signed, [HELLO]),
      chunked(undefined, 5, {}),
      'IncompleteBody',
    ],
    ['plain bytes where chunks belong', HELLO, chunked(signed, 5, {}), 'IncompleteBody'],
    ['small chunks', unsignedWire([HELLO, HELLO], []), chunked(undefined, 10, {}), 'InvalidChunkSizeError'],
    ['nothing where chunks belong', Buffer.alloc(0), chunked(undefined, 0, {}), 'IncompleteBody'],
  ])('%s', async (_, wire, plan, expected) => {
    for (const size of [1, wire.length || 1]) {
      const { data, end } = await outcome(inPieces(wire, size), plan)
      expect(end).toBe(expected)
      // What came out can never be taken for the object.
      expect(data.length).toBeLessThan(Math.max(plan.decodedLength ?? 0, 1))
    }
  })

  test.each<[string, Buffer, Verification, readonly (readonly [string, string])[]]>([
    [
      'another SHA-256',
      HELLO,
      plain(5, { sha256: 'ab'.repeat(32) }),
      [
        ['ClientComputedContentSHA256', 'ab'.repeat(32)],
        ['S3ComputedContentSHA256', createHash('sha256').update(HELLO).digest('hex')],
      ],
    ],
    [
      'another checksum',
      HELLO,
      plain(5, { checksum: { algorithm: 'crc32', base64: wrong } }),
      [
        ['ExpectedDigest', wrong],
        ['CalculatedDigest', 'NhCmhg=='],
      ],
    ],
    [
      'small chunks',
      unsignedWire([BIG, HELLO, HELLO], []),
      chunked(undefined, 8202, {}),
      [
        ['Chunk', '2'],
        ['BadChunkSize', '5'],
      ],
    ],
  ])('%s, with the particulars', async (_, wire, plan, extras) => {
    const { error } = await outcome(inPieces(wire), plan)
    expect(error).toMatchObject({ extras })
  })
})

describe('tampering with signed chunks', () => {
  const seed = signedSeed('trailer')
  const data = [BIG, Buffer.alloc(8192, 'y'), HELLO]
  const all = Buffer.concat(data)
  const plan = chunked(seed, all.length)
  const chunks = signedChunks(seed, [...data, Buffer.alloc(0)]).map(({ wire }) => wire)
  const [first, second, third, last] = chunks as [Buffer, Buffer, Buffer, Buffer]
  const tail = signedWire(seed, data, [crc32c(all)]).subarray(Buffer.concat(chunks).length)

  test.each<[string, readonly Buffer[], string]>([
    ['leaving it as it is', [first, second, third, last, tail], 'complete'],
    ['dropping the first chunk', [second, third, last, tail], 'SignatureDoesNotMatch'],
    ['dropping a chunk', [first, third, last, tail], 'SignatureDoesNotMatch'],
    ['dropping the last chunk', [first, second, third, tail], 'IncompleteBody'],
    ['swapping chunks', [second, first, third, last, tail], 'SignatureDoesNotMatch'],
    ['repeating a chunk', [first, first, third, last, tail], 'SignatureDoesNotMatch'],
    ['appending a chunk', [first, second, third, third, last, tail], 'InvalidChunkSizeError'],
    ['ending after the first chunk', [first, last, tail], 'IncompleteBody'],
    ['repeating the end', [first, second, third, last, tail, last, tail], 'IncompleteBody'],
    ['taking the trailers away', [first, second, third, last, Buffer.from('\r\n')], 'MalformedTrailerError'],
    [
      'replacing the trailer',
      [first, second, third, last, Buffer.from(tail.toString().replace(crc32c(all)[1], crc32c(HELLO)[1]))],
      'SignatureDoesNotMatch',
    ],
    [
      'adding a trailer',
      [first, second, third, last, Buffer.from(`x-amz-meta-a:b\r\n${tail.toString()}`)],
      'SignatureDoesNotMatch',
    ],
  ])('by %s', async (_, parts, expected) => {
    const { data: out, end } = await outcome(inPieces(Buffer.concat(parts), 5000), plan)
    expect(end).toBe(expected)
    if (end !== 'complete') expect(out.length).toBeLessThan(all.length)
  })
})

describe('one changed byte', () => {
  const seed = signedSeed('trailer')
  const trailers = [crc32c(HELLO)]
  const cases = [
    ['of a signed body', chunked(signedSeed('no trailer'), 5, {}), signedWire(signedSeed('no trailer'), [HELLO])],
    ['of a signed body with trailer', chunked(seed, 5), signedWire(seed, [HELLO], trailers)],
    ['of an unsigned body with trailer', chunked(undefined, 5), unsignedWire([HELLO], trailers)],
  ] as const

  test.each(cases)('%s is refused, and the object’s last byte never comes out', async (_, plan, wire) => {
    const passed: string[] = []
    for (let at = 0; at < wire.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(wire)
        changed.writeUInt8(wire.readUInt8(at) ^ (1 << bit), at)
        const { data, end } = await outcome(inPieces(changed), plan)
        if (end === 'complete') passed.push(changed.toString('latin1', at, at + 1))
        else expect(data.length).toBeLessThan(5)
      }
    }
    // The case of a letter in a trailer's name means nothing.
    expect(passed.join('')).toMatch(/^[A-Z]*$/)
    expect(passed.length).toBeLessThan(50)
  })

  test.each(cases)('or a cut %s is refused', async (_, plan, wire) => {
    for (let length = 0; length < wire.length; length += 1) {
      expect(await endOf(wire.subarray(0, length), plan)).toMatch(/IncompleteBody|MalformedTrailerError/)
    }
    expect(await endOf(Buffer.concat([wire, Buffer.from('\r')]), plan)).toBe('IncompleteBody')
  })
})

test('wherever the wire bytes are cut, the outcome is the same', async () => {
  const seed = signedSeed('trailer')
  const wire = signedWire(seed, [BIG, HELLO], [crc32c(Buffer.concat([BIG, HELLO]))])
  const plan = chunked(seed, BIG.length + HELLO.length)
  const change = fc.record({ at: fc.nat({ max: wire.length - 1 }), mask: fc.nat({ max: 255 }) })
  await fc.assert(
    fc.asyncProperty(change, fc.integer({ min: 1, max: 9000 }), async ({ at, mask }, size) => {
      const changed = Buffer.from(wire)
      changed.writeUInt8(wire.readUInt8(at) ^ mask, at)
      expect((await outcome(inPieces(changed, size), plan)).end).toBe(await endOf(changed, plan))
    }),
    { numRuns: 60 },
  )
})

test('a body reports what it carried', async () => {
  const seed = signedSeed('trailer')
  const wire = signedWire(seed, [HELLO], [crc32c(HELLO)])
  const body = verifiedBody(inPieces(wire), chunked(seed, 5))
  expect(body.report.checksum).toBeUndefined()
  for await (const slice of body) expect(slice).toEqual(HELLO)
  const { wireBytes, decodedBytes, checksum, complete } = body.report
  expect({ wireBytes, decodedBytes, checksum, complete }).toEqual({
    wireBytes: wire.length,
    decodedBytes: 5,
    checksum: { algorithm: 'crc32c', base64: 'mnG7TA==' },
    complete: true,
  })
})

test('data passes without being copied', async () => {
  for await (const slice of verifiedBody(inPieces(BIG, 1000), plain(8192))) expect(slice.buffer).toBe(BIG.buffer)
})

test('a source that breaks is not mistaken for the end, and its error passes', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield HELLO
    throw new Error('the client went away')
  }
  expect(await outcome(broken(), plain(5))).toMatchObject({ data: Buffer.alloc(0), end: 'Error: the client went away' })
})

test('the source is closed when the body is refused or left', async () => {
  const closed: string[] = []
  async function* watched(name: string): AsyncGenerator<Buffer> {
    try {
      yield HELLO
      yield HELLO
      yield HELLO
    } finally {
      closed.push(name)
    }
  }
  await outcome(watched('refused'), plain(7))
  for await (const _ of verifiedBody(watched('left'), plain(15))) break
  expect(closed).toEqual(['refused', 'left'])
})
