import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { uriEncodePath } from '../../src/sigv4/uri-encode.ts'
import { type Fault, frame } from '../support/chunked-body.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { sha256Hex, sign } from '../support/signer.ts'
import { crc32Text, forgedBy, HOST, type Pair, signedBy, uploadBy, type WireRequest } from '../support/wire-requests.ts'

// What a client may send after its head was found genuine, and what may become of it.

const stages: Record<string, Stage> = {}
const PROFILES = ['aws', 'ceph'] as const
beforeAll(async () => {
  for (const profile of PROFILES) stages[profile] = await Stage.start({ profile })
})
afterAll(async () => {
  for (const stage of Object.values(stages)) await stage.close()
})

function stageOf(profile: string): Stage {
  const stage = stages[profile]
  if (stage === undefined) throw new Error(`no stage ${profile}`)
  return stage
}

// 64 KiB chunks: most of the body has left before the fault shows.
const PIECES = [1, 2, 3].map((filling) => Buffer.alloc(64 * 1024, filling))
const OTHER = Buffer.alloc(64 * 1024, 9)

/** The framed parts of a body: chunk, chunk, chunk, last chunk with what follows it. */
function partsOf(body: Buffer): Buffer[] {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const size = Number.parseInt(body.toString('latin1', at, body.indexOf(';', at)), 16)
    if (size === 0) return [...parts, body.subarray(at)]
    const end = body.indexOf('\r\n', at) + 2 + size + 2
    parts.push(body.subarray(at, end))
    at = end
  }
}

type Tamper = (parts: readonly Buffer[]) => readonly Buffer[]
const changeByte = (part: Buffer, place: number): Buffer => {
  const changed = Buffer.from(part)
  changed.writeUInt8((changed.at(place) ?? 0) ^ 1, place < 0 ? changed.length + place : place)
  return changed
}
const at =
  (index: number, change: (part: Buffer) => Buffer): Tamper =>
  (parts) =>
    parts.map((part, place) => (place === index ? change(part) : part))
const pick =
  (...order: readonly number[]): Tamper =>
  (parts) =>
    order.map((index) => parts[index] ?? Buffer.alloc(0))
const inSignature = (part: Buffer): Buffer => changeByte(part, part.indexOf('chunk-signature=') + 20)
const withoutSignature = (part: Buffer): Buffer =>
  Buffer.from(part.toString('latin1').replace(/;chunk-signature=[0-9a-f]{64}/, ''), 'latin1')

const TAMPERS: readonly (readonly [string, Tamper])[] = [
  ['a flipped byte in the first chunk', at(0, (part) => changeByte(part, 1000))],
  ['a flipped byte in the middle chunk', at(1, (part) => changeByte(part, 1000))],
  ['a flipped last byte', at(2, (part) => changeByte(part, -3))],
  ['a flipped signature of the first chunk', at(0, inSignature)],
  ['a flipped signature of the middle chunk', at(1, inSignature)],
  ['a flipped signature of the last data chunk', at(2, inSignature)],
  ['a flipped signature of the closing chunk', at(3, inSignature)],
  ['no signature on the first chunk', at(0, withoutSignature)],
  ['no signature on the middle chunk', at(1, withoutSignature)],
  ['no signature on the closing chunk', at(3, withoutSignature)],
  ['two chunks swapped', pick(0, 2, 1, 3)],
  ['the order reversed', pick(2, 1, 0, 3)],
  ['a chunk dropped', pick(0, 2, 3)],
  ['the first chunk dropped', pick(1, 2, 3)],
  ['the last data chunk dropped', pick(0, 1, 3)],
  ['a chunk twice', pick(0, 1, 1, 2, 3)],
  ['a chunk in place of another', pick(0, 1, 1, 3)],
  ['no closing chunk', pick(0, 1, 2)],
  ['a second closing chunk', (parts) => [...parts, parts[3] ?? Buffer.alloc(0)]],
  ['bytes after the end', (parts) => [...parts, Buffer.from('x')]],
  ['a chunk appended', (parts) => [...parts, parts[2] ?? Buffer.alloc(0)]],
  ['an end without its empty line', at(3, (part) => part.subarray(0, -2))],
]

/** A tampered upload; Content-Length fits what is sent, so that only the framing can tell. */
function tampered(mode: 'signed chunks' | 'signed chunks with a trailer', tamper: Tamper): WireRequest {
  const request = uploadBy(ALICE, { mode, pieces: PIECES })
  const body = Buffer.concat(tamper(partsOf(request.body ?? Buffer.alloc(0))))
  const headers = request.headers.map(
    ([name, value]): Pair => [name, name === 'content-length' ? String(body.length) : value],
  )
  return { ...request, headers, body }
}

describe.each(PROFILES)('before a backend of the profile %s', (profile) => {
  let stage: Stage
  beforeEach(() => {
    stage = stageOf(profile)
    stage.backend.reset()
  })

  describe.each(['signed chunks', 'signed chunks with a trailer'] as const)('%s', (mode) => {
    test.each(TAMPERS)('A4: an upload with %s never completes at the backend', async (_, tamper) => {
      const answer = await stage.send(tampered(mode, tamper))
      expect(answer.outcome).toMatch(/^(?:403 SignatureDoesNotMatch|400 IncompleteBody|400 MalformedTrailerError)$/)
      await stage.expectBackendStoredNothing()
    })

    test('A4: chunks that are signed from another request do not fit', async () => {
      const other = uploadBy(ALICE, { mode, pieces: PIECES, path: '/a-bkt/other' })
      const request = uploadBy(ALICE, { mode, pieces: PIECES })
      const answer = await stage.send({ ...request, body: other.body ?? Buffer.alloc(0) })
      expect(answer.outcome).toBe('403 SignatureDoesNotMatch')
      await stage.expectBackendStoredNothing()
    })
  })

  const FAULTS: readonly (readonly [
    'signed chunks with a trailer' | 'unsigned chunks with a trailer',
    Fault,
    string,
  ])[] = [
    ['signed chunks with a trailer', 'trailer signature', '403 SignatureDoesNotMatch'],
    ['signed chunks with a trailer', 'checksum', '400 BadDigest'],
    ['unsigned chunks with a trailer', 'checksum', '400 BadDigest'],
  ]
  test.each(FAULTS)(
    'A4: %s, with a wrong %s: the upload never completes at the backend',
    async (mode, fault, outcome) => {
      const answer = await stage.send(uploadBy(ALICE, { mode, pieces: PIECES, fault }))
      expect(answer.outcome).toBe(outcome)
      await stage.expectBackendStoredNothing()
    },
  )

  test('A4: an empty object with a wrong closing signature is not stored: its head alone would be the whole of it', async () => {
    const request = uploadBy(ALICE, { mode: 'signed chunks', pieces: [] })
    const body = Buffer.from((request.body ?? Buffer.alloc(0)).toString().replace(/signature=../, 'signature=zz'))
    const answer = await stage.send({ ...request, body })
    expect(answer.outcome).toMatch(/^(?:403 SignatureDoesNotMatch|400 IncompleteBody)$/)
    await stage.expectBackendSawNothing()
  })

  const TRAILERS: readonly (readonly [string, Pair, string])[] = [
    ['a trailer of another name', ['x-amz-checksum-crc32c', 'AAAAAA=='], '400 MalformedTrailerError'],
    ['a trailer that is no checksum', ['x-amz-acl', 'public-read'], '400 MalformedTrailerError'],
    ['a value that is none', ['x-amz-checksum-crc32', 'x'], '400'],
  ]
  test.each(TRAILERS)('A4: %s in place of the announced one is refused', async (_, trailer, outcome) => {
    const [data] = PIECES
    const headers: Pair[] = [
      ['x-amz-decoded-content-length', String(data?.length)],
      ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ]
    const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
    const signed = sign(ALICE, { method: 'PUT', host: HOST, path: '/a-bkt/k', headers, payloadHash })
    const body = frame(data === undefined ? [] : [data], { seed: signed.seed, trailer })
    const answer = await stage.send({
      ...signed,
      headers: [...signed.headers, ['content-length', String(body.length)]],
      body,
    })
    expect(answer.outcome).toContain(outcome)
    await stage.expectBackendStoredNothing()
  })

  test('A20: a body that was altered on its way does not fit the hash that was signed, and is not stored', async () => {
    const request = uploadBy(ALICE, { mode: 'literal SHA-256', pieces: PIECES })
    const [first = OTHER, second = OTHER] = PIECES
    const answer = await stage.send({ ...request, body: Buffer.concat([first, second, OTHER]) })
    expect(answer.outcome).toBe('400 XAmzContentSHA256Mismatch')
    await stage.expectBackendStoredNothing()
  })

  test('A20: the hash that the client signed is the one that the backend is given', async () => {
    expect((await stage.send(uploadBy(ALICE, { mode: 'literal SHA-256', pieces: PIECES }))).outcome).toBe('200')
    const seen = await stage.theBackendRequest()
    expect(seen.headers.get('x-amz-content-sha256')).toBe(sha256Hex(Buffer.concat(PIECES)))
  })

  test.each<[string, Pair, string]>([
    ['Content-MD5', ['content-md5', 'AAAAAAAAAAAAAAAAAAAAAA=='], '400 BadDigest'],
    ['checksum', ['x-amz-checksum-crc32', crc32Text(OTHER)], '400 BadDigest'],
    ['checksum that is none', ['x-amz-checksum-crc32', 'x'], '400 InvalidRequest'],
    ['checksum of an unknown kind', ['x-amz-checksum-crc7', 'AA=='], '400 InvalidRequest'],
  ])('A20: an unsigned payload with a wrong %s is not stored', async (_, header, outcome) => {
    const answer = await stage.send(uploadBy(ALICE, { mode: 'UNSIGNED-PAYLOAD', pieces: PIECES, headers: [header] }))
    expect(answer.outcome).toBe(outcome)
    await stage.expectBackendStoredNothing()
  })
})

/** Every character of a key once as it is and once percent-encoded, in either case: spellings of one path. */
const spelled = fc
  .array(
    fc.record({
      character: fc.constantFrom(...Array.from('abcXYZ019-_.~!$&\'()*+,;=:@/ é漢%?#"<>[]\\^`{|}\u0001')),
      form: fc.constantFrom<'plain' | 'upper' | 'lower'>('plain', 'upper', 'lower'),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((parts) => ({
    key: parts.map(({ character }) => character).join(''),
    path: parts.map(({ character, form }) => spelling(character, form)).join(''),
  }))

function spelling(character: string, form: 'plain' | 'upper' | 'lower'): string {
  if (form === 'plain' && /^[A-Za-z0-9\-_.~!$&'()*+,;=:@/]$/.test(character)) return character
  const hex = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  return form === 'lower' ? hex : hex.toUpperCase()
}

test('A21: however a path is spelled and whichever of its spellings is signed, the same key goes to the backend', async () => {
  const stage = stageOf('aws')
  await fc.assert(
    fc.asyncProperty(spelled, fc.boolean(), async ({ key, path }, signsAsSent) => {
      stage.backend.reset()
      const wirePath = `/a-bkt/${path}`
      const canonicalPath = signsAsSent ? wirePath : `/a-bkt/${uriEncodePath(key)}`
      const answer = await stage.send(forgedBy(ALICE, { path: wirePath, canonicalPath }))
      expect(answer.outcome).toBe('200')
      expect((await stage.theBackendRequest()).target).toBe(`/a-bkt/${uriEncodePath(key)}`)
      expect(stage.lastEvent().key).toBe(key)
    }),
    { numRuns: 60 },
  )
})

test('A21: a signature over another key is not accepted in any of the forms', async () => {
  const stage = stageOf('aws')
  stage.backend.reset()
  for (const [path, canonicalPath] of [
    ['/a-bkt/a%2Fb', '/a-bkt/a%252Fb'],
    ['/a-bkt/a+b', '/a-bkt/a%20b'],
    ['/a-bkt//k', '/a-bkt/k'],
    ['/a-bkt/x/../k', '/a-bkt/k'],
    ['/a-bkt/./k', '/a-bkt/k'],
    ['/a-bkt/K', '/a-bkt/k'],
  ] as const) {
    expect((await stage.send(forgedBy(ALICE, { path, canonicalPath }))).outcome).toBe('403 SignatureDoesNotMatch')
  }
  expect((await stage.send(signedBy(ALICE, { path: '/a-bkt/k/' }))).outcome).toBe('200')
  expect(stage.backend.lines).toEqual(['GET /a-bkt/k/'])
})
