import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorReply, httpReply } from '../support/plausible-replies.ts'
import { ALICE, BOB, NOBODY, REGION, ROOT, Stage } from '../support/proxy-in-process.ts'
import { type Order, type Pair, signedBy } from '../support/wire-requests.ts'

const allow = (Action: string | string[], ...Resource: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})
const key = (name: string) => ({ accessKey: `${name}KEY0001`, secretKey: `${name}-secret/0123456789`, region: REGION })
const [FIRST, SECOND, OFF, PAST] = [key('FIRST'), key('SECOND'), key('OFF'), key('PAST')]
const entry = ({ accessKey, secretKey }: typeof FIRST, more: object = {}) => ({
  access_key: accessKey,
  secret_key: secretKey,
  ...more,
})

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({
    more: {
      policies: {
        Tagged: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 's3:GetObject',
              Resource: 'arn:aws:s3:::${aws:PrincipalTag/team, "nobody"}/*'.replaceAll('"', "'"),
            },
          ],
        },
        Reading: allow('s3:GetObject', 'arn:aws:s3:::g-bkt/*'),
        Boundary: allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::b-bkt/*'),
      },
    },
    plain: { groups: [{ name: 'readers', policies: ['Reading'] }], account_id: '111122223333' },
    users: {
      alice: { buckets: [{ name: 'a-bkt', prefix: 'alice/', access: 'readwrite' }], groups: ['readers'] },
      bob: { policies: ['readwrite'], permissions_boundary: 'Boundary' },
      root: { allowed_buckets: ['*'] },
      nobody: { policies: ['Tagged'], tags: { Team: 't-bkt' } },
    },
    extraUsers: [
      {
        name: 'several',
        keys: [
          entry(FIRST),
          entry(SECOND, { not_after: '2099-01-01T00:00:00Z' }),
          entry(OFF, { status: 'inactive' }),
          entry(PAST, { not_after: '2020-01-01T00:00:00Z' }),
        ],
        policies: ['admin'],
      },
    ],
  })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const outcome = async (user: typeof ALICE, order: Order): Promise<string> =>
  (await stage.send(signedBy(user, order))).outcome

describe('keys', () => {
  test('of one user are good at once', async () => {
    for (const each of [FIRST, SECOND]) expect(await outcome(each, {})).toBe('200')
    expect(stage.lastEvent()).toMatchObject({ principal: { arn: 'arn:aws:iam::111122223333:user/several' } })
  })

  test('that are inactive or expired are unknown, once their signature verified; the audit says why', async () => {
    const cases = [
      [OFF, 'the key or its user is inactive'],
      [PAST, 'the key is past its not_after'],
    ] as const
    for (const [each, detail] of cases) {
      expect(await outcome(each, {})).toBe('403 InvalidAccessKeyId')
      expect(stage.lastEvent()).toMatchObject({ access_key: each.accessKey, principal: null, detail })
      expect(await outcome({ ...each, secretKey: 'wrong' }, {})).toBe('403 SignatureDoesNotMatch')
    }
    await stage.expectBackendSawNothing()
  })
})

describe('rights', () => {
  test('come from groups, tags and canned policies, within the boundary', async () => {
    expect(await outcome(ALICE, { path: '/g-bkt/k' })).toBe('200')
    expect(stage.lastEvent()).toMatchObject({ matched: { policy: 'Reading' } })
    expect(await outcome(NOBODY, { path: '/t-bkt/k' })).toBe('200')
    expect(await outcome(BOB, { path: '/b-bkt/k' })).toBe('200')
    stage.backend.reset()
    expect(await outcome(NOBODY, { path: '/u-bkt/k' })).toBe('403 AccessDenied')
    expect(await outcome(BOB, { path: '/a-bkt/k' })).toBe('403 AccessDenied')
    expect(await outcome(BOB, { method: 'DELETE', path: '/b-bkt/k' })).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
  })

  test('the account is the owner that clients see, and the one that they may expect', async () => {
    const { text } = await stage.send(signedBy(ROOT, { path: '/' }))
    expect(text).toContain('<ID>111122223333</ID>')
    const expecting = (id: string): Order => ({ headers: [['x-amz-expected-bucket-owner', id]] })
    expect(await outcome(ROOT, expecting('111122223333'))).toBe('200')
    expect(await outcome(ROOT, expecting('000000000000'))).toBe('403 AccessDenied')
  })
})

describe('a user who is limited to a prefix', () => {
  const listings: readonly (readonly [string, readonly Pair[]])[] = [
    ['ListObjects', []],
    ['ListObjectsV2', [['list-type', '2']]],
    ['ListObjectVersions', [['versions', '']]],
  ]

  test.each(listings)('lists within it by %s, and nowhere else', async (name, query) => {
    const list = (...more: Pair[]) => outcome(ALICE, { path: '/a-bkt', query: [...query, ...more] })
    for (const prefix of ['alice/', 'alice/d/']) expect(await list(['prefix', prefix])).toBe('200')
    expect(stage.lastEvent()).toMatchObject({ operation: name, decision: 'Allow' })
    stage.backend.reset()
    expect(await list()).toBe('403 AccessDenied')
    for (const prefix of ['', 'alice', 'bob/', 'Alice/', '*', 'alic?/']) {
      expect(await list(['prefix', prefix])).toBe('403 AccessDenied')
      expect(await list(['prefix', prefix], ['delimiter', '/'])).toBe('403 AccessDenied')
    }
    await stage.expectBackendSawNothing()
  })

  test('works within it, and nowhere else', async () => {
    const orders = (path: string): readonly Order[] => [
      { path },
      { method: 'HEAD', path },
      { method: 'PUT', path, body: 'x' },
      { method: 'DELETE', path },
      { method: 'POST', path, query: [['uploads', '']] },
    ]
    for (const order of orders('/a-bkt/alice/k'))
      expect((await stage.send(signedBy(ALICE, order))).status).toBeLessThan(300)
    stage.backend.reset()
    for (const path of [
      '/a-bkt/bob/k',
      '/a-bkt/alice',
      '/a-bkt/alice%2F..%2Fk'.replace('alice%2F', 'al'),
      '/b-bkt/alice/k',
    ]) {
      for (const order of orders(path)) expect((await stage.send(signedBy(ALICE, order))).status).toBe(403)
    }
    await stage.expectBackendSawNothing()
  })

  const missing =
    (code: string) =>
    ({ method }: { readonly method: string }) => ({
      bytes: method === 'HEAD' ? httpReply(404) : errorReply(404, code),
    })

  test('learns of a missing key only where it may list', async () => {
    stage.backend.script = missing('NoSuchKey')
    for (const method of ['GET', 'HEAD']) {
      expect((await stage.send(signedBy(ALICE, { method, path: '/a-bkt/alice/k' }))).status).toBe(404)
      expect((await stage.send(signedBy(ALICE, { method, path: '/g-bkt/k' }))).status).toBe(403)
    }
    const { text } = await stage.send(signedBy(ALICE, { path: '/g-bkt/k' }))
    expect(text).not.toContain('NoSuchKey')
  })

  test('learns of a missing version only where it may list versions', async () => {
    stage.backend.script = missing('NoSuchVersion')
    const version = { query: [['versionId', 'v']] as const }
    for (const method of ['GET', 'HEAD']) {
      expect((await stage.send(signedBy(ALICE, { method, path: '/a-bkt/alice/k', ...version }))).status).toBe(404)
    }
    expect(await outcome(ALICE, { path: '/g-bkt/k', ...version })).toBe('403 AccessDenied')
  })

  test('sees the bucket in the list of buckets, and no other', async () => {
    const { text } = await stage.send(signedBy(ALICE, { path: '/' }))
    expect([...text.matchAll(/<Name>([^<]*)</g)].map((match) => match[1])).toEqual(['a-bkt'])
  })
})
