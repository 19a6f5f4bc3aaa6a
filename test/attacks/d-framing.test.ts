import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { frame } from '../support/chunked-body.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { sign, UNSIGNED_PAYLOAD } from '../support/signer.ts'
import {
  crc32Text,
  HOST,
  type Pair,
  PAYLOAD_MODES,
  signedBy,
  uploadBy,
  UPLOAD_TEXT,
  type WireRequest,
} from '../support/wire-requests.ts'

// What a body says about its own length and form, and what it really is.

const stages: Record<string, Stage> = {}
const PROFILES = ['aws', 'ceph'] as const
beforeAll(async () => {
  for (const profile of PROFILES) stages[profile] = await Stage.start({ profile })
})
afterAll(async () => {
  for (const stage of Object.values(stages)) await stage.close()
})

const UNSIGNED_CHUNKS = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
const SIGNED_CHUNKS = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'

/** An upload in unsigned chunks with the text for a body, whatever it is. */
function chunks(text: string | Buffer, decodedLength: string | undefined, more: readonly Pair[] = []): WireRequest {
  const headers: Pair[] = [...more]
  if (decodedLength !== undefined) headers.push(['x-amz-decoded-content-length', decodedLength])
  return signedBy(ALICE, { method: 'PUT', payloadHash: UNSIGNED_CHUNKS, headers, body: text })
}

describe.each(PROFILES)('before a backend of the profile %s', (profile) => {
  let stage: Stage
  beforeEach(() => {
    const found = stages[profile]
    if (found === undefined) throw new Error(`no stage ${profile}`)
    stage = found
    stage.backend.reset()
  })

  const storesNothing = async (request: WireRequest, outcome: string | RegExp): Promise<void> => {
    const answer = await stage.send(request)
    if (typeof outcome === 'string') expect(answer.outcome).toBe(outcome)
    else expect(answer.outcome).toMatch(outcome)
    await stage.expectBackendStoredNothing()
  }

  test.each<[string, string]>([
    ['more data than announced', '6\r\nhello!\r\n0\r\n\r\n'],
    ['less data than announced', '4\r\nhell\r\n0\r\n\r\n'],
    ['no data', '0\r\n\r\n'],
    ['no closing chunk', '5\r\nhello\r\n'],
    ['no end', '5\r\nhello\r\n0\r\n'],
    ['bytes after its end', '5\r\nhello\r\n0\r\n\r\nX'],
    ['a second body after its end', '5\r\nhello\r\n0\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['a size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a sign', '+5\r\nhello\r\n0\r\n\r\n'],
    ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a size that is too long', `${'0'.repeat(40)}5\r\nhello\r\n0\r\n\r\n`],
    ['a size beyond all numbers', 'ffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
    ['no size', '\r\nhello\r\n0\r\n\r\n'],
    ['bare line feeds', '5\nhello\n0\n\n'],
    ['no line end after a chunk', '5\r\nhello0\r\n\r\n'],
    ['a chunk head without end', `5;${'x'.repeat(4_096)}\r\nhello\r\n0\r\n\r\n`],
    ['no framing at all', 'hello'],
  ])('D12: chunks with %s are refused and nothing is stored', async (_, text) => {
    await storesNothing(chunks(text, '5'), /^400 (?:IncompleteBody|MalformedTrailerError)$/)
  })

  test.each(['', '-1', '+5', '0x5', '5.0', '5e0', ' ', 'five', '99999999999999999', '5,5', '5 5'])(
    'D12: a decoded length of "%s" is refused before the backend hears of it',
    async (length) => {
      await storesNothing(chunks('5\r\nhello\r\n0\r\n\r\n', length), '411 MissingContentLength')
      await stage.expectBackendSawNothing()
    },
  )

  test('D12: a missing decoded length, or one larger than what is sent, is refused before the backend hears of it', async () => {
    await storesNothing(chunks('5\r\nhello\r\n0\r\n\r\n', undefined), '411 MissingContentLength')
    await storesNothing(chunks('5\r\nhello\r\n0\r\n\r\n', '5000'), '400 IncompleteBody')
    const tooLarge = { method: 'PUT', payloadHash: 'UNSIGNED-PAYLOAD' }
    const length: Pair = ['content-length', String(5 * 1024 ** 3 + 1)]
    await storesNothing(signedBy(ALICE, { ...tooLarge, unsigned: [length] }), '400 EntityTooLarge')
    await stage.expectBackendSawNothing()
  })

  test('D12: exactly 5 GiB are taken in one upload: the backend is told so', async () => {
    const request = signedBy(ALICE, {
      method: 'PUT',
      payloadHash: UNSIGNED_PAYLOAD,
      unsigned: [['content-length', String(5 * 1024 ** 3)]],
    })
    const connection = await stage.connect()
    const before = stage.requestsDone
    await connection.write(
      `PUT ${request.target} HTTP/1.1\r\n${request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\nxx`,
    )
    // The newest piece is always held back: a second one lets the first go.
    for (let waited = 0; waited < 100 && stage.backend.requests.length === 0; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      await connection.write('x')
    }
    connection.destroy()
    await stage.untilDone(before)
    expect((await stage.theBackendRequest()).declaredLength).toBe(5 * 1024 ** 3)
    await stage.expectBackendStoredNothing()
  })

  test('D11: chunks below 8 KiB before the last one are refused', async () => {
    const tiny = Array.from({ length: 4 }, () => Buffer.alloc(1_000, 'x'))
    const short = [Buffer.alloc(8_191, 'x'), Buffer.alloc(8_192, 'x')]
    for (const mode of ['signed chunks', 'signed chunks with a trailer', 'unsigned chunks with a trailer'] as const) {
      for (const pieces of [tiny, short]) {
        stage.backend.reset()
        await storesNothing(uploadBy(ALICE, { mode, pieces }), '403 InvalidChunkSizeError')
      }
    }
  })

  test('D11: a last chunk may have any size, and one chunk may be the whole object', async () => {
    for (const pieces of [
      [Buffer.alloc(8_192, 'x'), Buffer.from('y')],
      [Buffer.alloc(300_000, 'z')],
      [Buffer.from('1')],
      [],
    ]) {
      for (const mode of ['signed chunks', 'signed chunks with a trailer', 'unsigned chunks with a trailer'] as const) {
        stage.backend.reset()
        expect((await stage.send(uploadBy(ALICE, { mode, pieces }))).outcome).toBe('200')
      }
    }
  })

  test('D13: Content-Encoding does not make a plain body a framed one', async () => {
    const text = '5\r\nhello\r\n0\r\n\r\n'
    for (const mode of ['literal SHA-256', 'UNSIGNED-PAYLOAD'] as const) {
      stage.backend.reset()
      const headers: Pair[] = [['content-encoding', 'aws-chunked']]
      expect((await stage.send(uploadBy(ALICE, { mode, pieces: [Buffer.from(text)], headers }))).outcome).toBe('200')
      expect((await stage.theBackendRequest()).body.toString()).toBe(text)
    }
  })

  test('D13: chunks are unframed without Content-Encoding too, and its word for them is never stored', async () => {
    for (const [encoding, left] of [
      [undefined, undefined],
      ['aws-chunked', undefined],
      ['gzip,aws-chunked', 'gzip'],
      ['aws-chunked, gzip', 'gzip'],
      ['AWS-Chunked', undefined],
    ] as const) {
      stage.backend.reset()
      const headers: Pair[] = encoding === undefined ? [] : [['content-encoding', encoding]]
      expect((await stage.send(uploadBy(ALICE, { mode: 'signed chunks', headers }))).outcome).toBe('200')
      const seen = await stage.theBackendRequest()
      expect(seen.body.toString()).toBe(UPLOAD_TEXT)
      expect(seen.headers.get('content-encoding')).toBe(left)
    }
  })

  test('D10: a compressed body is neither unpacked nor repacked, on the way in or out', async () => {
    const zipped = gzipSync('x'.repeat(100_000))
    expect(
      (
        await stage.send(
          uploadBy(ALICE, { mode: 'literal SHA-256', pieces: [zipped], headers: [['content-encoding', 'gzip']] }),
        )
      ).outcome,
    ).toBe('200')
    expect((await stage.theBackendRequest()).body.equals(zipped)).toBe(true)
    stage.backend.reset()
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${zipped.length}\r\n\r\n`
    stage.backend.script = () => ({ bytes: Buffer.concat([Buffer.from(head), zipped]) })
    const answer = await stage.send(signedBy(ALICE, { unsigned: [['accept-encoding', 'identity']] }))
    expect(answer.body.equals(zipped)).toBe(true)
    expect((await stage.theBackendRequest()).headers.has('accept-encoding')).toBe(false)
  })

  test('D12: what leaves has an exact length and no coding of its own', async () => {
    for (const mode of PAYLOAD_MODES) {
      stage.backend.reset()
      expect((await stage.send(uploadBy(ALICE, { mode }))).outcome).toBe('200')
      const seen = await stage.theBackendRequest()
      expect(seen.declaredLength).toBe(seen.body.length)
      for (const name of ['transfer-encoding', 'expect', 'te', 'trailer']) expect(seen.headers.has(name)).toBe(false)
    }
  })

  test('D13: a trailer that this framing cannot carry, or one beside a checksum header, is refused', async () => {
    const trailer: Pair = ['x-amz-trailer', 'x-amz-checksum-crc32']
    const plain = { method: 'PUT', body: 'x', headers: [trailer] }
    await storesNothing(signedBy(ALICE, plain), '400 MalformedTrailerError')
    const headers: Pair[] = [['x-amz-decoded-content-length', '5'], trailer]
    const signed = sign(ALICE, { method: 'PUT', host: HOST, path: '/a-bkt/k', headers, payloadHash: SIGNED_CHUNKS })
    const body = frame([Buffer.from('hello')], { seed: signed.seed, trailer: undefined })
    await storesNothing(
      { ...signed, headers: [...signed.headers, ['content-length', String(body.length)]], body },
      '400 MalformedTrailerError',
    )
    const crc = crc32Text(Buffer.from('hello'))
    const both = chunks(`5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`, '5', [
      trailer,
      ['x-amz-checksum-crc32', crc],
    ])
    await storesNothing(both, '400 InvalidRequest')
    await stage.expectBackendSawNothing()
  })

  test('D8: trailers without end are refused', async () => {
    const line = `x-amz-checksum-crc32:${'A'.repeat(64)}\r\n`
    for (const text of [
      `5\r\nhello\r\n0\r\n${line.repeat(1_000)}\r\n`,
      `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${'A'.repeat(100_000)}\r\n\r\n`,
    ]) {
      stage.backend.reset()
      await storesNothing(chunks(text, '5', [['x-amz-trailer', 'x-amz-checksum-crc32']]), /^400 /)
    }
  })
})
