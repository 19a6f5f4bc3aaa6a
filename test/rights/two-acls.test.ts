import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formBy } from '../support/browser-form.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import { type Order, type Pair, signedBy } from '../support/wire-requests.ts'
import { CARRIERS, carrying } from './carriers.ts'
import { type Right, UsersByPolicy } from './users-by-policy.ts'

// A canned ACL and grants in one request: "Specifying both Canned ACLs and Header Grants is not allowed" (Amazon S3,
// "Access control list overview", "Specifying an ACL"). A backend may take either.

const KEY = 'a-bkt/k'
const COPY: Pair[] = [
  ['x-amz-copy-source', 'a-bkt/source'],
  ['x-amz-tagging-directive', 'REPLACE'],
]

/** Of nothing: a presigned URL does not cover the body. */
const DIGEST: Pair[] = [['content-md5', '1B2M2Y8AsgTpgAmY7PhCfg==']]

const OPERATIONS: readonly (readonly [name: string, order: Order, acl: Right, others: readonly Right[]])[] = [
  ['PutObject', { method: 'PUT', body: 'x' }, ['s3:PutObjectAcl', KEY], [['s3:PutObject', KEY]]],
  [
    'CreateMultipartUpload',
    { method: 'POST', query: [['uploads', '']] },
    ['s3:PutObjectAcl', KEY],
    [['s3:PutObject', KEY]],
  ],
  [
    'CopyObject',
    { method: 'PUT', headers: COPY },
    ['s3:PutObjectAcl', KEY],
    [
      ['s3:PutObject', KEY],
      ['s3:GetObject', 'a-bkt/source'],
    ],
  ],
  ['PutObjectAcl', { method: 'PUT', query: [['acl', '']], headers: DIGEST }, ['s3:PutObjectAcl', KEY], []],
  [
    'PutBucketAcl',
    { method: 'PUT', path: '/a-bkt', query: [['acl', '']], headers: DIGEST },
    ['s3:PutBucketAcl', 'a-bkt'],
    [],
  ],
  ['CreateBucket', { method: 'PUT', path: '/a-bkt' }, ['s3:PutBucketAcl', 'a-bkt'], [['s3:CreateBucket', 'a-bkt']]],
]
const CANNED = ['private', 'public-read', 'bucket-owner-full-control']
const GRANTS = ['full-control', 'read', 'read-acp', 'write-acp'].map((name): Pair => [`x-amz-grant-${name}`, 'id="1"'])

const rows = OPERATIONS.flatMap(([name, order, acl, others]) =>
  CARRIERS.flatMap((carrier) =>
    CANNED.map((canned, at) => {
      const pairs: Pair[] = [['x-amz-acl', canned], GRANTS[at] ?? ['x-amz-grant-read', 'id="1"']]
      return { name, carrier, canned, request: carrying(order, pairs, carrier), needs: [...others, acl], acl }
    }),
  ),
)

const users = new UsersByPolicy()
for (const { needs, acl } of rows) {
  users.withExactly(needs)
  users.withAllBut(acl)
}

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ extraUsers: users.configured })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

describe('a canned ACL beside a grant', () => {
  test.each(rows)(
    'with $name, $canned, by $carrier is 400, and the backend sees nothing',
    async ({ request, needs }) => {
      const answer = await stage.send(request(users.withExactly(needs)))
      expect(answer.outcome).toBe('400 InvalidRequest')
      expect(answer.text).toContain('Specifying both Canned ACLs and Header Grants is not allowed')
      await stage.expectBackendSawNothing()
      expect(stage.lastEvent()).toMatchObject({ decision: 'Allow', status: 400, error_code: 'InvalidRequest' })
    },
  )

  test.each(rows)('with $name, $canned, by $carrier is 403 without the right', async ({ request, acl }) => {
    expect((await stage.send(request(users.withAllBut(acl)))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
  })

  test('means nothing where ACLs mean nothing, and is dropped', async () => {
    const headers: Pair[] = [
      ['x-amz-acl', 'private'],
      ['x-amz-grant-read', 'id="1"'],
    ]
    const query: Pair[] = [
      ['partNumber', '1'],
      ['uploadId', 'up1'],
    ]
    expect((await stage.send(signedBy(ROOT, { method: 'PUT', query, headers, body: 'x' }))).status).toBe(200)
    const { headers: sent } = await stage.theBackendRequest()
    expect([sent.has('x-amz-acl'), sent.has('x-amz-grant-read')]).toEqual([false, false])
  })

  test('cannot come in a form: it takes no grants as fields, and ignores headers that nobody signed', async () => {
    const fields: Pair[] = [
      ['key', 'k'],
      ['acl', 'private'],
    ]
    const both = formBy(ALICE, { fields: [...fields, ['x-amz-grant-read', 'id="1"']] })
    expect((await stage.send(both)).outcome).toBe('400 InvalidArgument')
    await stage.expectBackendSawNothing()
    const beside = formBy(ALICE, { fields, headers: [['x-amz-grant-read', 'id="1"']] })
    expect((await stage.send(beside)).status).toBe(204)
    expect((await stage.theBackendRequest()).headers.has('x-amz-grant-read')).toBe(false)
  })
})
