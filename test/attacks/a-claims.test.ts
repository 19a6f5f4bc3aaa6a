import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  amzDate,
  changeHeader,
  forgedBy,
  type Forgery,
  HOST,
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  unsignedRequest,
  type WireRequest,
  withHeaders,
  withoutHeader,
} from '../support/wire-requests.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ more: { server: { hostnames: ['s3.test'] } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const MINUTE = 60_000
const SECOND = 1_000

async function expectRefused(request: WireRequest, outcome: string): Promise<void> {
  expect((await stage.send(request)).outcome).toBe(outcome)
  await stage.expectBackendSawNothing()
}

describe('A6', () => {
  const before = (request: WireRequest, pair: Pair): WireRequest => ({
    ...request,
    headers: [pair, ...request.headers],
  })
  test.each([
    ['x-amz-date', amzDate(new Date())],
    ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
    ['host', 'evil.test'],
    ['host', HOST],
    ['authorization', 'AWS4-HMAC-SHA256 Credential=x'],
    ['content-type', 'text/plain'],
    ['content-md5', 'x'],
    ['range', 'bytes=0-1'],
    ['if-match', 'x'],
    ['x-amz-acl', 'private'],
    ['X-Amz-Acl', 'private'],
  ])('A6: a repeated %s line is refused, whichever comes first (%s)', async (name, value) => {
    const request = signedBy(ALICE, {
      headers: [
        ['content-type', 'a'],
        ['content-md5', 'b'],
        ['range', 'bytes=0-0'],
        ['if-match', 'y'],
        ['x-amz-acl', 'x'],
      ],
    })
    await expectRefused(before(request, [name, value]), '400 InvalidArgument')
    await expectRefused(withHeaders(request, [name, value]), '400 InvalidArgument')
  })
})

describe('A7', () => {
  const doubled = (name: string, values: readonly [string, string], order: Order = {}): WireRequest =>
    signedBy(ALICE, { ...order, query: [...(order.query ?? []), [name, values[0]], [name, values[1]]] })

  test.each<[string, [string, string], Order]>([
    ['uploadId', ['mine', 'theirs'], {}],
    ['versionId', ['1', '2'], {}],
    ['partNumber', ['1', '2'], { query: [['uploadId', 'u']], method: 'PUT' }],
    ['prefix', ['mine/', 'theirs/'], { path: '/a-bkt' }],
    ['list-type', ['2', '1'], { path: '/a-bkt' }],
    ['acl', ['', ''], { path: '/a-bkt' }],
    ['x-amz-acl', ['private', 'public-read'], { method: 'PUT' }],
    ['response-content-type', ['text/plain', 'text/html'], {}],
  ])('A7: a repeated parameter %s is refused in either order', async (name, [one, other], order) => {
    await expectRefused(doubled(name, [one, other], order), '400 InvalidArgument')
    await expectRefused(doubled(name, [other, one], order), '400 InvalidArgument')
  })

  test.each([
    'X-Amz-Expires',
    'X-Amz-Date',
    'X-Amz-Credential',
    'X-Amz-Signature',
    'X-Amz-SignedHeaders',
    'X-Amz-Algorithm',
  ])('A7: a presigned URL with %s twice is refused, the added one first or last', async (name) => {
    const request = presignedBy(ALICE)
    const [path = '', query = ''] = request.target.split('?')
    await expectRefused({ ...request, target: `${path}?${name}=604800&${query}` }, '400 InvalidArgument')
    await expectRefused({ ...request, target: `${path}?${query}&${name}=604800` }, '400 InvalidArgument')
  })
})

describe('A8', () => {
  const today = amzDate(new Date()).slice(0, 8)
  const yesterday = amzDate(new Date(Date.now() - 24 * 60 * MINUTE)).slice(0, 8)
  test.each<[string, Forgery['scope'] & object]>([
    ['the service sts', { service: 'sts' }],
    ['the service iam', { service: 'iam' }],
    ['the service s3tables', { service: 's3tables' }],
    ['the service S3', { service: 'S3' }],
    ['an empty service', { service: '' }],
    ['a region that is not accepted', { region: 'eu-west-7' }],
    ['an empty region', { region: '' }],
    ['another terminator', { end: 'aws5_request' }],
    ['an empty terminator', { end: '' }],
    ["another day than the request's", { date: yesterday }],
    ['a day in another form', { date: `${today.slice(0, 4)}-${today.slice(4, 6)}-${today.slice(6)}` }],
  ])('A8: a scope with %s is refused, though the signature fits it', async (_, scope) => {
    await expectRefused(forgedBy(ALICE, { scope }), '400 AuthorizationHeaderMalformed')
  })

  test('A8: a wrong region is answered with the right one, so that clients can correct themselves', async () => {
    const answer = await stage.send(forgedBy(ALICE, { scope: { region: 'eu-west-7' } }))
    expect(answer.text).toContain('<Region>eu-test-1</Region>')
    await stage.expectBackendSawNothing()
  })

  test('A8: us-east-1 is accepted beside the region of the master key', async () => {
    expect((await stage.send(signedBy({ ...ALICE, region: 'us-east-1' }))).outcome).toBe('200')
    expect((await stage.theBackendRequest()).headers.get('authorization')).toContain('/eu-test-1/s3/aws4_request')
  })
})

describe('A9', () => {
  test.each([-16, 16])('A9: a request dated %i minutes away is refused as skewed', async (minutes) => {
    await expectRefused(signedBy(ALICE, { date: new Date(Date.now() + minutes * MINUTE) }), '403 RequestTimeTooSkewed')
  })

  test.each([-14, 14])('A9: a request dated %i minutes away is taken', async (minutes) => {
    expect((await stage.send(signedBy(ALICE, { date: new Date(Date.now() + minutes * MINUTE) }))).outcome).toBe('200')
  })

  test.each(['', 'yesterday', '20260230T000000Z', '20260101T000000', '2026-01-01T00:00:00Z'])(
    'A9: a date that is none is refused: "%s"',
    async (date) => {
      await expectRefused(
        changeHeader(signedBy(ALICE), 'x-amz-date', () => date),
        '403 AccessDenied',
      )
    },
  )
})

describe('A10', () => {
  const withExpiry = (text: string): WireRequest => {
    const request = presignedBy(ALICE, {}, 777)
    return { ...request, target: request.target.replace('X-Amz-Expires=777', `X-Amz-Expires=${text}`) }
  }

  test.each(['', '-1', '604801', '1e99', '60abc', '%2B60', '%2060', '0x3c', '60.5', '99999999999999999999'])(
    'A10: an expiry of "%s" is refused',
    async (text) => {
      await expectRefused(withExpiry(text), '400 AuthorizationQueryParametersError')
    },
  )

  test.each([
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ])('A10: a presigned URL without %s is refused', async (name) => {
    const request = presignedBy(ALICE)
    const target = request.target.replace(new RegExp(`[?&]${name}=[^&]*`), (found) =>
      found.startsWith('?') ? '?' : '',
    )
    await expectRefused({ ...request, target: target.replace('?&', '?') }, '400 AuthorizationQueryParametersError')
  })

  test('A10: an expired URL is refused, and one that expires at its birth', async () => {
    await expectRefused(presignedBy(ALICE, { date: new Date(Date.now() - 61 * SECOND) }, 60), '403 AccessDenied')
    await expectRefused(presignedBy(ALICE, { date: new Date(Date.now() - SECOND) }, 0), '403 AccessDenied')
  })

  test('A10: a date in the future does not extend the life of a URL', async () => {
    await expectRefused(presignedBy(ALICE, { date: new Date(Date.now() + 16 * MINUTE) }, 604_800), '403 AccessDenied')
  })

  test('A10: the configuration can cap the life of URLs further', async () => {
    const strict = await Stage.start({ more: { limits: { presigned_max_expiry: '60s' } } })
    expect((await strict.send(presignedBy(ALICE, {}, 60))).outcome).toBe('200')
    strict.backend.reset()
    expect((await strict.send(presignedBy(ALICE, {}, 61))).status).toBeGreaterThanOrEqual(400)
    await strict.expectBackendSawNothing()
    await strict.close()
  })

  test('A10: a URL signed seven days ago for seven days is still good', async () => {
    const date = new Date(Date.now() - 604_700 * SECOND)
    expect((await stage.send(presignedBy(ALICE, { date }, 604_800))).outcome).toBe('200')
  })
})

test.each([
  ['GET', 'HEAD'],
  ['GET', 'DELETE'],
  ['GET', 'PUT'],
  ['PUT', 'POST'],
  ['HEAD', 'GET'],
])('A11: a URL signed for %s is not good for %s', async (signed, used) => {
  const { target, headers } = presignedBy(ALICE, { method: signed })
  const plain = headers.filter(([name]) => name !== 'content-length')
  const answer = await stage.send({ method: used, target, headers: [...plain, ['content-length', '0']] })
  expect(answer.status).toBe(403)
  await stage.expectBackendSawNothing()
})

test('A12: a signature that does not cover the host is refused', async () => {
  await expectRefused(forgedBy(ALICE, { signedHeaders: 'x-amz-content-sha256;x-amz-date' }), '403 AccessDenied')
})

test('A12: a URL for the host name of one bucket is not good for that of another', async () => {
  const own = presignedBy(ROOT, { path: '/k', host: 'a-bkt.s3.test' })
  expect((await stage.send(own)).outcome).toBe('200')
  stage.backend.reset()
  await expectRefused({ ...own, headers: [['host', 'v-bkt.s3.test']] }, '403 SignatureDoesNotMatch')
})

describe('A13', () => {
  const MALFORMED = [
    '',
    'Host;x-amz-content-sha256;x-amz-date',
    'host;host;x-amz-content-sha256;x-amz-date',
    'host;;x-amz-date',
    'host;x-amz-date;',
    'host;x amz;x-amz-date',
    'host;x:y;x-amz-date',
    'host;x\u00e4;x-amz-date',
  ]
  test.each(MALFORMED)('A13: SignedHeaders "%s" is refused', async (signedHeaders) => {
    await expectRefused(forgedBy(ALICE, { signedHeaders }), '400 AuthorizationHeaderMalformed')
  })

  test('A13: a line feed in the SignedHeaders of a URL does not get into the canonical request', async () => {
    const request = presignedBy(ALICE)
    for (const text of ['host%0Ax-amz-acl', 'host%3Bx%3Ay', 'host%0D%0A', 'HOST']) {
      const target = request.target.replace('SignedHeaders=host', `SignedHeaders=${text}`)
      await expectRefused({ ...request, target }, '400 AuthorizationQueryParametersError')
    }
  })

  test('A13: a header that is named but absent does not count as empty', async () => {
    const names = 'host;x-amz-acl;x-amz-content-sha256;x-amz-date'
    await expectRefused(forgedBy(ALICE, { signedHeaders: names }), '403 SignatureDoesNotMatch')
  })
})

test('A14: in the sources signatures are compared in constant time, never with an operator', () => {
  const folder = join(import.meta.dirname, '../../src')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(?:sigv4|authn|payload)\/.*(?<!\.test)\.ts$/.test(name),
  )
  expect(sources.length).toBeGreaterThan(20)
  const texts = sources.map((name) => readFileSync(join(folder, name), 'utf8'))
  expect(texts.filter((text) => /[sS]ignature\s*[!=]==(?!\s*undefined)/.test(text))).toEqual([])
  expect(texts.filter((text) => text.includes('timingSafeEqual(')).length).toBeGreaterThanOrEqual(2)
})

test('A15: who asks with a key id that nobody has learns nothing else, whatever else is wrong', async () => {
  const stranger = { ...ALICE, accessKey: 'STRANGER' }
  const answers = [
    signedBy(stranger),
    signedBy(stranger, { path: '/v-bkt/k' }),
    presignedBy(stranger, { path: '/no-such-bucket' }),
  ]
  for (const request of answers) await expectRefused(request, '403 InvalidAccessKeyId')
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'])(
  'A16: the key id %s is one that nobody has',
  async (accessKey) => {
    for (const secretKey of ['', 'undefined', 'null', '[object Object]']) {
      await expectRefused(signedBy({ ...ALICE, accessKey, secretKey }), '403 InvalidAccessKeyId')
    }
  },
)

test.each(['', '.', 'a b', 'x'.repeat(200), 'ALICE\u00e9'])('A16: the key id "%s" is malformed', async (accessKey) => {
  await expectRefused(signedBy({ ...ALICE, accessKey }), '400 AuthorizationHeaderMalformed')
})

test('A16: an empty secret signs for nobody', async () => {
  await expectRefused(signedBy({ ...ALICE, secretKey: '' }), '403 SignatureDoesNotMatch')
})

const v2Query: Pair[] = [
  ['AWSAccessKeyId', ALICE.accessKey],
  ['Expires', '4102444800'],
  ['Signature', 'c2ln'],
]
test.each<[string, () => WireRequest]>([
  ['the header', () => unsignedRequest({ headers: [['authorization', `AWS ${ALICE.accessKey}:c2lnbmF0dXJl`]] })],
  ['the query', () => unsignedRequest({ query: v2Query })],
  [
    'the query of a listing with its parameters changed',
    () => unsignedRequest({ path: '/a-bkt', query: [...v2Query, ['prefix', 'x']] }),
  ],
])('A17: signature version 2 in %s is refused with the way out', async (_, make) => {
  const answer = await stage.send(make())
  expect(answer.outcome).toBe('400 InvalidRequest')
  expect(answer.text).toContain('set a region other than us-east-1, or signature_version s3v4')
  await stage.expectBackendSawNothing()
})

test.each<[string, () => WireRequest]>([
  ['a signed header', () => signedBy(ALICE, { headers: [['x-amz-security-token', 'token']] })],
  ['an unsigned header', () => withHeaders(signedBy(ALICE), ['x-amz-security-token', 'token'])],
  ['a parameter of a URL', () => presignedBy(ALICE, { query: [['X-Amz-Security-Token', 'token']] })],
  ['a header without a signature', () => unsignedRequest({ headers: [['x-amz-security-token', 'token']] })],
])('A18: a session token in %s is refused', async (_, make) => {
  await expectRefused(make(), '400 InvalidToken')
})

describe('A19', () => {
  test.each([
    'AWS4-ECDSA-P256-SHA256',
    'AWS4-HMAC-SHA512',
    'AWS4-HMAC-SHA1',
    'Bearer',
    'Basic',
    'aws4-hmac-sha256',
    'Negotiate',
  ])('A19: the algorithm %s is refused, and never taken for no signature', async (algorithm) => {
    await expectRefused(forgedBy(ALICE, { algorithm }), '400 InvalidArgument')
  })

  test.each(['AWS4-ECDSA-P256-SHA256', 'AWS4-HMAC-SHA512', ''])(
    'A19: the algorithm "%s" in a URL is refused',
    async (algorithm) => {
      const request = presignedBy(ALICE)
      const target = request.target.replace('X-Amz-Algorithm=AWS4-HMAC-SHA256', `X-Amz-Algorithm=${algorithm}`)
      await expectRefused({ ...request, target }, '400 AuthorizationQueryParametersError')
    },
  )

  test.each(['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER'])(
    'A19: %s is refused after the signature',
    async (payloadHash) => {
      const order = { method: 'PUT', payloadHash, headers: [['x-amz-decoded-content-length', '1']] as const, body: 'x' }
      await expectRefused(signedBy(ALICE, order), '501 NotImplemented')
      await expectRefused(signedBy({ ...ALICE, secretKey: 'x' }, order), '403 SignatureDoesNotMatch')
    },
  )

  test.each(['STREAMING', 'unsigned-payload', 'UNSIGNED-PAYLOAD ,x', 'ABC', '0'.repeat(63)])(
    'A19: the payload hash "%s" is refused',
    async (payloadHash) => {
      await expectRefused(signedBy(ALICE, { method: 'PUT', payloadHash, body: 'x' }), '400 InvalidArgument')
    },
  )

  test('A19: a signed request without a payload hash is refused', async () => {
    await expectRefused(
      withoutHeader(forgedBy(ALICE, { signedHeaders: 'host;x-amz-date' }), 'x-amz-content-sha256'),
      '400 InvalidRequest',
    )
  })
})
