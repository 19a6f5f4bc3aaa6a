import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { S3_OPERATION_NAMES } from '../../src/s3/operation.ts'
import { S3_OPERATIONS } from '../../src/s3/operations.ts'
import { xmlReply } from '../support/plausible-replies.ts'
import { ALICE, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  forgedBy,
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  unsignedRequest,
  type WireRequest,
} from '../support/wire-requests.ts'

// What names no bucket, and what no S3 client has any business with.

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

describe('C12', () => {
  const CALLS = [
    'AssumeRole',
    'GetSessionToken',
    'AssumeRoleWithWebIdentity',
    'GetFederationToken',
    'CreateAccessKey',
    'CreateUser',
    'CreateTopic',
    'ListUsers',
  ]
  test.each(CALLS)('C12: %s is not asked of the backend, in a form or in the query', async (action) => {
    const body = `Action=${action}&Version=2011-06-15&DurationSeconds=3600`
    const type: Pair = ['content-type', 'application/x-www-form-urlencoded']
    const orders: readonly Order[] = [
      { method: 'POST', path: '/', headers: [type], body },
      {
        method: 'POST',
        path: '/',
        query: [
          ['Action', action],
          ['Version', '2011-06-15'],
        ],
      },
      {
        method: 'GET',
        path: '/',
        query: [
          ['Action', action],
          ['Version', '2011-06-15'],
        ],
      },
      { method: 'POST', path: '/a-bkt', headers: [type], body },
    ]
    for (const order of orders) {
      await expectRefused(signedBy(ROOT, order), /^(?:400|405|412|501) /)
      await expectRefused(presignedBy(ROOT, order), /^(?:400|405|412|501) /)
      await expectRefused(unsignedRequest(order), '403 AccessDenied')
      await expectRefused(forgedBy(ROOT, { ...order, scope: { service: 'sts' } }), '400 AuthorizationHeaderMalformed')
      await expectRefused(forgedBy(ROOT, { ...order, scope: { service: 'iam' } }), '400 AuthorizationHeaderMalformed')
    }
  })
})

describe('C13', () => {
  const listed = (text: string): string[] => [...text.matchAll(/<Bucket><Name>([^<]*)/g)].map(([, name]) => name ?? '')

  test('C13: everyone sees the buckets that are theirs to use, and an owner that is not the master account', async () => {
    for (const [user, own] of [
      [ALICE, ['a-bkt']],
      [ROOT, ['a-bkt', 'b-bkt', 'v-bkt']],
    ] as const) {
      const answer = await stage.send(signedBy(user, { path: '/' }))
      expect(answer.outcome).toBe('200')
      expect(listed(answer.text)).toEqual(own)
    }
  })

  test('C13: who has a right to no bucket at all is refused without a question', async () => {
    await expectRefused(signedBy(NOBODY, { path: '/' }), '403 AccessDenied')
    await expectRefused(unsignedRequest({ path: '/' }), '403 AccessDenied')
  })

  test('C13: who has a right to buckets that are not there is refused, after the list was read', async () => {
    stage.backend.script = () => ({
      bytes: xmlReply('<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'),
    })
    expect((await stage.send(signedBy(ALICE, { path: '/' }))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawOnly('the list of buckets, of which the caller may see none')
  })

  test('C13: paging and prefix are done here and open nothing', async () => {
    for (const query of [
      [['max-buckets', '1']],
      [['prefix', 'v']],
      [
        ['max-buckets', '1'],
        ['continuation-token', 'x'],
      ],
      [['x-id', 'ListBuckets']],
      [['prefix', '']],
    ] as const) {
      stage.backend.reset()
      const answer = await stage.send(signedBy(ALICE, { path: '/', query }))
      expect(listed(answer.text).filter((name) => name !== 'a-bkt')).toEqual([])
      for (const { target } of await stage.backend.settled()) expect(target).toBe('/')
    }
  })

  test.each<[string, Order]>([
    ['GET /?list-type=2', { path: '/', query: [['list-type', '2']] }],
    ['GET /?delimiter=/', { path: '/', query: [['delimiter', '/']] }],
    ['GET //', { path: '//' }],
    ['HEAD /', { method: 'HEAD', path: '/' }],
    ['GET /?acl', { path: '/', query: [['acl', '']] }],
    ['GET /?max-buckets=-1', { path: '/', query: [['max-buckets', '-1']] }],
    ['GET /?max-buckets=x', { path: '/', query: [['max-buckets', 'x']] }],
  ])('C13: %s lists nothing that is not allowed', async (_, order) => {
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.text).not.toContain('v-bkt')
    expect(answer.status).toBeGreaterThanOrEqual(400)
    await stage.expectBackendSawNothing()
  })

  test('C13: at the base domain of bucket host names the list is the same', async () => {
    const answer = await ceph.send(signedBy(ALICE, { path: '/', host: 's3.test' }))
    expect(listed(answer.text)).toEqual(['a-bkt'])
  })
})

test.each<[string, Order]>([
  ['RenameObject', { method: 'PUT', query: [['renameObject', '']], headers: [['x-amz-rename-source', '/v-bkt/k']] }],
  ['RenameObject by the header alone', { method: 'PUT', headers: [['x-amz-rename-source', '/v-bkt/k']] }],
  ['an append', { method: 'PUT', headers: [['x-amz-write-offset-bytes', '0']], body: 'x' }],
  [
    "Ceph's append",
    {
      method: 'PUT',
      query: [
        ['append', ''],
        ['position', '0'],
      ],
      body: 'x',
    },
  ],
  [
    'WriteGetObjectResponse',
    {
      method: 'POST',
      path: '/WriteGetObjectResponse',
      headers: [
        ['x-amz-request-route', 'r'],
        ['x-amz-request-token', 't'],
      ],
    },
  ],
  ['CreateSession', { path: '/a-bkt', query: [['session', '']] }],
  ["MinIO's object lambda", { query: [['lambdaArn', 'arn:x']] }],
])('C24: %s does not pass for another operation', async (_, order) => {
  const answer = await stage.send(signedBy(ROOT, order))
  if (answer.status === 200) expect((await stage.theBackendRequest()).head).not.toContain('rename')
  else await expectRefused(signedBy(ROOT, order), /^(?:400|405|501) /)
})

test('C24: rows that no backend has are refused to everybody', async () => {
  expect(S3_OPERATION_NAMES).toHaveLength(114)
  for (const row of S3_OPERATIONS.filter(({ unavailable }) => unavailable)) {
    const { subresource } = row.selector
    const path = { service: '/', bucket: '/a-bkt', object: '/a-bkt/k' }[row.level]
    if (subresource === undefined) continue
    await expectRefused(
      signedBy(ROOT, {
        method: row.method,
        path,
        query: [[subresource, subresource === 'uploadId' ? 'u' : '']],
        body: '',
      }),
      '501 NotImplemented',
    )
  }
})
