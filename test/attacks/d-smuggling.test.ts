import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ROOT, Stage } from '../support/proxy-in-process.ts'
import { type Pair, signedBy, type WireRequest, wireBytes, wireHead } from '../support/wire-requests.ts'

// Bytes that two readers could cut into requests differently. What hides in them is signed by a user with all rights:
// if it were taken for a request, the backend would see it.

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const hidden = (): string => wireBytes(signedBy(ROOT, { method: 'DELETE', path: '/v-bkt/hidden' })).toString('latin1')

/** The head of an upload whose framing is the given lines; nothing about the framing is signed. */
function uploadHead(...framing: readonly string[]): string {
  const { target, headers } = signedBy(ROOT, {
    method: 'PUT',
    payloadHash: 'UNSIGNED-PAYLOAD',
    unsigned: [['content-length', '']],
  })
  const lines = headers.filter(([name]) => name !== 'content-length').map(([name, value]) => `${name}: ${value}\r\n`)
  return `PUT ${target} HTTP/1.1\r\n${lines.join('')}${framing.map((line) => `${line}\r\n`).join('')}\r\n`
}

/** Refused with one answer, the connection closed, the hidden request taken for nothing. */
async function expectRefusedAndClosed(bytes: string, statuses: RegExp = /^(?:400|501) /): Promise<void> {
  const connection = await stage.connect()
  try {
    await connection.write(bytes)
    const answer = await connection.answer()
    stage.expectNoLeak(connection.received)
    expect(answer?.outcome).toMatch(statuses)
    expect(answer?.headers.get('connection')).toBe('close')
    connection.end()
    expect(await connection.answer()).toBeUndefined()
    await stage.expectBackendSawNothing()
  } finally {
    connection.destroy()
  }
}

const CHUNKED = 'transfer-encoding: chunked'
const FRAMINGS: readonly (readonly [string, readonly string[]])[] = [
  ['length before chunked', ['content-length: 5', CHUNKED]],
  ['chunked before length', [CHUNKED, 'content-length: 5']],
  ['a length of 0 and chunked', ['content-length: 0', CHUNKED]],
  ['two equal lengths', ['content-length: 5', 'content-length: 5']],
  ['two lengths', ['content-length: 5', 'content-length: 0']],
  ['a list of lengths', ['content-length: 5, 5']],
  ['a length with a plus', ['content-length: +5']],
  ['a negative length', ['content-length: -5']],
  ['a hexadecimal length', ['content-length: 0x5']],
  ['a length with a fraction', ['content-length: 5.0']],
  ['a length of two numbers', ['content-length: 5 5']],
  ['an empty length', ['content-length:']],
  ['a length beyond all numbers', ['content-length: 99999999999999999999999']],
  ['xchunked', ['transfer-encoding: xchunked']],
  ['identity', ['transfer-encoding: identity']],
  ['gzip, chunked', ['transfer-encoding: gzip, chunked']],
  ['chunked, identity', ['transfer-encoding: chunked, identity']],
  ['chunked, chunked', ['transfer-encoding: chunked, chunked']],
  ['chunked with a parameter', ['transfer-encoding: chunked;q=1']],
  ['two lines of codings', [CHUNKED, 'transfer-encoding: identity']],
  ['two lines of chunked', [CHUNKED, CHUNKED]],
  ['an empty coding', ['transfer-encoding:']],
  ['a quoted coding', ['transfer-encoding: "chunked"']],
  ['a coding with a control character', ['transfer-encoding: \u000bchunked']],
  ['a blank before the colon', ['transfer-encoding : chunked']],
  ['a folded coding', ['transfer-encoding:', ' chunked']],
  ['a folded length', ['content-length: 5', ' 0']],
  [
    'a name with an underscore beside a length',
    ['content-length: 5', 'transfer_encoding: chunked', 'content-length: 6'],
  ],
  ['a line without a colon', ['content-length: 5', 'nonsense']],
  ['a line that begins with a colon', ['content-length: 5', ': nonsense']],
  ['a NUL in a name', ['content-length: 5', 'a\0b: c']],
]

describe('D1', () => {
  test.each(FRAMINGS)('D1: a body framed by %s is refused, and nothing in it becomes a request', async (_, framing) => {
    await expectRefusedAndClosed(`${uploadHead(...framing)}0\r\n\r\n${hidden()}`)
  })

  const CHUNKS: readonly (readonly [string, string])[] = [
    ['a size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a plus', '+5\r\nhello\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\nhello\r\n0\r\n\r\n'],
    ['a size beyond all numbers', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
    ['no size', '\r\nhello\r\n0\r\n\r\n'],
    ['a size that is too small', '4\r\nhello\r\n0\r\n\r\n'],
    ['a size that is too large', '6\r\nhello\r\n0\r\n\r\n'],
    ['bare line feeds', '5\nhello\n0\n\n'],
    ['bare carriage returns', '5\rhello\r0\r\r'],
    ['a blank before the size', ' 5\r\nhello\r\n0\r\n\r\n'],
    ['a control character in an extension', '5;a\u0000b\r\nhello\r\n0\r\n\r\n'],
    ['a line feed in an extension', '5;a\nb\r\nhello\r\n0\r\n\r\n'],
  ]
  test.each(CHUNKS)('D1: HTTP chunks with %s are refused, and nothing in them becomes a request', async (_, chunks) => {
    const { target, headers } = signedBy(ROOT, {
      method: 'POST',
      query: [['delete', '']],
      path: '/a-bkt',
      payloadHash: 'UNSIGNED-PAYLOAD',
      unsigned: [
        ['transfer-encoding', 'chunked'],
        ['content-md5', 'AAAAAAAAAAAAAAAAAAAAAA=='],
      ],
    })
    await expectRefusedAndClosed(`${wireHead({ method: 'POST', target, headers })}${chunks}${hidden()}`)
  })

  test('D1: HTTP chunks that are broken end an upload before its last byte', async () => {
    const decoded: Pair[] = [
      ['x-amz-decoded-content-length', '5'],
      ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ]
    const { target, headers } = signedBy(ROOT, {
      method: 'PUT',
      headers: decoded,
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      unsigned: [['transfer-encoding', 'chunked']],
    })
    for (const chunks of ['9\r\n5\r\nhello\r\nX\r\n', 'zz\r\n', '9\r\n5\r\nhello']) {
      stage.backend.reset()
      const before = stage.requestsDone
      const connection = await stage.connect()
      await connection.write(`${wireHead({ method: 'PUT', target, headers })}${chunks}${hidden()}`)
      connection.end()
      const answer = await connection.answer()
      expect(answer?.status ?? 400).toBe(400)
      connection.destroy()
      await stage.untilDone(before)
      await stage.expectBackendStoredNothing()
    }
  })

  test.each<[string, (request: WireRequest) => string]>([
    ['bare line feeds', (request) => wireHead(request).replaceAll('\r\n', '\n')],
    ['bare carriage returns', (request) => wireHead(request).replaceAll('\r\n', '\r')],
    ['one bare line feed', (request) => wireHead(request).replace('\r\nx-amz-date', '\nx-amz-date')],
    ['a lower-case method', (request) => wireHead(request).replace('GET', 'get')],
    ['an unknown method', (request) => wireHead(request).replace('GET', 'FETCH')],
    ['a tab before the target', (request) => wireHead(request).replace('GET ', 'GET\t')],
    ['no version', (request) => wireHead(request).replace(' HTTP/1.1', '')],
    ['HTTP/0.9', (request) => wireHead(request).replace('HTTP/1.1', 'HTTP/0.9')],
    ['HTTP/1.2', (request) => wireHead(request).replace('HTTP/1.1', 'HTTP/1.2')],
    ['HTTP/2.0', (request) => wireHead(request).replace('HTTP/1.1', 'HTTP/2.0')],
    ['HTTP/1.10', (request) => wireHead(request).replace('HTTP/1.1', 'HTTP/1.10')],
    ['http in lower case', (request) => wireHead(request).replace('HTTP/1.1', 'http/1.1')],
    ['raw UTF-8 in the target', (request) => wireHead(request).replace('/a-bkt/k', '/a-bkt/\u00c3\u00a9')],
    ['a blank in the target', (request) => wireHead(request).replace('/a-bkt/k', '/a-bkt/k k')],
    ['a NUL in the target', (request) => wireHead(request).replace('/a-bkt/k', '/a-bkt/k\0')],
    ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS handshake', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('D1: a request with %s is refused, and what follows it is no request', async (_, spoil) => {
    await expectRefusedAndClosed(`${spoil(signedBy(ROOT))}${hidden()}`, /^(?:400|505) ?/)
  })

  test('D1: trailers of HTTP chunks are not headers', async () => {
    const { target, headers } = signedBy(ROOT, {
      method: 'POST',
      path: '/a-bkt',
      query: [['delete', '']],
      body: '<Delete><Object><Key>k</Key></Object></Delete>',
      unsigned: [
        ['transfer-encoding', 'chunked'],
        ['trailer', 'x-amz-bypass-governance-retention'],
      ],
    })
    const body = '<Delete><Object><Key>k</Key></Object></Delete>'
    const chunks = `${body.length.toString(16)};ext=1\r\n${body}\r\n0\r\nx-amz-bypass-governance-retention: true\r\nhost: v-bkt\r\n\r\n`
    expect((await stage.sendBytes(`${wireHead({ method: 'POST', target, headers })}${chunks}`)).outcome).toBe('200')
    expect((await stage.theBackendRequest()).head).not.toContain('bypass')
  })

  test('D1: an upload with HTTP chunks and no announced length is refused before it is read', async () => {
    await expectRefusedAndClosed(
      `${uploadHead(CHUNKED)}5\r\nhello\r\n0\r\n\r\n${hidden()}`,
      /^411 MissingContentLength/,
    )
  })
})

describe('D7', () => {
  test.each(['GET', 'HEAD', 'DELETE'])(
    'D7: a %s with a body is refused, and nothing in it becomes a request',
    async (method) => {
      const inside = hidden()
      const withLength = wireHead(signedBy(ROOT, { method, unsigned: [['content-length', String(inside.length)]] }))
      const chunked = wireHead(signedBy(ROOT, { method, unsigned: [['transfer-encoding', 'chunked']] }))
      for (const bytes of [`${withLength}${inside}`, `${chunked}0\r\n\r\n${inside}`]) {
        const connection = await stage.connect()
        await connection.write(bytes)
        expect((await connection.answer(method))?.status).toBe(400)
        connection.end()
        expect(await connection.answer()).toBeUndefined()
        connection.destroy()
        await stage.expectBackendSawNothing()
      }
    },
  )
})

test('D14: neither CONNECT nor an upgrade opens a tunnel', async () => {
  for (const head of [
    'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: 127.0.0.1:22\r\n\r\n',
    `CONNECT / HTTP/1.1\r\nhost: x\r\n\r\n${hidden()}`,
  ]) {
    const connection = await stage.connect()
    await connection.write(head)
    const answer = await connection.answer()
    expect(answer?.status ?? 400).toBeGreaterThanOrEqual(400)
    expect(await connection.ends(1_000)).toBe(true)
    connection.destroy()
  }
  await stage.expectBackendSawNothing()
})
