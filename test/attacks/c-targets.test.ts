import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  forgedBy,
  HOST,
  presignedBy,
  signedBy,
  unsignedRequest,
  type WireRequest,
  wireHead,
} from '../support/wire-requests.ts'

// Which bucket and which key does a request mean, and does the backend get the same ones?

let stage: Stage
let careful: Stage
beforeAll(async () => {
  stage = await Stage.start({ profile: 'ceph', more: { server: { hostnames: ['s3.test', 'deep.s3.test'] } } })
  careful = await Stage.start({ profile: 'generic' })
})
afterAll(async () => {
  await stage.close()
  await careful.close()
})
beforeEach(() => {
  stage.backend.reset()
  careful.backend.reset()
})

async function expectRefused(request: WireRequest, outcome: string | RegExp): Promise<void> {
  const answer = await stage.send(request)
  if (typeof outcome === 'string') expect(answer.outcome).toBe(outcome)
  else expect(answer.outcome).toMatch(outcome)
  await stage.expectBackendSawNothing()
}

/** Signed over the strict spelling of what the path decodes to. */
const strictly = (user: typeof ALICE, path: string, canonicalPath: string): WireRequest =>
  forgedBy(user, { path, canonicalPath })

describe('C1', () => {
  // Path on the wire, key that it means, path at the backend.
  const SPELLINGS: readonly (readonly [string, string, string])[] = [
    ['/a-bkt/pfx/../../v-bkt/k', 'pfx/../../v-bkt/k', '/a-bkt/pfx/../../v-bkt/k'],
    ['/a-bkt/../v-bkt/k', '../v-bkt/k', '/a-bkt/../v-bkt/k'],
    ['/a-bkt/%2e%2e/v-bkt/k', '../v-bkt/k', '/a-bkt/../v-bkt/k'],
    ['/a-bkt/..%2fv-bkt%2fk', '../v-bkt/k', '/a-bkt/../v-bkt/k'],
    ['/a-bkt/.%2E/v-bkt/k', '../v-bkt/k', '/a-bkt/../v-bkt/k'],
    ['/a-bkt/./k', './k', '/a-bkt/./k'],
    ['/a-bkt/k/.', 'k/.', '/a-bkt/k/.'],
    ['/a-bkt/k/..', 'k/..', '/a-bkt/k/..'],
    ['/a-bkt/..', '..', '/a-bkt/..'],
  ]

  test.each(SPELLINGS)(
    'C1: %s is the key %s of a-bkt, at the backend too, where dot segments are ordinary',
    async (path, key, atBackend) => {
      for (const request of [forgedBy(ALICE, { path }), strictly(ALICE, path, atBackend)]) {
        stage.backend.reset()
        expect((await stage.send(request)).outcome).toBe('200')
        expect(stage.backend.lines).toEqual([`GET ${atBackend}`])
        expect(stage.lastEvent()).toMatchObject({ bucket: 'a-bkt', key, resources: [`arn:aws:s3:::a-bkt/${key}`] })
      }
    },
  )

  test.each(SPELLINGS)('C1: %s (key %s) is refused where the backend might resolve it', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
      const answer = await careful.send(forgedBy(ALICE, { method, path }))
      expect(answer.status).toBe(400)
      if (method !== 'HEAD') expect(answer.code).toBe('InvalidURI')
    }
    await careful.expectBackendSawNothing()
  })

  test.each(['/../v-bkt/k', '/./v-bkt/k', '/%2e%2e/v-bkt/k', '/..', '/.', '/..%2fv-bkt/k', '/v-bkt%2F..%2Fa-bkt/k'])(
    'C1: %s has no bucket',
    async (path) => {
      for (const user of [ALICE, ROOT]) await expectRefused(forgedBy(user, { path }), /^400 Invalid(?:BucketName|URI)$/)
    },
  )

  test("C1: of another's bucket, however it is reached, nothing is given", async () => {
    for (const path of ['/v-bkt/k', '/v-bkt/../a-bkt/k', '/v-bkt/%2e%2e/a-bkt/k', '/v-bkt//a-bkt/k']) {
      await expectRefused(forgedBy(ALICE, { path }), '403 AccessDenied')
    }
  })
})

describe('C9', () => {
  test.each<[string, string, string, string]>([
    ['the bucket of the host name wins over the path', 'v-bkt.s3.test', '/a-bkt/k', 'v-bkt/a-bkt/k'],
    ['letter case does not matter', 'V-BKT.S3.TEST', '/k', 'v-bkt/k'],
    ['a port does not matter', 'v-bkt.s3.test:8443', '/k', 'v-bkt/k'],
    ['the longest base domain wins', 'v-bkt.deep.s3.test', '/k', 'v-bkt/k'],
    ['a suffix that is no label is another host', 'evils3.test', '/v-bkt/k', 'v-bkt/k'],
    ['a base domain in front is another host', 's3.test.evil', '/v-bkt/k', 'v-bkt/k'],
    ['an IPv6 address is a host', '[::1]:8080', '/v-bkt/k', 'v-bkt/k'],
  ])('C9: %s', async (_, host, path, reached) => {
    expect((await stage.send(signedBy(ALICE, { host, path }))).outcome).toBe('403 AccessDenied')
    expect(stage.lastEvent()).toMatchObject({ bucket: 'v-bkt' })
    await stage.expectBackendSawNothing()
    expect((await stage.send(signedBy(ROOT, { host, path }))).outcome).toBe('200')
    expect(stage.backend.lines).toEqual([`GET /${reached}`])
  })

  test.each([
    '',
    'a b',
    's3.test.',
    'v-bkt.s3.test.',
    '.s3.test',
    'v-bkt.s3.test:',
    'v-bkt.s3.test:99999999',
    'x@v-bkt.s3.test',
    'v-bkt.s3.test/x',
    's3.test#',
    'v-bkt.s3.test, a-bkt.s3.test',
    '[::1',
  ])('C9: the host "%s" is refused', async (host) => {
    await expectRefused(signedBy(ROOT, { host, path: '/k' }), /^400 /)
  })

  test.each(['a..b', 'UP%2f', 'v_bkt', '-v'])(
    'C9: a label "%s" before the base domain that is no bucket is refused',
    async (label) => {
      await expectRefused(signedBy(ROOT, { host: `${label}.s3.test`, path: '/k' }), /^400 /)
    },
  )

  test.each([
    'http://v-bkt.s3.test/k',
    `http://${HOST}/v-bkt/k`,
    'https://evil.test/v-bkt/k',
    '*',
    'v-bkt/k',
    '//v-bkt/k',
    '?x',
    'http:',
  ])('C9: the target %s is refused', async (target) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = signedBy(ROOT, { method })
      const answer = await stage.sendBytes(wireHead({ method, target, headers }), method)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(404)
    }
    await stage.expectBackendSawNothing()
  })

  test('C9: a request without a host is refused, over HTTP/1.0 too', async () => {
    const { target, headers } = signedBy(ROOT)
    const lines = headers.filter(([name]) => name !== 'host').map(([name, value]) => `${name}: ${value}\r\n`)
    for (const version of ['1.0', '1.1']) {
      const answer = await stage.sendBytes(`GET ${target} HTTP/${version}\r\n${lines.join('')}\r\n`)
      expect(answer.status).toBe(400)
    }
    await stage.expectBackendSawNothing()
  })

  test('C9: to the backend the bucket is always in the path', async () => {
    expect((await stage.send(signedBy(ROOT, { host: 'v-bkt.s3.test', path: '/k' }))).outcome).toBe('200')
    const { target, headers } = await stage.theBackendRequest()
    expect(target).toBe('/v-bkt/k')
    expect(headers.get('host')).toBe(`127.0.0.1:${stage.backend.port}`)
  })
})

describe('C10', () => {
  const NAMES = [
    'tenant:bucket',
    'tenant%3Abucket',
    ':bucket',
    'tenant$bucket',
    'admin',
    'swift',
    'auth',
    'info',
    'minio',
    '.minio.sys',
    'minio%2F',
    '%2E%2E',
    '...',
    '-bucket',
    'bucket-',
    '.bucket',
    'bucket.',
    'bucket%20',
    '%20bucket',
    'bucket%00',
    'bucket%0A',
    'b\u00fcckets',
    'b%C3%BCckets',
    '%D0%B0-bkt',
    'BUCKET',
    'Bucket',
    'bu',
    'b',
    'b'.repeat(64),
    'under_score',
    'a..b',
    '192.168.1.1',
    'bucket;policy',
    'bucket*',
    'b%3Fcket',
    'bucket%3Facl',
    '*',
  ]
  test.each(NAMES)('C10: the bucket name %s is refused, to a user with all rights too', async (name) => {
    for (const [method, path] of [
      ['GET', `/${name}`],
      ['PUT', `/${name}`],
      ['DELETE', `/${name}`],
      ['GET', `/${name}/k`],
      ['PUT', `/${name}/k`],
    ] as const) {
      await expectRefused(
        forgedBy(ROOT, { method, path }),
        /^(?:400 Invalid(?:BucketName|URI|Argument)|400 BadRequest|501 NotImplemented)$/,
      )
    }
  })

  test.each(['//k', '//', '//v-bkt/k', '/%2Fv-bkt/k'])('C10: %s has no bucket', async (path) => {
    await expectRefused(forgedBy(ROOT, { path }), '400 InvalidBucketName')
  })

  test('C10: names at the limits of what S3 allows are taken', async () => {
    for (const name of ['abc', 'b'.repeat(63), '0-0', 'a.b', '1.2.3.4.5']) {
      stage.backend.reset()
      expect((await stage.send(signedBy(ROOT, { path: `/${name}/k` }))).outcome).toBe('200')
    }
  })
})

test.each<[string, string, [string, string][]]>([
  ['GET', '/admin/user', [['uid', 'x']]],
  [
    'PUT',
    '/admin/user',
    [
      ['uid', 'x'],
      ['caps', 'users=*'],
    ],
  ],
  ['GET', '/admin/metadata/user', []],
  ['GET', '/minio/admin/v3/list-users', []],
  ['PUT', '/minio/admin/v3/add-user', [['accessKey', 'x']]],
  ['GET', '/minio/v2/metrics/cluster', []],
  ['GET', '/minio/health/live', []],
  ['POST', '/minio/admin/v3/service', [['action', 'stop']]],
  ['GET', '/swift/v1', []],
  ['GET', '/swift/v1/v-bkt', []],
  ['GET', '/auth/v1.0', []],
  ['GET', '/auth', []],
  ['GET', '/info', []],
  ['GET', '/.minio.sys/config/config.json', []],
])('C11: %s %s is not carried out with the master key', async (method, path, query) => {
  await expectRefused(signedBy(ROOT, { method, path, query }), /^(?:400|403|405|501) /)
  await expectRefused(unsignedRequest({ method, path, query }), /^(?:400|403) /)
  await expectRefused(presignedBy(ROOT, { method, path, query }), /^(?:400|403|405|501) /)
})

describe('C14', () => {
  test.each(['/a-bkt%2Fpfx/k', '/a-bkt%2fpfx', '/%2Fa-bkt/k', '/a-bkt%2F'])(
    'C14: an encoded slash does not get into a bucket name: %s',
    async (path) => {
      await expectRefused(forgedBy(ROOT, { path }), '400 InvalidBucketName')
    },
  )

  test.each<[string, string, string]>([
    ['/a-bkt/%2F', '/', '/a-bkt//'],
    ['/a-bkt/x%2Fy', 'x/y', '/a-bkt/x/y'],
    ['/a-bkt/%252F', '%2F', '/a-bkt/%252F'],
    ['/a-bkt/%25252e%252e', '%252e%2e', '/a-bkt/%25252e%252e'],
    ['/a-bkt/%2525', '%25', '/a-bkt/%2525'],
    ['/a-bkt//k', '/k', '/a-bkt//k'],
    ['/a-bkt///', '//', '/a-bkt///'],
    ['/a-bkt/a+b', 'a+b', '/a-bkt/a%2Bb'],
    ['/a-bkt/a;policy', 'a;policy', '/a-bkt/a%3Bpolicy'],
    ['/a-bkt/k%3Facl', 'k?acl', '/a-bkt/k%3Facl'],
    ['/a-bkt/k%23x', 'k#x', '/a-bkt/k%23x'],
  ])('C14: %s is decoded once, as the key %s', async (path, key, atBackend) => {
    expect((await stage.send(forgedBy(ALICE, { path }))).outcome).toBe('200')
    expect(stage.lastEvent().key).toBe(key)
    expect(stage.backend.lines).toEqual([`GET ${atBackend}`])
  })
})

describe('C15', () => {
  test.each(['/a-bkt/k%00', '/a-bkt/%00k', '/a-bkt/k%00.txt', '/a-bkt%00/k'])(
    'C15: a NUL is refused: %s',
    async (path) => {
      await expectRefused(forgedBy(ROOT, { path }), /^400 /)
    },
  )

  test('C15: other control characters are part of the key, and cannot break a line of the audit', async () => {
    const before = stage.events().length
    expect((await stage.send(forgedBy(ALICE, { path: '/a-bkt/a%0D%0Ab%1B%5B31m' }))).outcome).toBe('200')
    expect(stage.events()).toHaveLength(before + 1)
    expect(stage.lastEvent().key).toBe('a\r\nb\u001b[31m')
    expect(stage.backend.lines).toEqual(['GET /a-bkt/a%0D%0Ab%1B%5B31m'])
  })
})

describe('C16', () => {
  test.each([
    '/a-bkt/%E9',
    '/a-bkt/%C3',
    '/a-bkt/%C0%AF',
    '/a-bkt/%ED%A0%80',
    '/a-bkt/%F5%80%80%80',
    '/a-bkt/%zz',
    '/a-bkt/%',
    '/a-bkt/%4',
  ])('C16: what is no UTF-8, or no encoding, is refused: %s', async (path) => {
    await expectRefused(forgedBy(ROOT, { path }), '400 InvalidURI')
  })

  test('C16: composed and decomposed characters, and letters of either case, are different keys', async () => {
    for (const path of ['/a-bkt/%C3%A9', '/a-bkt/e%CC%81', '/a-bkt/K', '/a-bkt/k', '/a-bkt/%E2%84%AA']) {
      stage.backend.reset()
      expect((await stage.send(forgedBy(ALICE, { path }))).outcome).toBe('200')
      expect(stage.backend.lines).toEqual([`GET ${path}`])
    }
  })
})

test('C17: a right on a bucket is none on buckets whose name begins, ends or matches like it', async () => {
  for (const bucket of ['a-bkt2', 'a-bk', 'xa-bkt', 'a-bkt-evil', 'a-bkt.evil', 'a.bkt', 'aabkt']) {
    await expectRefused(signedBy(ALICE, { path: `/${bucket}/k` }), '403 AccessDenied')
    await expectRefused(signedBy(ALICE, { path: `/${bucket}` }), '403 AccessDenied')
  }
})

test('C18: a key with a slash at its end is another key, and a bucket with one is the bucket', async () => {
  for (const path of ['/a-bkt/dir', '/a-bkt/dir/', '/a-bkt/dir//']) {
    stage.backend.reset()
    expect((await stage.send(signedBy(ALICE, { method: 'DELETE', path }))).outcome).toBe('204')
    expect(stage.backend.lines).toEqual([`DELETE ${path}`])
  }
  stage.backend.reset()
  await expectRefused(signedBy(ALICE, { method: 'DELETE', path: '/v-bkt/' }), '403 AccessDenied')
  expect(stage.lastEvent()).toMatchObject({ operation: 'DeleteBucket', key: null })
})
