import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formBy } from '../support/browser-form.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { WireAnswer } from '../support/raw-socket.ts'
import { HOST, type Pair, presignedBy, signedBy, withHeaders } from '../support/wire-requests.ts'

const SITE = 'https://site.example'

let stage: Stage
beforeAll(async () => {
  const rules = [
    {
      origins: [SITE, 'https://*.site.example'],
      methods: ['GET', 'PUT', 'POST'],
      headers: ['content-*', 'x-amz-date'],
    },
    { origins: ['*'], methods: ['GET'], expose: ['ETag', 'x-amz-meta-a'], max_age: '10m' },
  ]
  stage = await Stage.start({ more: { cors: { 'a-bkt': rules } as unknown as Record<string, unknown> } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

/** The headers of CORS, and what caches are told. */
const corsOf = ({ headers }: WireAnswer): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'))

const preflight = (path: string, ...headers: Pair[]) =>
  stage.send({ method: 'OPTIONS', target: path, headers: [['host', HOST], ...headers] })
const asks = (origin: string, method: string, headers?: string): Pair[] => [
  ['origin', origin],
  ['access-control-request-method', method],
  ...(headers === undefined ? [] : [['access-control-request-headers', headers] as const]),
]
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

describe('a preflight', () => {
  test('that a rule allows is answered with what the rule says', async () => {
    const answer = await preflight('/a-bkt/some/key', ...asks(SITE, 'PUT', 'Content-Type, X-Amz-Date'))
    expect(answer.status).toBe(200)
    expect(answer.body.length).toBe(0)
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': SITE,
      'access-control-allow-methods': 'GET, PUT, POST',
      'access-control-allow-headers': 'content-type, x-amz-date',
      'access-control-allow-credentials': 'true',
      vary: VARY,
    })
    expect(stage.lastEvent()).toMatchObject({
      operation: 'CorsPreflight',
      principal: null,
      status: 200,
      decision: 'None',
    })
    await stage.expectBackendSawNothing()
  })

  test('that a rule for everybody allows gets no credentials', async () => {
    expect(corsOf(await preflight('/a-bkt', ...asks('https://other.example', 'GET')))).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
      'access-control-expose-headers': 'ETag, x-amz-meta-a',
      'access-control-max-age': '600',
      vary: VARY,
    })
  })

  test('needs no signature, and is not asked for one: a presigned URL or a wrong one make no difference', async () => {
    const { target } = presignedBy(ALICE, { method: 'PUT' })
    expect((await preflight(target, ...asks(SITE, 'PUT'))).status).toBe(200)
    const signed = withHeaders(signedBy({ ...ALICE, secretKey: 'x' }, { method: 'OPTIONS' }), ...asks(SITE, 'PUT'))
    expect((await stage.send(signed)).status).toBe(200)
  })

  test.each<[string, string, readonly Pair[]]>([
    ['of an origin without a rule', '/a-bkt/k', asks('https://evil.example', 'PUT')],
    ['of an origin that only looks like one', '/a-bkt/k', asks('https://evilsite.example', 'PUT')],
    ['of a method without a rule', '/a-bkt/k', asks(SITE, 'DELETE')],
    ['of a header without a rule', '/a-bkt/k', asks(SITE, 'PUT', 'x-amz-acl')],
    ['of a header that is none', '/a-bkt/k', asks(SITE, 'PUT', 'content-type, (')],
    ['with two origins', '/a-bkt/k', [...asks(SITE, 'PUT'), ['origin', SITE]]],
    ['without an origin', '/a-bkt/k', [['access-control-request-method', 'GET']]],
    ['without a method', '/a-bkt/k', [['origin', SITE]]],
    ['for a bucket without rules', '/b-bkt/k', asks(SITE, 'PUT')],
    ['for a bucket that does not exist', '/c-bkt/k', asks(SITE, 'PUT')],
    ['for what is no bucket', '/NotABucket/k', asks(SITE, 'PUT')],
    ['for the list of buckets', '/', asks(SITE, 'GET')],
  ])('E11: %s is refused, and the backend not asked', async (_name, path, headers) => {
    const answer = await preflight(path, ...headers)
    expect(answer.outcome).toBe('403 AccessForbidden')
    expect(corsOf(answer)).toEqual({})
    await stage.expectBackendSawNothing()
  })

  test('E11: tells buckets that exist from others in no way', async () => {
    const texts = await Promise.all(
      ['b-bkt', 'v-bkt', 'c-bkt'].map(async (bucket) => {
        const { text, headers } = await preflight(`/${bucket}/k`, ...asks(SITE, 'PUT'))
        return text
          .replaceAll(headers.get('x-amz-request-id') ?? '-', 'ID')
          .replaceAll(bucket, 'B')
          .replace(/date: .*\r\n/i, '')
      }),
    )
    expect(new Set(texts).size).toBe(1)
  })
})

describe('an answer to a page', () => {
  const read = { 'access-control-allow-origin': SITE, 'access-control-allow-credentials': 'true', vary: VARY }

  test("carries its rule's headers, the backend's never", async () => {
    const answer = await stage.send(withHeaders(signedBy(ALICE), ['origin', SITE]))
    expect(answer.status).toBe(200)
    expect(corsOf(answer)).toMatchObject(read)
    expect(corsOf(await stage.send(signedBy(ALICE)))).toEqual({})
    expect(corsOf(await stage.send(withHeaders(signedBy(BOB, { path: '/b-bkt/k' }), ['origin', SITE])))).toEqual({})
  })

  test('of another origin reads what the rule for everybody says, and nothing where no rule fits', async () => {
    const origin: Pair = ['origin', 'https://other.example']
    expect(corsOf(await stage.send(withHeaders(signedBy(ALICE), origin)))).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
      'access-control-expose-headers': 'ETag, x-amz-meta-a',
      'access-control-max-age': '600',
      vary: VARY,
    })
    expect(corsOf(await stage.send(withHeaders(signedBy(ALICE, { method: 'PUT', body: 'x' }), origin)))).toEqual({})
  })

  test.each([
    [
      'an unsigned request',
      withHeaders({ ...signedBy(ALICE), headers: [['host', HOST]] }, ['origin', SITE]),
      '403 AccessDenied',
    ],
    [
      'a wrong signature',
      withHeaders(signedBy({ ...ALICE, secretKey: 'x' }), ['origin', SITE]),
      '403 SignatureDoesNotMatch',
    ],
    ['no rights', withHeaders(signedBy(NOBODY), ['origin', SITE]), '403 AccessDenied'],
    [
      'no such operation',
      withHeaders(signedBy(ALICE, { query: [['what', '']] }), ['origin', SITE]),
      '501 NotImplemented',
    ],
    [
      'a refused upload',
      withHeaders(signedBy(NOBODY, { method: 'PUT', body: 'x' }), ['origin', SITE]),
      '403 AccessDenied',
    ],
  ])('may be an error: %s', async (_name, request, expected) => {
    const answer = await stage.send(request)
    expect(answer.outcome).toBe(expected)
    expect(corsOf(answer)).toMatchObject(read)
  })

  test('to a form too', async () => {
    const answer = await stage.send(formBy(ALICE, { headers: [['origin', SITE]] }))
    expect(answer.outcome).toBe('204')
    expect(corsOf(answer)).toMatchObject(read)
  })

  test('is asked of the backend without a word of the page', async () => {
    await stage.send(
      withHeaders(
        signedBy(ALICE, { method: 'PUT', body: 'x' }),
        ['origin', SITE],
        ['access-control-request-method', 'PUT'],
      ),
    )
    const { head } = await stage.theBackendRequest()
    expect(head.toLowerCase()).not.toContain('origin')
    expect(head.toLowerCase()).not.toContain('access-control')
  })
})

describe('the CORS configuration of a bucket', () => {
  const get = (path: string, key = ROOT) => stage.send(signedBy(key, { path, query: [['cors', '']] }))
  const change = (method: string, path: string) => {
    const body = method === 'PUT' ? '<CORSConfiguration/>' : ''
    return stage.send(signedBy(ROOT, { method, path, query: [['cors', '']], body }))
  }

  test('is shown as the file has it', async () => {
    const answer = await get('/a-bkt', ALICE)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/xml')
    expect(answer.body.toString()).toContain(
      '<CORSRule><AllowedHeader>content-*</AllowedHeader><AllowedHeader>x-amz-date</AllowedHeader>' +
        '<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod>' +
        `<AllowedOrigin>${SITE}</AllowedOrigin><AllowedOrigin>https://*.site.example</AllowedOrigin></CORSRule>`,
    )
    await stage.expectBackendSawOnly('whether the bucket whose CORS rules are asked for exists')
  })

  test('is missing where the file has none', async () => {
    expect((await get('/b-bkt')).outcome).toBe('404 NoSuchCORSConfiguration')
  })

  test('needs the right to be read', async () => {
    expect((await get('/a-bkt', BOB)).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
    expect(stage.lastEvent()).toMatchObject({ operation: 'GetBucketCors', action: 's3:GetBucketCORS' })
  })

  test.each([
    ['PUT', '/a-bkt', '405 MethodNotAllowed'],
    ['DELETE', '/a-bkt', '405 MethodNotAllowed'],
    ['PUT', '/b-bkt', '501 NotImplemented'],
    ['DELETE', '/b-bkt', '501 NotImplemented'],
  ])('%s of %s: %s', async (method, path, expected) => {
    const answer = await change(method, path)
    expect(answer.outcome).toBe(expected)
    if (expected.startsWith('405')) {
      expect(answer.headers.get('allow')).toBe('GET')
      expect(answer.body.toString()).toContain('governed by the configuration file')
    }
    await stage.expectBackendSawNothing()
  })
})
