import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { operationNamed, S3_OPERATIONS } from '../../src/s3/operations.ts'
import type { S3OperationName } from '../../src/s3/operation.ts'
import { ALICE, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  forgedBy,
  type Order,
  type Pair,
  signedBy,
  unsignedRequest,
  type WireRequest,
} from '../support/wire-requests.ts'

// Which operation does a request mean? The backend may see another one in it: it must never get the chance.

let stage: Stage
let ceph: Stage
beforeAll(async () => {
  stage = await Stage.start()
  ceph = await Stage.start({ profile: 'ceph', more: { server: { hostnames: ['s3.test'] } } })
})
afterAll(async () => {
  await stage.close()
  await ceph.close()
})
beforeEach(() => {
  stage.backend.reset()
  ceph.backend.reset()
})

async function expectRefused(request: WireRequest, outcome: string | RegExp): Promise<void> {
  const answer = await stage.send(request)
  if (typeof outcome === 'string') expect(answer.outcome).toBe(outcome)
  else expect(answer.outcome).toMatch(outcome)
  await stage.expectBackendSawNothing()
}

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'] as const
const PATHS = ['/', '/v-bkt', '/v-bkt/k'] as const
const KNOWN = [...new Set(S3_OPERATIONS.flatMap(({ selector }) => selector.subresource ?? []))]
// What Ceph and MinIO know beside, and what nobody knows.
const FOREIGN = [
  'append',
  'layout',
  'mdsearch',
  'events',
  'lambdaArn',
  'replication-reset',
  'replication-metrics',
  'website2',
  'object',
  'bucketInfo',
  'syncing',
  'usage',
  'stats',
  'key',
  'caps',
  'quota',
  'defaultObjectAcl',
  'billing',
  'compose',
  'x',
  'resourcePolicy',
  'policy2',
]
const asQuery = (name: string): Pair[] => [[name, name === 'uploadId' ? 'u' : '']]

/** Sub-resources that a request at the backend names. */
const named = (target: string): string[] =>
  (target.split('?')[1] ?? '')
    .split('&')
    .map((pair) => pair.split('=')[0] ?? '')
    .filter((name) => KNOWN.includes(name))

/** Whatever left for the backend is the row that the audit names, on the address that was asked for. */
function expectAuthorizedIsExecuted(at: Stage, path: string): void {
  const event = at.lastEvent()
  for (const { method, target } of at.backend.requests) {
    const asking = /^(?:CreateBucket|GetBucketLocation|GetBucketCors|GetBucketPolicy(?:Status)?|GetPublicAccessBlock)$/
    const isQuestion = method === 'HEAD' && asking.test(event.operation ?? '')
    if (isQuestion) continue
    const row = operationNamed(event.operation as S3OperationName)
    expect(`${method} ${target.split('?')[0]}`).toBe(`${row.method} ${path}`)
    expect(named(target)).toEqual(row.selector.subresource === undefined ? [] : [row.selector.subresource])
    expect(event.decision).toBe('Allow')
  }
}

describe.each(METHODS)('C7: %s', (method) => {
  test.each(PATHS)(`C7: every sub-resource with ${method} on %s means one operation, or is refused`, async (path) => {
    for (const at of [stage, ceph]) {
      for (const name of [...KNOWN, ...FOREIGN]) {
        at.backend.reset()
        const answer = await at.send(signedBy(ROOT, { method, path, query: asQuery(name) }))
        const isRefused = at.backend.requests.length === 0
        if (isRefused) expect(`${name}: ${answer.status}`).toMatch(/: (?:400|403|405|411|412|501)$/)
        else expectAuthorizedIsExecuted(at, path)
        if (FOREIGN.includes(name)) expect(isRefused).toBe(true)
      }
      at.backend.reset()
      await at.expectBackendSawNothing()
    }
  })
})

describe('C7', () => {
  test('C7: two sub-resources in one request are refused', async () => {
    const pairs = KNOWN.flatMap((one, i) => KNOWN.slice(i + 1, i + 4).map((other) => [one, other] as const))
    for (const [one, other] of pairs) {
      await expectRefused(
        signedBy(ROOT, { path: '/v-bkt', query: [...asQuery(one), ...asQuery(other)] }),
        '400 InvalidArgument',
      )
      await expectRefused(
        signedBy(ROOT, { method: 'DELETE', path: '/v-bkt/k', query: [...asQuery(other), ...asQuery(one)] }),
        /^400/,
      )
    }
  })

  test.each([
    'ACL',
    'Acl',
    'Policy',
    'VersionId',
    'versionid',
    'UPLOADS',
    'Delete',
    'Tagging',
    'uploadID',
    'Prefix',
    'List-Type',
    'x-amz-date',
    'x-amz-signature',
  ])('C7: %s, a known name in another case, is refused', async (name) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      await expectRefused(signedBy(ROOT, { method, path: '/v-bkt', query: [[name, '1']] }), '400 InvalidArgument')
    }
  })

  test('C7: a sub-resource is the same with a value, with an empty one, encoded, and after another parameter', async () => {
    const { headers: plain } = forgedBy(ROOT, { path: '/v-bkt', query: [['acl', '']] })
    for (const target of ['/v-bkt?acl', '/v-bkt?acl=', '/v-bkt?%61cl', '/v-bkt?ac%6C=', '/v-bkt?&acl&&']) {
      stage.backend.reset()
      expect((await stage.send({ method: 'GET', target, headers: plain })).outcome).toBe('200')
      expect(stage.lastEvent().operation).toBe('GetBucketAcl')
      expect(stage.backend.lines).toEqual(['GET /v-bkt?acl='])
    }
    stage.backend.reset()
    expect((await stage.send(signedBy(ROOT, { path: '/v-bkt', query: [['acl', 'smuggled']] }))).outcome).toBe('200')
    expect(stage.backend.lines).toEqual(['GET /v-bkt?acl='])
  })

  test.each<[string, Order]>([
    [
      'an unknown parameter before a sub-resource',
      {
        path: '/v-bkt',
        query: [
          ['x', '1'],
          ['policy', ''],
        ],
      },
    ],
    [
      'an unknown parameter after one',
      {
        path: '/v-bkt',
        query: [
          ['acl', ''],
          ['zzz', '1'],
        ],
      },
    ],
    ['a delete on a key', { method: 'POST', path: '/v-bkt/k', query: [['delete', '']], body: '<Delete/>' }],
    ['a parameter of another row', { path: '/v-bkt/k', query: [['prefix', 'x']] }],
    ['an empty parameter name', { path: '/v-bkt', query: [['', '']] }],
    ['a sub-resource with a bracket', { path: '/v-bkt', query: [['acl[]', '']] }],
  ])('C7: %s is refused', async (_, order) => {
    for (const user of [ROOT, ALICE]) await expectRefused(signedBy(user, order), /^(?:400|403|405|501) /)
  })

  test('C7: an empty version is refused on every method', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      await expectRefused(signedBy(ROOT, { method, query: [['versionId', '']] }), /^400/)
    }
  })

  test('C7: what is refused is told only to those whose signature verified', async () => {
    const odd: readonly Order[] = [
      { query: [['append', '']] },
      { method: 'PATCH' },
      { path: '/v-bkt', query: [['renameObject', '']] },
      { path: '/minio/admin' },
      { method: 'POST', path: '/' },
    ]
    for (const order of odd) {
      await expectRefused(unsignedRequest(order), '403 AccessDenied')
      await expectRefused(signedBy({ ...ROOT, secretKey: 'x' }, order), '403 SignatureDoesNotMatch')
      await expectRefused(signedBy(NOBODY, order), /^(?:400|405|501) /)
    }
  })

  test('C7: x-id and its like are ignored and not sent on', async () => {
    expect(
      (
        await stage.send(
          signedBy(ROOT, {
            query: [
              ['x-id', 'DeleteObject'],
              ['x-trace', '1'],
            ],
          }),
        )
      ).outcome,
    ).toBe('200')
    expect(stage.backend.lines).toEqual(['GET /a-bkt/k'])
  })
})

const NO_OPERATIONS: readonly (readonly [string, Order])[] = [
  ['an upload id without a part number', { method: 'PUT', query: [['uploadId', 'u']] }],
  ['a part number without an upload id', { method: 'PUT', query: [['partNumber', '1']] }],
  [
    'an empty upload id',
    {
      method: 'PUT',
      query: [
        ['uploadId', ''],
        ['partNumber', '1'],
      ],
    },
  ],
  ['an empty upload id to complete', { method: 'POST', query: [['uploadId', '']], body: '<CompleteMultipartUpload/>' }],
  ['an empty upload id to abort', { method: 'DELETE', query: [['uploadId', '']] }],
  ['an upload id on a bucket', { method: 'DELETE', path: '/a-bkt', query: [['uploadId', 'u']] }],
  ['a list of uploads of a key', { query: [['uploads', '']] }],
  ['a list of versions of a key', { query: [['versions', '']] }],
  ['uploads created on a bucket', { method: 'POST', path: '/a-bkt', query: [['uploads', '']] }],
  ['a POST to the root', { method: 'POST', path: '/' }],
  ['a PUT to the root', { method: 'PUT', path: '/' }],
  ['a DELETE of the root', { method: 'DELETE', path: '/' }],
  ['a POST to a key', { method: 'POST' }],
  ['a POST to a bucket that is no form', { method: 'POST', path: '/a-bkt' }],
  ...['0', '10001', '-1', '1.5', '01x', '', '1e3'].map((number): [string, Order] => [
    `the part number "${number}"`,
    {
      method: 'PUT',
      query: [
        ['uploadId', 'u'],
        ['partNumber', number],
      ],
    },
  ]),
]
test.each(NO_OPERATIONS)('C8: %s is refused', async (_, order) => {
  for (const user of [ROOT, ALICE]) await expectRefused(signedBy(user, order), /^(?:400|405|412|501) /)
})
