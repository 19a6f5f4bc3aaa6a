import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  forgedBy,
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  unsignedRequest,
  withHeaders,
} from '../support/wire-requests.ts'

// What backends serve beside S3 on the same port, for whoever holds their master key. A user who may do everything asks
// for it here. docs/backends.md names these tests.

const stages = new Map<string, Stage>()
beforeAll(async () => {
  for (const profile of ['ceph', 'minio', 'generic']) {
    stages.set(profile, await Stage.start({ profile, more: { server: { hostnames: ['s3.test'] } } }))
  }
})
afterAll(async () => {
  for (const stage of stages.values()) await stage.close()
})
beforeEach(() => {
  for (const stage of stages.values()) stage.backend.reset()
})

function before(profile: string): Stage {
  const stage = stages.get(profile)
  if (stage === undefined) throw new Error(`no stage ${profile}`)
  return stage
}

const REFUSED = /^(?:400|403|405|501) /
const PUT: Order = { method: 'PUT', body: 'x' }
const pairs = (text: string): Pair[] =>
  text.split('&').map((pair): Pair => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? ''])
const query = (text: string, order: Order = {}): Order => ({ ...order, query: pairs(text) })
const call = (service: string): readonly (readonly [string, Order])[] => [
  [
    `${service} by a form`,
    {
      method: 'POST',
      path: '/',
      headers: [['content-type', 'application/x-www-form-urlencoded']],
      body: `Action=${service}&Version=2011-06-15`,
    },
  ],
  [`${service} by the query`, query(`Action=${service}&Version=2011-06-15`, { method: 'POST', path: '/' })],
]

const CEPH: readonly (readonly [string, Order])[] = [
  ['the admin interface', query('uid=x', { path: '/admin/user' })],
  ['a key made by it', query('key=&uid=x', { method: 'PUT', path: '/admin/user' })],
  ['its metadata', query('key=x', { path: '/admin/metadata/user' })],
  ['Swift', { path: '/swift/v1' }],
  ['an object by Swift', { path: '/swift/v1/v-bkt/k' }],
  ['a login to Swift', { path: '/auth/v1.0', headers: [['x-auth-user', 'x']] }],
  ['the cluster’s own description', { path: '/info' }],
  ...call('AssumeRole'),
  ...call('CreateUser'),
  ...call('CreateTopic'),
  ['a bucket of another tenant', { path: '/tenant%3Abucket/k' }],
  [
    'a bucket of another tenant as the source of a copy',
    { method: 'PUT', headers: [['x-amz-copy-source', 'tenant:bucket/k']] },
  ],
  ['another user’s identity', query('rgwx-uid=x')],
  ['a copy between zones', query('rgwx-prepend-metadata=true', PUT)],
  ['an append', query('append=&position=0', PUT)],
  ['a layout', query('layout=')],
  ['a search of metadata', query('mdsearch=', { path: '/a-bkt' })],
  ['a flush of logs', query('logging=', { method: 'POST', path: '/a-bkt' })],
]

const MINIO: readonly (readonly [string, Order])[] = [
  ['the admin interface', { path: '/minio/admin/v3/list-users' }],
  ['a user made by it', query('accessKey=x', { method: 'PUT', path: '/minio/admin/v3/add-user', body: 'x' })],
  ['its keys', { path: '/minio/kms/v1/key/list' }],
  ['its health', { path: '/minio/health/live' }],
  ['its metrics', { path: '/minio/v2/metrics/cluster' }],
  ['its bootstrap', { path: '/minio/bootstrap/v1/verify' }],
  ...call('AssumeRole'),
  ...call('AssumeRoleWithWebIdentity'),
  ['its own bucket', { path: '/.minio.sys/config/config.json' }],
  [
    'its own bucket as the source of a copy',
    { method: 'PUT', headers: [['x-amz-copy-source', '.minio.sys/config/config.json']] },
  ],
  ['events', query('events=s3%3AObjectCreated', { path: '/a-bkt' })],
  ['an object lambda', query('lambdaArn=arn')],
  ['a reset of replication', query('replication-reset=', { method: 'PUT', path: '/a-bkt' })],
]

test.each(CEPH)('V1: %s of a Ceph cannot be reached', async (_, order) => {
  const stage = before('ceph')
  for (const request of [signedBy(ROOT, order), presignedBy(ROOT, order), unsignedRequest(order)]) {
    expect((await stage.send(request)).outcome).toMatch(REFUSED)
  }
  await stage.expectBackendSawNothing()
})

test.each(MINIO)('V2: %s of a MinIO cannot be reached', async (_, order) => {
  const stage = before('minio')
  for (const request of [signedBy(ROOT, order), presignedBy(ROOT, order), unsignedRequest(order)]) {
    expect((await stage.send(request)).outcome).toMatch(REFUSED)
  }
  await stage.expectBackendSawNothing()
})

const ORDERS_TO_CEPH = ['rgwx-uid', 'rgwx-copy-if-newer', 'x-rgw-auth-key', 'x-rgw-priority']
const ORDERS_TO_MINIO = [
  'x-minio-force-delete',
  'x-minio-source-mtime',
  'x-minio-source-replication-request',
  'X-Minio-Replication-Actual-Object-Size',
  'X-Minio-Replication-Ssec-Crc',
  'x-minio-extract',
  'X-Amz-Meta-Snowball-Auto-Extract',
  'X-Amz-Meta-Minio-Snowball-Prefix',
]

test.each([
  ...ORDERS_TO_CEPH.map((name) => ['V1', 'ceph', name] as const),
  ...ORDERS_TO_MINIO.map((name) => ['V2', 'minio', name] as const),
])('%s: for %s, the header %s is an order that nobody may give, as a parameter too', async (_, profile, name) => {
  const stage = before(profile)
  for (const method of ['PUT', 'DELETE', 'GET']) {
    const order: Order = method === 'PUT' ? PUT : { method }
    expect((await stage.send(signedBy(ROOT, { ...order, headers: [[name, 'true']] }))).status).toBe(501)
    expect((await stage.send(presignedBy(ROOT, { ...order, query: [[name, 'true']] }))).status).toBe(501)
    expect((await stage.send(withHeaders(signedBy(ROOT, order), [name, 'true']))).status).toBeGreaterThan(400)
  }
  await stage.expectBackendSawNothing()
})

test('V1: what Swift and Keystone take for a login is dropped', async () => {
  const stage = before('ceph')
  for (const name of ['x-auth-token', 'x-storage-token', 'x-subject-token', 'x-service-token']) {
    stage.backend.reset()
    expect((await stage.send(withHeaders(signedBy(ROOT), [name, 'a-token']))).outcome).toBe('200')
    expect((await stage.theBackendRequest()).head).not.toMatch(/token/i)
  }
})

test.each(['tenant:bucket', '.minio.sys', 'admin', 'swift', 'minio'])(
  'V3: nor is %s reached as the bucket of a host name',
  async (name) => {
    for (const stage of stages.values()) {
      expect((await stage.send(signedBy(ROOT, { host: `${name}.s3.test`, path: '/k' }))).outcome).toMatch(/^400 /)
      await stage.expectBackendSawNothing()
    }
  },
)

test.each(['sts', 'iam', 's3tables', 's3express', 's3-object-lambda', 'S3'])(
  'V4: a signature for the service %s, by which a backend would choose another interface, is none',
  async (service) => {
    const stage = before('generic')
    for (const order of [{}, PUT, { method: 'POST', path: '/' }] as const) {
      const answer = await stage.send(forgedBy(ROOT, { ...order, scope: { service } }))
      expect(answer.outcome).toBe('400 AuthorizationHeaderMalformed')
    }
    await stage.expectBackendSawNothing()
  },
)
