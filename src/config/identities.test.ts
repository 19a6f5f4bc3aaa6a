import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { policyJson } from '../policy/policy-json.ts'
import type { Config } from './config.ts'
import { type LoadResult, parseConfig } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-identities-'))
afterAll(() => rmSync(folder, { recursive: true }))

const MASTER = `master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}\n`
const ALLOW =
  '{Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}}'

const parse = (text: string): Promise<LoadResult> =>
  parseConfig(MASTER + text, { file: join(folder, 'c.yaml'), env: {} })

async function accepted(text: string): Promise<Config> {
  const result = await parse(text)
  expect(result.ok ? [] : result.problems).toEqual([])
  if (!result.ok) throw new Error('refused')
  return result.config
}

const local = (lines: readonly string[]): string[] => lines.map((line) => line.replaceAll(`${folder}/`, ''))

async function problems(text: string): Promise<string[]> {
  const result = await parse(text)
  return result.ok ? [] : local(result.problems)
}

async function warnings(text: string): Promise<string[]> {
  return local((await parse(text)).warnings).map((line) => line.replace('c.yaml:', ''))
}

describe('users', () => {
  test('have one key pair or several, each as long as both it and the user are good', async () => {
    const { users } = await accepted(`
users:
  - {name: a, access_key: aaa, secret_key: s, not_after: "2027-06-30T00:00:00Z"}
  - name: b
    not_after: "2027-06-30T00:00:00Z"
    keys:
      - {access_key: bb1, secret_key: s, not_after: "2027-01-01T00:00:00+01:00"}
      - {access_key: bb2, secret_key: s, not_after: "2028-01-01"}
      - {access_key: bb3, secret_key: s, status: inactive}
  - {name: c, status: inactive, keys: [{access_key: ccc, secret_key: s}]}
  - {access_key: ddd, secret_key: s}
`)
    const shown = users.map(({ name, keys }) => [
      name,
      keys.map((k) => [k.accessKey, k.active, k.notAfter?.toISOString()]),
    ])
    expect(shown).toEqual([
      ['a', [['aaa', true, '2027-06-30T00:00:00.000Z']]],
      [
        'b',
        [
          ['bb1', true, '2026-12-31T23:00:00.000Z'],
          ['bb2', true, '2027-06-30T00:00:00.000Z'],
          ['bb3', false, '2027-06-30T00:00:00.000Z'],
        ],
      ],
      ['c', [['ccc', false, undefined]]],
      ['ddd', [['ddd', true, undefined]]],
    ])
  })

  test('without a name are called by their key, which must not be the name of another: rights go by names', async () => {
    const users = (second: string) => `users:
  - {name: bob, access_key: key-1, secret_key: s, policies: [readonly]}
  - {access_key: ${second}, secret_key: t, allowed_buckets: ["*"]}
`
    expect(await problems(users('bobby'))).toEqual([])
    expect(await problems(users('bob'))).toEqual([
      expect.stringMatching(/users\[1\]\.access_key: is the name of users\[0\]/),
    ])
  })

  test('have policies of several kinds, in the order in which they are told', async () => {
    writeFileSync(join(folder, 'env-secret'), 'from-file\n')
    const { users, groups } = await accepted(`
policies: {Mine: ${ALLOW}, Bound: ${ALLOW}}
groups: [{name: g, policies: [Mine, readonly]}]
users:
  - name: a
    keys: [{access_key: aaa, secret_key: "file:env-secret"}]
    policies: [Mine, {policy: writeonly, buckets: [inbox]}]
    groups: [g, g]
    inline_policy: ${ALLOW}
    permissions_boundary: Bound
    allowed_buckets: [x]
    buckets: [{name: data, prefix: "a/", access: read}]
    tags: {team: blue}
`)
    const [user] = users
    expect(user?.keys[0]?.secretKey.reveal()).toBe('from-file')
    expect(user?.policies.map(({ name }) => name)).toEqual([
      'allowed_buckets',
      'buckets',
      'inline_policy',
      'Mine',
      'writeonly',
    ])
    expect(user).toMatchObject({ groups: ['g'], boundary: { name: 'Bound' }, tags: { team: 'blue' } })
    expect(groups[0]?.policies[0]).toBe(user?.policies[3])
    expect(user?.policies[4] && policyJson(user.policies[4].document)).toMatchObject({
      Statement: [{ Resource: ['arn:aws:s3:::inbox', 'arn:aws:s3:::inbox/*'] }],
    })
  })

  const user = (more: string) => `users: [{name: a, access_key: aaa, secret_key: s, ${more}}]\n`

  test.each([
    ['an unknown group', user('groups: [g]'), 'users[0].groups[0]: there is no such group'],
    ['an unknown policy', user('policies: [P]'), 'users[0].policies[0]: there is no such policy'],
    [
      'a policy of a wrong kind',
      user('policies: [3]'),
      'users[0].policies[0]: is a number; the name of a policy is wanted',
    ],
    [
      'an unknown key of an attachment',
      user('policies: [{policy: readonly, bucket: [b]}]'),
      'policies[0].bucket: unknown key',
    ],
    ['no bucket to narrow to', user('policies: [{policy: readonly, buckets: []}]'), 'policies[0].buckets: is empty'],
    ['a pattern to narrow to', user('policies: [{policy: readonly, buckets: ["b*"]}]'), 'names buckets literally'],
    ['bucket-admin for all', user('policies: [bucket-admin]'), 'must be narrowed: {policy: bucket-admin, buckets'],
    [
      'a narrowed policy of one’s own',
      `policies: {P: ${ALLOW}}\n${user('policies: [{policy: P, buckets: [b]}]')}`,
      'only canned policies can be narrowed',
    ],
    ['an unknown boundary', user('permissions_boundary: P'), 'users[0].permissions_boundary: there is no such policy'],
    ['a wrong status', user('status: off'), 'must be one of "active", "inactive"'],
    ['a moment without zone', user('not_after: "2027-01-01T00:00:00"'), 'must be a moment such as'],
    ['a day that is none', user('not_after: "2027-02-30"'), 'must be a moment such as'],
    [
      'keys beside a key',
      user('keys: [{access_key: bbb, secret_key: s}]'),
      'users[0].access_key: stands beside `keys`',
    ],
    ['keys without a name', 'users: [{keys: [{access_key: bbb, secret_key: s}]}]\n', 'users[0].name: is required'],
    ['no key at all', 'users: [{name: a}]\n', 'users[0].secret_key: is required'],
    [
      'the master key in keys',
      'users: [{name: a, keys: [{access_key: master, secret_key: s}]}]\n',
      'is the master access key',
    ],
    [
      'a key that stands twice',
      `${user('groups: []').replace(']}]', ']}, {name: b, keys: [{access_key: aaa, secret_key: s}]}]')}`,
      'users[1].keys[0].access_key: is the same as users[0].access_key',
    ],
    [
      'tags that differ by case',
      user('tags: {Team: a, team: b}'),
      'users[0].tags.team: differs from another tag by case only',
    ],
    ['a tag that is a number', user('tags: {team: 3}'), 'put it in quotes'],
    ['a prefix with a wildcard', user('buckets: [{name: b, prefix: "a*", access: read}]'), 'is literal text'],
    [
      'an unknown access',
      user('buckets: [{name: b, access: all}]'),
      'must be one of "read", "write", "readwrite", "list"',
    ],
    ['an account of few digits', `account_id: "12"\n${user('groups: []')}`, 'account_id: must be 12 digits'],
    ['an account without quotes', `account_id: 123456789012\n${user('groups: []')}`, 'put it in quotes'],
    [
      'a group twice',
      `groups: [{name: g}, {name: g}]\n${user('groups: []')}`,
      'groups[1].name: is the name of another group',
    ],
    ['owners only without state', `multipart_owner_only: true\n${user('groups: []')}`, 'needs `state`'],
    [
      'owners only with a read-only state',
      `multipart_owner_only: true\nstate: {path: s, read_only: true}\n${user('groups: []')}`,
      'not read_only',
    ],
    ['state without a path', `state: {}\n${user('groups: []')}`, 'state.path: is required'],
    ['a key of a later issue', `metrics: {}\n${user('groups: []')}`, 'metrics: unknown key'],
  ])('%s is refused', async (_name, text, expected) => {
    expect((await problems(text)).join('\n')).toContain(expected)
  })

  test.each([
    [user('tags: {}'), '2:9: users[0]: this user may do nothing: it has neither buckets nor policies'],
    [
      user('groups: [g]') + 'groups: [{name: g}]\n',
      '2:9: users[0]: this user may do nothing: no policy of it or of its',
    ],
    [
      user('inline_policy: {Statement: {Effect: Deny, Action: "s3:*", Resource: "*"}}'),
      '2:9: users[0]: this user may do nothing: no policy of it or of its groups has an Allow',
    ],
    [user('buckets: [{name: b, prefix: "/a/", access: read}]'), '2:79: users[0].buckets[0].prefix: begins with "/"'],
    [user('buckets: [{name: b, prefix: "a", access: read}]'), '2:79: users[0].buckets[0].prefix: does not end in "/"'],
  ])('%s loads with a warning', async (text, expected) => {
    expect((await warnings(text)).join('\n')).toContain(expected)
  })
})

test.each([
  'groups: [{name: g, policies: [readonly]}]\nusers: [{name: a, access_key: aaa, secret_key: s, groups: [g]}]\n',
  `bucket_policies: {b-1: {Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::000000000000:user/a"}, Action: "s3:GetObject", Resource: "arn:aws:s3:::b-1/*"}}}\nusers: [{name: a, access_key: aaa, secret_key: s}]\n`,
  'state: {path: kept.sqlite}\nusers: [{name: a, access_key: aaa, secret_key: s}]\n',
])('who may do something by a group or by the policy of a bucket is not warned of: %s', async (text) => {
  expect(await warnings(text)).toEqual([])
})

describe('policies', () => {
  const USERS = 'users: [{name: a, access_key: aaa, secret_key: s, policies: [readonly]}]\n'

  test('faults have the line and column, and the path down into the document', async () => {
    const text = `${USERS}policies:
  P:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action: s3:GetObjekt
        Resource: "*"
        Condition: {StringLike: {s3:prefixx: a}}
`
    expect(await problems(text)).toEqual([
      expect.stringMatching(/^c\.yaml:8:17: policies\.P\.Statement\[0\]\.Action: /),
      expect.stringMatching(/^c\.yaml:10:46: policies\.P\.Statement\[0\]\.Condition\.StringLike\.s3:prefixx: /),
    ])
  })

  test.each([
    [`policies: {readonly: ${ALLOW}}`, 'policies.readonly: is the name of what the proxy brings along'],
    [`policies: {inline_policy: ${ALLOW}}`, 'policies.inline_policy: is the name of what the proxy brings along'],
    ['policies: {"a b": {}}', 'must be 1 to 128 letters'],
    ['policies: {P: [1]}', 'policies.P: is a list; a block of keys is wanted'],
    ['policies: {P: {Statement: []}}', 'policies.P.Statement: must be a statement or a list of at least one'],
    [
      `policies: {__proto__: ${ALLOW.replace('Allow', 'Alow')}}`,
      'policies.__proto__.Statement.Effect: must be Allow or Deny',
    ],
    ['policies: {P: {Version: "2012-10-17", Version: "2012-10-17"}}', 'this key stands twice'],
    [`bucket_policies: {b-1: ${ALLOW}}`, 'bucket_policies.b-1.Statement: must have Principal or NotPrincipal'],
    ['bucket_policies: {B: {}}', 'is no name of a bucket'],
    ['policy_dir: ./nowhere', 'policy_dir: the folder nowhere cannot be read (ENOENT)'],
  ])('%s is refused', async (text, expected) => {
    expect((await problems(`${USERS}${text}\n`)).join('\n')).toContain(expected)
  })

  test('the principals of a bucket policy are the users and the account', async () => {
    const policy = (principal: string) =>
      `account_id: "111122223333"\n${USERS}bucket_policies: {b-1: {Statement: {Effect: Allow, Principal: {AWS: "${principal}"}, Action: "s3:GetObject", Resource: "arn:aws:s3:::b-1/*"}}}\n`
    for (const known of ['111122223333', 'arn:aws:iam::111122223333:user/a', '*']) {
      expect(await problems(policy(known))).toEqual([])
    }
    for (const unknown of ['000000000000', 'arn:aws:iam::111122223333:user/b', 'arn:aws:iam::111122223333:role/a']) {
      expect((await problems(policy(unknown))).join()).toContain('there is no such principal')
    }
    const { bucketPolicies } = await accepted(policy('*'))
    expect(bucketPolicies).toMatchObject([{ bucket: 'b-1', text: expect.stringContaining('"Principal":{"AWS":"*"}') }])
  })

  test('warnings of a document are told with their place', async () => {
    const text = `${USERS}policies: {P: ${ALLOW.replace('b/*', 'b*')}}\n`
    expect((await warnings(text)).join('\n')).toMatch(/3:\d+: policies\.P\.Statement\.Resource: matches all buckets/)
  })

  test('of a folder are read by the names of their files, faults told with their own lines', async () => {
    const json =
      '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}}'
    mkdirSync(join(folder, 'good'))
    writeFileSync(join(folder, 'good', 'One.json'), json)
    writeFileSync(join(folder, 'good', 'Two.yaml'), ALLOW)
    writeFileSync(join(folder, 'good', 'README.md'), 'x')
    writeFileSync(join(folder, 'good', '.hidden'), 'x')
    const { users } = await accepted(`policy_dir: ./good\n${USERS.replace('readonly', 'One, Two')}`)
    expect(users[0]?.policies.map(({ name }) => name)).toEqual(['One', 'Two'])
    expect(await warnings(`policy_dir: good\n${USERS}`)).toEqual([
      'good/README.md:1:1: is not read; policies are called NAME.json or NAME.yaml',
    ])

    mkdirSync(join(folder, 'bad'))
    writeFileSync(join(folder, 'bad', 'One.json'), `{\n  "Version": "2012-10-17",\n  "Version": "2012-10-17"}`)
    writeFileSync(join(folder, 'bad', 'Three.json'), json.replace('s3:*', 's3:Nothing'))
    writeFileSync(join(folder, 'bad', 'Three.yaml'), ALLOW)
    writeFileSync(join(folder, 'bad', 'Two.yaml'), ALLOW.replace('Effect:', '\n  Efect:'))
    writeFileSync(join(folder, 'bad', 'admin.json'), json)
    writeFileSync(join(folder, 'bad', 'Mine.json'), json)
    expect(await problems(`policy_dir: bad\npolicies: {Mine: ${ALLOW}}\n${USERS}`)).toEqual([
      expect.stringMatching(/^bad\/One\.json:3:3: the member "Version" is there twice$/),
      expect.stringMatching(/^bad\/Three\.json:1:\d+: Statement\.Action: /),
      expect.stringMatching(/^bad\/Three\.yaml:1:1: there is the policy Three already, in bad\/Three\.json$/),
      expect.stringMatching(/^bad\/Two\.yaml:2:\d+: Statement\.Efect: unknown field/),
      expect.stringMatching(/^bad\/Two\.yaml:\d+:\d+: Statement\.Effect: must be Allow or Deny$/),
      expect.stringMatching(/^bad\/Mine\.json:1:1: there is the policy Mine already, under policies$/),
      expect.stringMatching(/^bad\/admin\.json:1:1: is the name of what the proxy brings along/),
    ])
  })

  test('a large or deep document is refused in bounded time', async () => {
    const statement = '{Effect: Deny, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}'
    const many = `policies: {P: {Version: "2012-10-17", Statement: [${Array(2_000).fill(statement).join(', ')}]}}\n`
    const startedAt = performance.now()
    await accepted(USERS + many)
    expect((await problems(`${USERS}policies: {P: {Statement: ${'['.repeat(500)}${']'.repeat(500)}}}\n`)).length).toBe(
      1,
    )
    expect(performance.now() - startedAt).toBeLessThan(9_000)
  })
})
