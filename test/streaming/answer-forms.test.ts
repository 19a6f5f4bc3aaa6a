import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../support/ports.ts'
import { ALICE } from '../support/proxy-in-process.ts'
import { UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { type Pair, signedBy, uploadBy, wireBytes, wireHead } from '../support/wire-requests.ts'
import { type SteeredStage, startSteeredStage } from './steered-stage.ts'

const ETAG: Pair = ['etag', '"900150983cd24fb0d6963f7d28e17f72"']
const GIB = 1024 ** 3

let steered: SteeredStage
beforeAll(async () => {
  steered = await startSteeredStage()
})
afterAll(() => steered.close())
beforeEach(() => steered.backend.reset())

interface Form {
  readonly method?: string
  readonly headers?: readonly Pair[]
  readonly reply: readonly [status: number, headers: readonly Pair[], body?: string]
  readonly expected: {
    readonly status: number
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
  }
  readonly absent?: readonly string[]
}

const FORMS: readonly (readonly [name: string, form: Form])[] = [
  [
    'GET',
    {
      reply: [
        200,
        [ETAG, ['last-modified', 'Wed, 01 Jan 2025 00:00:00 GMT'], ['accept-ranges', 'bytes']],
        'twelve bytes',
      ],
      expected: {
        status: 200,
        body: 'twelve bytes',
        headers: { 'content-length': '12', etag: ETAG[1], 'last-modified': 'Wed, 01 Jan 2025 00:00:00 GMT' },
      },
      absent: ['transfer-encoding'],
    },
  ],
  [
    'GET of an empty object',
    {
      reply: [200, [ETAG]],
      expected: { status: 200, body: '', headers: { 'content-length': '0', etag: ETAG[1] } },
      absent: ['transfer-encoding'],
    },
  ],
  [
    'HEAD',
    {
      method: 'HEAD',
      reply: [200, [ETAG, ['content-length', '5368709120'], ['content-type', 'text/plain']]],
      expected: {
        status: 200,
        body: '',
        headers: { 'content-length': '5368709120', etag: ETAG[1], 'content-type': 'text/plain' },
      },
      absent: ['transfer-encoding'],
    },
  ],
  [
    'GET of a range',
    {
      headers: [['range', 'bytes=2-5']],
      reply: [206, [ETAG, ['content-range', 'bytes 2-5/12']], 'elve'],
      expected: {
        status: 206,
        body: 'elve',
        headers: { 'content-length': '4', 'content-range': 'bytes 2-5/12', etag: ETAG[1] },
      },
    },
  ],
  [
    'GET of what has not changed',
    {
      headers: [['if-none-match', ETAG[1]]],
      reply: [304, [ETAG]],
      expected: { status: 304, body: '', headers: { etag: ETAG[1] } },
      absent: ['transfer-encoding', 'content-length'],
    },
  ],
  [
    'HEAD of what has not changed',
    {
      method: 'HEAD',
      headers: [['if-none-match', ETAG[1]]],
      reply: [304, [ETAG]],
      expected: { status: 304, body: '', headers: { etag: ETAG[1] } },
      absent: ['transfer-encoding', 'content-length'],
    },
  ],
  [
    'DELETE',
    {
      method: 'DELETE',
      reply: [204, []],
      expected: { status: 204, body: '', headers: {} },
      absent: ['transfer-encoding', 'content-length'],
    },
  ],
  [
    'GET that is compressed',
    {
      reply: [200, [ETAG, ['content-encoding', 'gzip'], ['content-type', 'text/plain']], '\x1f\x8bnot really'],
      expected: {
        status: 200,
        body: Buffer.from('\x1f\x8bnot really').toString('latin1'),
        headers: { 'content-encoding': 'gzip', 'content-length': '13' },
      },
    },
  ],
]

describe('the form of an answer', () => {
  test.each(FORMS)('passes as it is: %s', async (_, form) => {
    const { stage, backend } = steered
    const { method = 'GET', headers = [], reply, expected, absent = [] } = form
    backend.onRequest = (exchange) => exchange.answer(...reply)
    const answer = await stage.send(signedBy(ALICE, { method, headers }))
    expect(answer.status).toBe(expected.status)
    expect(answer.body.toString('latin1')).toBe(expected.body)
    expect(Object.fromEntries(answer.headers)).toMatchObject(expected.headers)
    for (const name of absent) expect(answer.headers.has(name), name).toBe(false)
    const [asked] = backend.requests
    for (const [name, value] of headers) expect(asked?.headers.get(name)).toBe(value)
  })

  test('is chunked where the backend gives no length, and complete', async () => {
    const { stage, backend } = steered
    backend.onRequest = (exchange) => {
      exchange.head(200, [['transfer-encoding', 'chunked'], ETAG])
      exchange.connection.write('5\r\nhello\r\n')
      setTimeout(() => exchange.connection.write('7\r\n, world\r\n0\r\n\r\n'), 20)
    }
    const answer = await stage.send(signedBy(ALICE))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('transfer-encoding')).toBe('chunked')
    expect(answer.headers.get('etag')).toBe(ETAG[1])
    expect(answer.body.toString()).toBe('hello, world')
  })

  test('is no object where only the end of the connection would end it: a cut would look whole', async () => {
    const { stage, backend } = steered
    backend.onRequest = (exchange) => {
      exchange.connection.end('HTTP/1.1 200 OK\r\netag: "e"\r\n\r\nhello')
    }
    const answer = await stage.send(signedBy(ALICE))
    expect(answer.status).toBe(500)
    expect(answer.body.toString()).toContain('<Code>InternalError</Code>')
  })

  test('reaches the client piece by piece', async () => {
    const { stage, backend } = steered
    const connection = await stage.connect()
    await connection.write(wireBytes(signedBy(ALICE)))
    const exchange = await backend.next()
    exchange.head(200, [['content-length', '10'], ETAG])
    await until(
      () => connection.received.endsWith('\r\n\r\n'),
      2_000,
      () => 'no head',
    )
    for (const piece of ['12', '34', '56']) {
      exchange.connection.write(piece)
      await until(
        () => connection.received.endsWith(piece),
        2_000,
        () => `no ${piece}`,
      )
    }
    exchange.connection.write('7890')
    expect((await connection.answer())?.body.toString()).toBe('1234567890')
    connection.destroy()
  })
})

test('one client connection serves requests of every kind, one after the other', async () => {
  const { stage, backend } = steered
  const upload = uploadBy(ALICE, { mode: 'signed chunks with a trailer' })
  backend.onRequest = (exchange) => {
    const answers: Readonly<Record<string, () => void>> = {
      GET: () => exchange.answer(200, [ETAG], 'an object'),
      HEAD: () => exchange.head(200, [ETAG, ['content-length', '9']]),
      DELETE: () => exchange.answer(204),
      PUT: () => exchange.answer(200, [ETAG]),
    }
    void exchange.until(({ isComplete }) => isComplete).then(answers[exchange.method])
  }
  const connection = await stage.connect()
  const requests = [
    signedBy(ALICE),
    upload,
    signedBy(ALICE, { method: 'HEAD' }),
    signedBy(ALICE, { path: '/b-bkt/k' }),
    signedBy(ALICE, { method: 'DELETE' }),
    upload,
    signedBy(ALICE),
  ]
  const statuses: (number | undefined)[] = []
  for (const request of requests) {
    await connection.write(wireBytes(request))
    statuses.push((await connection.answer(request.method))?.status)
  }
  expect(statuses).toEqual([200, 200, 200, 403, 204, 200, 200])
  // So does one connection to the backend.
  expect(backend.requests).toHaveLength(6)
  expect(new Set(backend.requests.map((exchange) => exchange.connection)).size).toBe(1)
  connection.destroy()
})

test.each([
  ['with its head', 0],
  ['later', 20],
])('the body that a faulty backend sends after HEAD, %s, is nobody’s answer', async (_, delayMs) => {
  const { stage, backend } = steered
  const planted = 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nplanted'
  backend.onRequest = (exchange) => {
    if (exchange.method !== 'HEAD') return exchange.answer(200, [ETAG], 'an object')
    exchange.connection.cork()
    exchange.head(200, [ETAG, ['content-length', String(planted.length)]])
    if (delayMs === 0) exchange.connection.write(planted)
    else setTimeout(() => exchange.connection.write(planted), delayMs)
    exchange.connection.uncork()
  }
  expect((await stage.send(signedBy(ALICE, { method: 'HEAD' }))).status).toBe(200)
  await sleep(delayMs * 2)
  expect((await stage.send(signedBy(ALICE))).body.toString()).toBe('an object')
})

describe('an upload of', () => {
  const sized = (bytes: number, mode: 'plain' | 'framed') =>
    mode === 'plain'
      ? signedBy(ALICE, {
          method: 'PUT',
          payloadHash: UNSIGNED_PAYLOAD,
          unsigned: [['content-length', String(bytes)]],
        })
      : signedBy(ALICE, {
          method: 'PUT',
          payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
          headers: [['x-amz-decoded-content-length', String(bytes)]],
          unsigned: [['content-length', String(bytes + 200)]],
        })

  test.each(['plain', 'framed'] as const)('one byte above 5 GiB (%s) is refused by its head alone', async (mode) => {
    const { stage, backend } = steered
    const connection = await stage.connect()
    await connection.write(wireHead(sized(5 * GIB + 1, mode)))
    const answer = await connection.answer()
    expect(answer?.outcome).toBe('400 EntityTooLarge')
    expect(answer?.headers.get('connection')).toBe('close')
    expect(answer?.text).toContain('<MaxSizeAllowed>5368709120</MaxSizeAllowed>')
    expect(backend.requests).toHaveLength(0)
    connection.destroy()
  })

  test('exactly 5 GiB is begun', async () => {
    const { stage, backend } = steered
    const connection = await stage.connect()
    await connection.write(wireHead(sized(5 * GIB, 'plain')))
    await connection.write(Buffer.alloc(1024 * 1024))
    const exchange = await backend.next()
    expect(exchange.headers.get('content-length')).toBe(String(5 * GIB))
    connection.destroy()
    await exchange.until(({ isClosed }) => isClosed)
    expect(exchange.wasCut).toBe(true)
  })
})
