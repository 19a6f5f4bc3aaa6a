import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  changeHeader,
  type Pair,
  presignedBy,
  signedBy,
  unsignedRequest,
  type WireRequest,
  withHeaders,
  withoutHeader,
} from '../support/wire-requests.ts'

const NAME = 's3.test'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ more: { server: { hostnames: [NAME, 'eu.s3.test'] } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

/** `METHOD target` of the one request at the backend, or the answer when it never came there. */
async function carriedOut(request: WireRequest): Promise<string> {
  const answer = await stage.send(request)
  if (answer.status !== 200 && answer.status !== 204) {
    await stage.expectBackendSawNothing()
    return answer.outcome
  }
  const { method, target } = await stage.theBackendRequest()
  return `${method} ${target}`
}

describe('the bucket in the host', () => {
  test.each([
    ['a-bkt.s3.test', '/k', 'GET /a-bkt/k'],
    ['a-bkt.s3.test:8080', '/k', 'GET /a-bkt/k'],
    ['A-BKT.S3.Test', '/k', 'GET /a-bkt/k'],
    ['a-bkt.eu.s3.test', '/k', 'GET /a-bkt/k'],
    // The path is the key, whatever bucket it seems to name.
    ['a-bkt.s3.test', '/b-bkt/k', 'GET /a-bkt/b-bkt/k'],
    ['a-bkt.s3.test', '//lead', 'GET /a-bkt//lead'],
    ['a-bkt.s3.test', '/a%20b%2Fc', 'GET /a-bkt/a%20b/c'],
    ['a-bkt.s3.test', '/x/../b-bkt', 'GET /a-bkt/x/../b-bkt'],
    ['b-bkt.s3.test', '/a-bkt/k', '403 AccessDenied'],
    // Without a bucket in it, the name is that of the service.
    ['s3.test', '/a-bkt/k', 'GET /a-bkt/k'],
    ['eu.s3.test', '/a-bkt/k', 'GET /a-bkt/k'],
    // No name of ours: an address, or a name that only looks alike.
    ['[::1]:8080', '/a-bkt/k', 'GET /a-bkt/k'],
    ['127.0.0.1', '/a-bkt/k', 'GET /a-bkt/k'],
    ['evils3.test', '/a-bkt/k', 'GET /a-bkt/k'],
    ['b-bkt.s3.test.evil.tld', '/a-bkt/k', 'GET /a-bkt/k'],
  ])('%s%s', async (host, path, expected) => {
    expect(await carriedOut(signedBy(ALICE, { host, path }))).toBe(expected)
    stage.backend.reset()
    expect(await carriedOut(presignedBy(ALICE, { host, path }))).toBe(expected)
  })

  test.each([
    ['A_BKT.s3.test', '400 InvalidBucketName'],
    ['admin.s3.test', '400 InvalidBucketName'],
    ['192.168.0.1.s3.test', '400 InvalidBucketName'],
    ['a..b.s3.test', '400 InvalidBucketName'],
  ])('%s holds no name of a bucket', async (host, expected) => {
    expect(await carriedOut(signedBy(ROOT, { host, path: '/k' }))).toBe(expected)
  })

  test('a list, a new bucket and a deleted one go to the bucket itself', async () => {
    const at = { host: 'a-bkt.s3.test', path: '/' }
    expect(await carriedOut(signedBy(ALICE, { ...at, query: [['list-type', '2']] }))).toMatch(/^GET \/a-bkt\?/)
    stage.backend.reset()
    expect(await carriedOut(signedBy(ALICE, { ...at, method: 'DELETE' }))).toBe('DELETE /a-bkt')
  })
})

describe('the signature covers the host', () => {
  test.each([
    ['another bucket', 'a-bkt.s3.test', 'b-bkt.s3.test'],
    ['the service instead of a bucket', 'a-bkt.s3.test', 's3.test'],
    ['a bucket instead of the service', 's3.test', 'a-bkt.s3.test'],
    ['a name that is not configured', 'other.tld', 's3.test'],
  ])('%s does not verify', async (_, signedHost, sentHost) => {
    for (const request of [signedBy(ROOT, { host: signedHost }), presignedBy(ROOT, { host: signedHost })]) {
      expect(await carriedOut(changeHeader(request, 'host', () => sentHost))).toBe('403 SignatureDoesNotMatch')
    }
  })

  test.each([
    ['another port', 's3.test:8443', 's3.test:443', '403 SignatureDoesNotMatch'],
    ['a default port left out', 's3.test:443', 's3.test', 'GET /a-bkt/k'],
    ['a default port written out', 's3.test', 's3.test:443', 'GET /a-bkt/k'],
    ['a port of the balancer behind the name', 's3.test', 's3.test:8443', 'GET /a-bkt/k'],
    ['lower case', 's3.test', 'S3.TEST', 'GET /a-bkt/k'],
    ['the address of the proxy', 's3.test', '10.0.0.5:8080', 'GET /a-bkt/k'],
    ['another of our names', 's3.test', 'eu.s3.test', 'GET /a-bkt/k'],
  ])('%s on the way: %s, then %s', async (_, signedHost, sentHost, expected) => {
    const request = changeHeader(signedBy(ALICE, { host: signedHost }), 'host', () => sentHost)
    expect(await carriedOut(request)).toBe(expected)
  })

  test('the log says which hosts were tried', async () => {
    await stage.send(changeHeader(signedBy(ALICE, { host: 'other.tld' }), 'host', () => '10.0.0.5'))
    expect(stage.logLines.at(-1)).toContain('no match for the hosts 10.0.0.5, 10.0.0.5:443, 10.0.0.5:80, s3.test')
  })

  test('the log says which signed headers did not arrive', async () => {
    const request = signedBy(ALICE, { headers: [['x-amz-meta-a_b', '1']] })
    await stage.send(withoutHeader(request, 'x-amz-meta-a_b'))
    expect(stage.logLines.at(-1)).toContain('signed headers that did not arrive: x-amz-meta-a_b')
  })
})

describe('what is no host is refused', () => {
  test.each([
    'a-bkt.s3.test.',
    's3.test.',
    '.s3.test',
    'user@s3.test',
    'user:password@s3.test',
    's3.test:port',
    's3.test:',
    's3.test:443:443',
    's3.test:123456',
    's3.test/b-bkt',
    's3.test?x',
    's3.test#x',
    's3.test,b-bkt.s3.test',
    's3.test b-bkt.s3.test',
    'http://s3.test',
    '[::1',
    '::1',
    '[s3.test]',
    'a%2Dbkt.s3.test',
    '*.s3.test',
    '\xe9.s3.test',
    'b-bkt.s3.test\t',
    '"s3.test"',
  ])('%j', async (host) => {
    const outcome = await carriedOut(signedBy(ROOT, { host }))
    // Blanks at the end of a header are no part of it.
    expect(outcome).toBe(host.endsWith('\t') ? 'GET /b-bkt/a-bkt/k' : '400 InvalidRequest')
  })

  test('none at all, an empty one, two', async () => {
    const request = signedBy(ALICE)
    expect((await stage.send(withoutHeader(request, 'host'))).status).toBe(400)
    expect(await carriedOut(changeHeader(request, 'host', () => ''))).toBe('400 InvalidRequest')
    expect(await carriedOut(withHeaders(request, ['Host', 'b-bkt.s3.test']))).toBe('400 InvalidArgument')
    await stage.expectBackendSawNothing()
  })
})

describe('request targets that are no path', () => {
  const targets: readonly (readonly [name: string, method: string, target: string])[] = [
    ['the absolute form', 'GET', 'http://s3.test/a-bkt/k'],
    ['the absolute form of another host', 'GET', 'http://b-bkt.s3.test/k'],
    ['the absolute form in another scheme', 'GET', 'https://s3.test/a-bkt/k'],
    ['an asterisk', 'OPTIONS', '*'],
    ['an asterisk for another method', 'GET', '*'],
    ['an authority', 'CONNECT', 's3.test:443'],
    ['a path without its slash', 'GET', 'a-bkt/k'],
    ['a fragment', 'GET', '/a-bkt/k#b'],
  ]
  test.each(targets)('%s is refused', async (_, method, target) => {
    const answer = await stage.send({ ...signedBy(ALICE, { host: NAME, method }), target })
    expect([0, 400]).toContain(answer.status)
    await stage.expectBackendSawNothing()
  })

  test('two slashes at the start are no host', async () => {
    const request = { ...signedBy(ROOT, { host: NAME }), target: '//b-bkt.s3.test/k' }
    expect(await carriedOut(request)).toBe('400 InvalidBucketName')
  })
})

describe('X-Forwarded-* from whom nobody trusts', () => {
  const spoofed: Pair[] = [
    ['x-forwarded-host', 'a-bkt.s3.test'],
    ['x-forwarded-for', '203.0.113.9'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-port', '8443'],
    ['forwarded', 'for=203.0.113.9;host=a-bkt.s3.test;proto=https'],
    ['x-real-ip', '203.0.113.9'],
    ['x-original-host', 'a-bkt.s3.test'],
    ['x-original-url', '/a-bkt/k'],
    ['x-rewrite-url', '/a-bkt/k'],
    ['x-http-method-override', 'GET'],
  ]

  test('changes neither the bucket nor the address of the client', async () => {
    expect(await carriedOut(signedBy(ALICE, { host: 'b-bkt.s3.test', path: '/k', unsigned: spoofed }))).toBe(
      '403 AccessDenied',
    )
    expect(stage.lastEvent()).toMatchObject({ bucket: 'b-bkt', key: 'k', source_ip: '127.0.0.1' })
  })

  test('does not verify what was signed for that host', async () => {
    const request = signedBy(ALICE, { host: 'a-bkt.s3.test', path: '/k' })
    const sent = withHeaders(
      changeHeader(request, 'host', () => '10.0.0.5'),
      ['x-forwarded-host', 'a-bkt.s3.test'],
    )
    expect(await carriedOut(sent)).toBe('403 SignatureDoesNotMatch')
  })

  test('is not sent on', async () => {
    expect(await carriedOut(signedBy(ALICE, { host: NAME, unsigned: spoofed }))).toBe('GET /a-bkt/k')
    const { headers } = await stage.theBackendRequest()
    for (const [name] of spoofed) expect(headers.has(name)).toBe(false)
  })

  test('is nothing that an anonymous caller gets in by', async () => {
    expect(await carriedOut(unsignedRequest({ host: NAME, unsigned: spoofed }))).toBe('403 AccessDenied')
  })
})
