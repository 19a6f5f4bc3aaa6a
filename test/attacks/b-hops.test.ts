import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { httpReply } from '../support/plausible-replies.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  changeHeader,
  HOST,
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  unsignedRequest,
  type WireRequest,
  wireBytes,
  withHeaders,
} from '../support/wire-requests.ts'

// Headers that speak of the connection, of hops on the way, or to one of several readers only.

let stage: Stage
let behind: Stage
beforeAll(async () => {
  stage = await Stage.start({ more: { server: { hostnames: ['s3.test'] } } })
  behind = await Stage.start({
    more: { server: { hostnames: ['s3.test'], trusted_proxies: ['127.0.0.1', '10.0.0.0/8'] } },
  })
})
afterAll(async () => {
  await stage.close()
  await behind.close()
})
beforeEach(() => {
  stage.backend.reset()
  behind.backend.reset()
})

async function expectRefused(request: WireRequest, outcome: string): Promise<void> {
  expect((await stage.send(request)).outcome).toBe(outcome)
  await stage.expectBackendSawNothing()
}

const PUT: Order = { method: 'PUT', body: 'x' }

describe('B8', () => {
  test.each(['x-amz-date', 'host', 'x-amz-content-sha256', 'close, X-Amz-Date', 'keep-alive,x-amz-acl'])(
    'B8: Connection may not name a header that is signed (%s)',
    async (connection) => {
      const request = signedBy(ROOT, { ...PUT, headers: [['x-amz-acl', 'private']] })
      await expectRefused(withHeaders(request, ['connection', connection]), '400 InvalidRequest')
      await expectRefused(
        withHeaders(presignedBy(ROOT, { headers: [['x-amz-date', '1']] }), ['connection', 'x-amz-date']),
        '400 InvalidRequest',
      )
    },
  )

  test.each<Pair>([
    ['te', 'trailers'],
    ['upgrade', 'h2c'],
    ['keep-alive', 'timeout=5'],
    ['proxy-connection', 'keep-alive'],
    ['proxy-authorization', 'Basic eDp5'],
    ['proxy-authenticate', 'x'],
    ['http2-settings', 'AAMAAABkAAQAAP__'],
    ['trailer', 'x-amz-acl'],
    ['connection', 'content-type'],
  ])('B8: %s (%s) ends at the proxy', async (name, value) => {
    expect((await stage.send(withHeaders(signedBy(ROOT, PUT), [name, value]))).outcome).toBe('200')
    expect((await stage.theBackendRequest()).head).not.toContain(`\r\n${name}: ${value}`)
  })

  test('B8: a header that Connection names and nobody signed does not leave', async () => {
    const request = withHeaders(signedBy(ROOT, PUT), ['cache-control', 'no-store'], ['connection', 'Cache-Control'])
    expect((await stage.send(request)).outcome).toBe('200')
    expect((await stage.theBackendRequest()).headers.has('cache-control')).toBe(false)
  })

  test('B8: an offer to upgrade to h2c is ignored', async () => {
    const upgrade: Pair[] = [
      ['connection', 'Upgrade, HTTP2-Settings'],
      ['upgrade', 'h2c'],
      ['http2-settings', 'AAMAAABkAAQAAP__'],
    ]
    expect((await stage.send(withHeaders(signedBy(ROOT), ...upgrade))).outcome).toBe('200')
    expect((await stage.theBackendRequest()).head.toLowerCase()).not.toContain('upgrade')
  })
})

describe('B9', () => {
  const claims: Pair[] = [
    ['x-forwarded-for', '203.0.113.9'],
    ['x-real-ip', '203.0.113.9'],
    ['forwarded', 'for=203.0.113.9;proto=https;host=v-bkt.s3.test'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-host', 'v-bkt.s3.test'],
  ]

  test('B9: nothing that claims to come from a proxy is believed, or sent on, unless that proxy is configured', async () => {
    expect((await stage.send(withHeaders(signedBy(ROOT, { path: '/a-bkt/k' }), ...claims))).outcome).toBe('200')
    const { target, head } = await stage.theBackendRequest()
    expect(target).toBe('/a-bkt/k')
    expect(stage.lastEvent()).toMatchObject({ source_ip: '127.0.0.1', bucket: 'a-bkt' })
    expect(head).not.toMatch(/203\.0\.113\.9|forwarded|x-real-ip|v-bkt/i)
  })

  test('B9: of a chain of addresses the first one from the right that is not trusted counts', async () => {
    for (const [chain, expected] of [
      ['203.0.113.9', '203.0.113.9'],
      ['198.51.100.1, 203.0.113.9', '203.0.113.9'],
      ['198.51.100.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
      ['10.9.9.9, 10.1.2.3', '10.9.9.9'],
      ['::ffff:203.0.113.9', '203.0.113.9'],
      ['203.0.113.9, nonsense', '127.0.0.1'],
    ] as const) {
      expect((await behind.send(withHeaders(signedBy(ROOT), ['x-forwarded-for', chain]))).outcome).toBe('200')
      expect(`${chain}: ${behind.lastEvent().source_ip}`).toBe(`${chain}: ${expected}`)
    }
  })

  test('B9: a forwarded host name counts only from a configured proxy, and still has to be the signed one', async () => {
    const request = presignedBy(ROOT, { path: '/k', host: 'a-bkt.s3.test' })
    const forwarded = {
      ...request,
      headers: [
        ['host', 'inner:8080'],
        ['x-forwarded-host', 'a-bkt.s3.test'],
      ] as const,
    }
    expect((await behind.send(forwarded)).outcome).toBe('200')
    expect((await behind.theBackendRequest()).target).toBe('/a-bkt/k')
    behind.backend.reset()
    const other = {
      ...forwarded,
      headers: [
        ['host', 'a-bkt.s3.test'],
        ['x-forwarded-host', 'v-bkt.s3.test'],
      ] as const,
    }
    expect((await behind.send(other)).outcome).toBe('403 SignatureDoesNotMatch')
    expect((await stage.send(forwarded)).status).toBeGreaterThanOrEqual(400)
    await behind.expectBackendSawNothing()
    await stage.expectBackendSawNothing()
  })
})

describe('B10', () => {
  test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'B10: %s changes nothing and is not sent on',
    async (name) => {
      expect((await stage.send(signedBy(ALICE, { headers: [[name, 'DELETE']] }))).outcome).toBe('200')
      const { method, head } = await stage.theBackendRequest()
      expect(method).toBe('GET')
      expect(head).not.toContain(name)
    },
  )

  test('B10: a parameter _method is refused', async () => {
    await expectRefused(signedBy(ALICE, { query: [['_method', 'DELETE']] }), '501 NotImplemented')
  })
})

describe('B11', () => {
  test.each(['x_amz_acl', 'x_amz_copy_source', 'X_AMZ_ACL', 'authorization_', 'x-amz_acl'])(
    'B11: %s, which a backend could read with hyphens, never reaches it',
    async (name) => {
      expect((await stage.send(withHeaders(signedBy(ROOT, PUT), [name, 'public-read']))).outcome).toBe('200')
      expect((await stage.theBackendRequest()).head.toLowerCase()).not.toContain(name.toLowerCase())
    },
  )

  test.each<[string, string]>([
    ['a line feed', 'a\nx-amz-acl: public-read'],
    ['a carriage return', 'a\rx-amz-acl: public-read'],
    ['a folded line', 'a\r\n x-amz-acl: public-read'],
    ['a NUL', 'a\0b'],
    ['a control character', 'a\u0001b'],
    ['a DEL', 'a\u007fb'],
  ])('B11: %s in a header value is refused', async (_, value) => {
    const bytes = wireBytes(withHeaders(signedBy(ROOT, PUT), ['cache-control', value]))
    expect((await stage.sendBytes(bytes)).status).toBe(400)
    await stage.expectBackendSawNothing()
  })

  test.each(['x amz-acl', 'x-amz-acl ', 'x-amz-acl\t', '', 'x-amz(acl)', 'x-amz-\u00e4'])(
    'B11: the header name "%s" is refused',
    async (name) => {
      const bytes = wireBytes(withHeaders(signedBy(ROOT, PUT), [name, 'public-read']))
      expect((await stage.sendBytes(bytes)).status).toBe(400)
      await stage.expectBackendSawNothing()
    },
  )

  test('B11: metadata in UTF-8 leaves byte for byte', async () => {
    const value = Buffer.from('gr\u00fc\u00dfe \u6f22').toString('latin1')
    expect(
      (await stage.send(signedBy(ROOT, { ...PUT, query: [['x-amz-meta-greeting', 'gr\u00fc\u00dfe \u6f22']] })))
        .outcome,
    ).toBe('200')
    expect((await stage.theBackendRequest()).headers.get('x-amz-meta-greeting')).toBe(value)
  })
})

describe('B12', () => {
  const padded = (count: number, name: (i: number) => string = (i) => `h${i}`): WireRequest =>
    withHeaders(signedBy(ROOT, PUT), ...Array.from({ length: count }, (_, i): Pair => [name(i), '']))

  test('B12: a hundred headers are taken, one more is refused', async () => {
    const own = signedBy(ROOT, PUT).headers.length
    expect((await stage.send(padded(100 - own))).outcome).toBe('200')
    stage.backend.reset()
    await expectRefused(padded(101 - own), '400 RequestHeaderSectionTooLarge')
  })

  test('B12: among 2,101 tiny headers none is lost: the request is refused, whatever stands last', async () => {
    const last: Pair = ['x-amz-acl', 'public-read']
    const request = withHeaders(
      padded(2_101, () => 'a'),
      last,
    )
    expect(wireBytes(request).length).toBeLessThan(16 * 1024)
    await expectRefused(request, '400 RequestHeaderSectionTooLarge')
  })

  test('B12: a head above the limit is refused', async () => {
    const answer = await stage.send(withHeaders(signedBy(ROOT, PUT), ['x-padding', 'p'.repeat(17 * 1024)]))
    expect(answer.outcome).toBe('400 RequestHeaderSectionTooLarge')
    const long = await stage.send(unsignedRequest({ path: `/a-bkt/${'k'.repeat(17 * 1024)}` }))
    expect(long.outcome).toBe('400 RequestHeaderSectionTooLarge')
    await stage.expectBackendSawNothing()
  })
})

describe('B13', () => {
  const overrides: Pair[] = [
    ['response-content-type', 'text/html'],
    ['response-content-disposition', 'inline'],
  ]

  test('B13: nobody can override response headers without a signature', async () => {
    await expectRefused(unsignedRequest({ query: overrides }), '403 AccessDenied')
    const { target, headers } = presignedBy(ALICE)
    await expectRefused(
      { method: 'GET', target: `${target}&response-content-type=text%2Fhtml`, headers },
      '403 SignatureDoesNotMatch',
    )
  })

  test('B13: signed overrides are carried out, and browsers are told not to guess', async () => {
    const answer = await stage.send(presignedBy(ALICE, { query: overrides }))
    expect(answer.outcome).toBe('200')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await stage.theBackendRequest()).target).toBe(
      '/a-bkt/k?response-content-disposition=inline&response-content-type=text%2Fhtml',
    )
  })
})

describe('B14', () => {
  test.each<[string, string, string, number]>([
    ['GET', 'range', 'bytes=0-3', 206],
    ['GET', 'range', 'bytes=-1', 206],
    ['GET', 'if-match', '"etag, with comma"', 412],
    ['GET', 'if-none-match', '*', 304],
    ['GET', 'if-modified-since', 'Thu, 01 Jan 2026 00:00:00 GMT', 304],
    ['HEAD', 'if-unmodified-since', 'Thu, 01 Jan 2026 00:00:00 GMT', 412],
    ['PUT', 'if-none-match', '*', 412],
    ['PUT', 'if-match', '"e"', 412],
  ])('B14: %s with %s: %s reaches the backend as it is, and its %i comes back', async (method, name, value, status) => {
    const length: Pair[] = method === 'PUT' ? [['content-length', '0']] : []
    for (const request of [
      signedBy(ALICE, { method, headers: [[name, value]] }),
      signedBy(ALICE, { method, unsigned: [[name, value], ...length] }),
    ]) {
      stage.backend.reset()
      stage.backend.script = () => ({ bytes: httpReply(status, '', [['content-range', 'bytes 0-3/9']]) })
      expect((await stage.send(request)).status).toBe(status)
      expect((await stage.theBackendRequest()).headers.get(name)).toBe(value)
    }
  })
})

describe('B15', () => {
  const KEY = 'c2VjcmV0LWN1c3RvbWVyLWtleS1vZi0zMi1ieXRlcyE='
  const sse: Pair[] = [
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-server-side-encryption-customer-key', KEY],
    ['x-amz-server-side-encryption-customer-key-md5', 'bWQ1LW9mLXRoZS1rZXk='],
  ]

  test("B15: neither log nor audit hold a customer's key, a signature or an Authorization header, when it works and when it does not", async () => {
    await stage.send(signedBy(ALICE, { ...PUT, headers: sse }))
    await stage.send(presignedBy(ALICE, { ...PUT, query: sse }))
    await stage.send(signedBy(ALICE, { ...PUT, headers: sse, path: '/v-bkt/k' }))
    await stage.send(changeHeader(signedBy(ALICE, { ...PUT, headers: sse }), 'host', () => `${HOST}:1`))
    stage.backend.script = () => ({ bytes: 'garbage', afterwards: 'end' })
    await stage.send(signedBy(ALICE, { ...PUT, headers: sse }))
    await stage.send(presignedBy(ALICE, { ...PUT, query: sse }))
    const written = [...stage.logLines, ...stage.events().map((event) => JSON.stringify(event))].join('\n')
    for (const secret of [KEY, encodeURIComponent(KEY), 'Authorization', 'authorization', 'X-Amz-Signature'])
      expect(written).not.toContain(secret)
  })
})
