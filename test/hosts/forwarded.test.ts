import fc from 'fast-check'
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
} from '../support/wire-requests.ts'

// The balancer of these tests is the tests' own connection, from an address that the proxy trusts.

const NAME = 's3.test'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({
    more: { server: { hostnames: [NAME], trusted_proxies: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'] } },
  })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

/** What the balancer sends on for a request: another Host, and what it says about the client's side. */
const balanced = (request: WireRequest, host: string, ...said: Pair[]): WireRequest =>
  withHeaders(
    changeHeader(request, 'host', () => host),
    ...said,
  )

async function outcomeOf(request: WireRequest): Promise<string> {
  const answer = await stage.send(request)
  if (answer.status !== 200) {
    await stage.expectBackendSawNothing()
    return answer.outcome
  }
  return stage.backend.lines.join(' | ')
}

describe('a Host that was rewritten', () => {
  test.each<[string, string, string, string, Pair[], string]>([
    [
      'with X-Forwarded-Host',
      's3.test',
      '/a-bkt/k',
      '10.0.0.5:8080',
      [['X-Forwarded-Host', 's3.test']],
      'GET /a-bkt/k',
    ],
    [
      'with X-Forwarded-Host of a bucket',
      'a-bkt.s3.test',
      '/k',
      '10.0.0.5:8080',
      [['X-Forwarded-Host', 'a-bkt.s3.test']],
      'GET /a-bkt/k',
    ],
    [
      'with X-Forwarded-Host of an unknown name',
      'other.tld',
      '/a-bkt/k',
      '10.0.0.5',
      [['X-Forwarded-Host', 'other.tld']],
      'GET /a-bkt/k',
    ],
    [
      'with X-Forwarded-Host and its port',
      'a-bkt.s3.test:8443',
      '/k',
      'proxy',
      [['X-Forwarded-Host', 'a-bkt.s3.test:8443']],
      'GET /a-bkt/k',
    ],
    [
      'with X-Forwarded-Host and the port beside it',
      'a-bkt.s3.test:8443',
      '/k',
      'proxy',
      [
        ['X-Forwarded-Host', 'a-bkt.s3.test'],
        ['X-Forwarded-Port', '8443'],
      ],
      'GET /a-bkt/k',
    ],
    ['without a word', 's3.test', '/a-bkt/k', '10.0.0.5:8080', [], 'GET /a-bkt/k'],
    [
      'but for the port beside it',
      's3.test:8443',
      '/a-bkt/k',
      '10.0.0.5',
      [['X-Forwarded-Port', '8443']],
      'GET /a-bkt/k',
    ],
    // Without a word, nothing tells that the key was meant in a bucket.
    ['without a word of its bucket', 'a-bkt.s3.test', '/b-bkt/k', '10.0.0.5', [], '403 SignatureDoesNotMatch'],
    [
      'with a list, of which the nearest hop wrote the last',
      's3.test',
      '/a-bkt/k',
      '10.0.0.5',
      [['X-Forwarded-Host', 'b-bkt.s3.test, s3.test']],
      'GET /a-bkt/k',
    ],
    [
      'with a line of the client before that of the balancer',
      's3.test',
      '/a-bkt/k',
      '10.0.0.5',
      [
        ['x-forwarded-host', 'b-bkt.s3.test'],
        ['X-Forwarded-Host', 's3.test'],
      ],
      'GET /a-bkt/k',
    ],
    [
      'with X-Forwarded-Host of another bucket',
      'a-bkt.s3.test',
      '/k',
      'a-bkt.s3.test',
      [['X-Forwarded-Host', 'b-bkt.s3.test']],
      '403 SignatureDoesNotMatch',
    ],
    ['with what is no host', 's3.test', '/a-bkt/k', 's3.test', [['X-Forwarded-Host', 'a@b']], '400 InvalidRequest'],
  ])('%s', async (_, signedHost, path, sentHost, said, expected) => {
    for (const sign of [signedBy, presignedBy]) {
      stage.backend.reset()
      expect(await outcomeOf(balanced(sign(ROOT, { host: signedHost, path }), sentHost, ...said))).toBe(expected)
    }
  })
})

describe('the address of the client in the audit log', () => {
  test.each<[string, Pair[], string]>([
    ['what the balancer saw', [['X-Forwarded-For', '203.0.113.9']], '203.0.113.9'],
    ['not what the client wrote before', [['X-Forwarded-For', '1.2.3.4, 203.0.113.9']], '203.0.113.9'],
    [
      'not what the client wrote on a line of its own',
      [
        ['X-Forwarded-For', '1.2.3.4'],
        ['X-Forwarded-For', '203.0.113.9'],
      ],
      '203.0.113.9',
    ],
    ['not that of a hop that is trusted too', [['X-Forwarded-For', '203.0.113.9, 10.1.2.3']], '203.0.113.9'],
    ['in IPv6', [['X-Forwarded-For', '2001:DB9::1, 2001:db8::7']], '2001:db9::1'],
    ['IPv4 in the clothes of IPv6', [['X-Forwarded-For', '::ffff:203.0.113.9']], '203.0.113.9'],
    ['the balancer, when what it says is no address', [['X-Forwarded-For', 'unknown']], '127.0.0.1'],
    ['the balancer, when only the client said something else', [['X-Real-IP', '203.0.113.9']], '127.0.0.1'],
    ['the balancer, for the RFC 7239 form, which is not read', [['Forwarded', 'for=203.0.113.9']], '127.0.0.1'],
  ])('%s', async (_, said, expected) => {
    await stage.send(withHeaders(signedBy(ALICE, { host: NAME }), ...said))
    expect(stage.lastEvent().source_ip).toBe(expected)
  })
})

describe('the Location of a completed upload', () => {
  const DOCUMENT =
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>'

  test.each<[string, string, string, Pair[], string]>([
    ['is http over plain http', 's3.test', '/a-bkt/k', [], 'http://s3.test/a-bkt/k'],
    [
      'is https where the balancer says so',
      's3.test',
      '/a-bkt/k',
      [['X-Forwarded-Proto', 'https']],
      'https://s3.test/a-bkt/k',
    ],
    [
      'has the bucket where the client had it',
      'a-bkt.s3.test',
      '/k%20k',
      [['X-Forwarded-Proto', 'HTTPS']],
      'https://a-bkt.s3.test/k%20k',
    ],
    [
      'is http where the last hop says so',
      's3.test',
      '/a-bkt/k',
      [['X-Forwarded-Proto', 'https, http']],
      'http://s3.test/a-bkt/k',
    ],
  ])('%s', async (_, host, path, said, expected) => {
    const order = { method: 'POST', host, path, query: [['uploadId', 'up1']] as const, body: DOCUMENT }
    const forwarded: Pair[] = [['X-Forwarded-Host', host], ...said]
    const answer = await stage.send(balanced(signedBy(ALICE, order), '10.0.0.5', ...forwarded))
    expect(answer.outcome).toBe('200')
    expect(answer.text).toContain(`<Location>${expected}</Location>`)
  })
})

test('an anonymous caller gets nowhere by any of it', async () => {
  const said: Pair[] = [
    ['X-Forwarded-Host', 'a-bkt.s3.test'],
    ['X-Forwarded-For', '127.0.0.1'],
  ]
  expect(await outcomeOf(unsignedRequest({ host: NAME, path: '/k', unsigned: said }))).toBe('403 AccessDenied')
})

describe('no spelling of host, port and path', () => {
  interface Meant {
    readonly host: string
    readonly path: string
    readonly bucket: string
    readonly key: string
  }
  const bucket = fc.constantFrom('a-bkt', 'b-bkt', 'v-bkt', 'a.b')
  const key = fc.constantFrom('k', 'a-bkt/k', 'b-bkt/k', '/k', 'k/', '../b-bkt/k', 'a%2Fb', 'a b', 's3.test/k', 'é')
  const port = fc.constantFrom('', ':443', ':80', ':8443')
  const wire = (text: string) =>
    encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('!', '%21').replaceAll("'", '%27')
  /** What the client means, and how it says so: bucket in the host, or in the path. */
  const meant: fc.Arbitrary<Meant> = fc
    .tuple(bucket, key, port, fc.boolean())
    .map(([name, object, end, isHosted]) =>
      isHosted
        ? { host: `${name}.s3.test${end}`, path: `/${wire(object)}`, bucket: name, key: object }
        : { host: `s3.test${end}`, path: `/${name}/${wire(object)}`, bucket: name, key: object },
    )
  const otherHost = fc
    .tuple(
      fc.constantFrom('', 'a-bkt.', 'b-bkt.', 'B-BKT.', 'v-bkt.', 'a.b.', 'b.', 'x.a-bkt.'),
      fc.constantFrom('s3.test', 'S3.TEST', 's3.test.', 'evils3.test', '10.0.0.5', '[::1]', 's3.test@b-bkt.s3.test'),
      port,
    )
    .map((parts) => parts.join(''))
  const respell = fc.constantFrom<(path: string) => string>(
    (path) => `/${path}`,
    (path) => path.replaceAll('/', '//'),
    (path) => path.replaceAll('//', '/'),
    (path) => path.replaceAll('%2F', '/').replaceAll('%252F', '%2F'),
    (path) => path.slice(path.indexOf('/', 1)),
    (path) => `/b-bkt${path}`,
    (path) => path.replace(/^\/[^/]+\/\.\.\//, '/'),
    (path) => path.replaceAll('a', '%61').replaceAll('-', '%2d'),
    (path) => decodeURIComponent(path).replaceAll(' ', '+'),
    (path) => `http://b-bkt.s3.test${path}`,
  )

  test('makes a request that was signed for one object act on another', { timeout: 60_000 }, async () => {
    let carriedOut = 0
    await fc.assert(
      fc.asyncProperty(
        meant,
        fc.record({
          host: fc.option(otherHost, { nil: undefined, freq: 2 }),
          forwarded: fc.option(otherHost, { nil: undefined, freq: 2 }),
          port: fc.constantFrom(undefined, '443', '8443', 'x'),
          respell: fc.oneof(
            fc.constant((path: string) => path),
            respell,
          ),
          isPresigned: fc.boolean(),
        }),
        async (intent, change) => {
          stage.backend.reset()
          const sign = change.isPresigned ? presignedBy : signedBy
          const signed = sign(ROOT, { host: intent.host, path: intent.path })
          const mark = signed.target.indexOf('?')
          const query = mark < 0 ? '' : signed.target.slice(mark)
          const said: Pair[] = []
          if (change.forwarded !== undefined) said.push(['X-Forwarded-Host', change.forwarded])
          if (change.port !== undefined) said.push(['X-Forwarded-Port', change.port])
          const sent = balanced(
            { ...signed, target: `${asLatin1(change.respell(intent.path))}${query}` },
            change.host ?? intent.host,
            ...said,
          )
          const answer = await stage.send(sent)
          const seen = await stage.backend.settled()
          if (answer.status !== 200) {
            expect(seen).toHaveLength(0)
            return
          }
          carriedOut += 1
          expect(stage.lastEvent()).toMatchObject({ bucket: intent.bucket, key: intent.key })
          expect(seen.map(({ target }) => decodeURIComponent(target))).toEqual([`/${intent.bucket}/${intent.key}`])
        },
      ),
      { numRuns: 600 },
    )
    // Otherwise the property would hold for nothing.
    expect(carriedOut).toBeGreaterThan(50)
  })
})

/** Text as its UTF-8 bytes, one character each, as it is put on the wire. */
function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
