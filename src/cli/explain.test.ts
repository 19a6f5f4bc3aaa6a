import { expect, test } from 'vitest'
import { bucketPoliciesOf } from '../boot/bucket-policies.ts'
import { policySourceOf } from '../boot/identities.ts'
import { parseConfig } from '../config/load.ts'
import { explainCommand } from './explain.ts'
import { parseArguments } from './arguments.ts'

const allow = (more: string) => `{Effect: Allow, Action: "s3:*", ${more}}`
const TEXT = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
policies:
  Home: {Version: "2012-10-17", Statement: [${allow('Sid: Own, Resource: "arn:aws:s3:::home/${aws:username}/*"')}, {Sid: NoDelete, Effect: Deny, Action: "s3:Delete*", Resource: "*"}]}
  Office: {Version: "2012-10-17", Statement: [${allow('Resource: "*", Condition: {IpAddress: {"aws:SourceIp": "10.0.0.0/8"}}')}]}
  Bound: {Version: "2012-10-17", Statement: [${allow('Resource: "arn:aws:s3:::data/*"')}]}
  Lists: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:List*", Resource: "*", Condition: {StringLike: {"s3:prefix": "mine/*"}}}]}
users:
  - {name: erna, access_key: eee, secret_key: s, policies: [Lists]}
  - {name: alice, access_key: aaa, secret_key: s, policies: [Home]}
  - {name: bob, access_key: bbb, secret_key: s, policies: [Office]}
  - {name: carl, access_key: ccc, secret_key: s, allowed_buckets: ["*"], permissions_boundary: Bound}
  - {name: dan, access_key: ddd, secret_key: s, permissions_boundary: Bound}
bucket_policies:
  site: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*"}]}
`

const explain = (...argv: string[]) => explainIn(TEXT, ...argv)

async function explainIn(text: string, ...argv: string[]) {
  const loaded = await parseConfig(text, { file: 'c.yaml', env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  const { config } = loaded
  const output = { out: '', err: '' }
  const invocation = parseArguments(['explain', '--config', 'c.yaml', ...argv], '1')
  if (invocation.command !== 'explain') return { exitCode: 2, out: '', err: JSON.stringify(invocation) }
  const exitCode = explainCommand({
    ...invocation,
    config,
    source: policySourceOf(config, bucketPoliciesOf(config, undefined)),
    now: new Date('2027-01-01T00:00:00Z'),
    write: (text) => void (output.out += text),
    writeError: (text) => void (output.err += text),
  })
  return { exitCode, ...output }
}

const ask = (user: string, action: string, resource: string, ...more: string[]) =>
  explain('--user', user, '--action', action, '--resource', `arn:aws:s3:::${resource}`, ...more)

test.each([
  ['s3:GetObject', 'home', 's3:GetObject is about objects, arn:aws:s3:::BUCKET/KEY'],
  ['s3:listbucket', 'home/alice/', 's3:ListBucket is about a bucket, arn:aws:s3:::BUCKET'],
])('%s on %s is answered with a warning: no request asks that', async (action, resource, told) => {
  const { exitCode, err } = await ask('bob', action, resource)
  expect([exitCode, err]).toEqual([1, `--resource: no request asks this: ${told} (warning)\n`])
})

test.each([
  ['s3:GetObject', 'home/alice/x'],
  ['s3:ListBucket', 'home'],
  ['s3:ListAllMyBuckets', '*'],
  ['s3:GetObject', '*'],
])('%s on %s is a question without a warning', async (action, resource) => {
  expect((await ask('alice', action, resource)).err).toBe('')
})

test.each([
  ['alic', 's3:GetObject', 'did you mean alice?'],
  ['alice', 's3:GetObjct', 'did you mean s3:GetObject?'],
])('%s, %s: what was probably meant is named', async (user, action, told) => {
  expect((await ask(user, action, 'home/x')).err).toContain(told)
})

test.each([
  ['alice', 's3:GetObject', 'home/alice/x', 0, 'Allow', { policy: 'Home', sid: 'Own', index: 0 }, null],
  ['alice', 's3:DeleteObject', 'home/alice/x', 1, 'ExplicitDeny', { policy: 'Home', sid: 'NoDelete', index: 1 }, null],
  ['alice', 's3:GetObject', 'home/bob/x', 1, 'ImplicitDeny', null, 'identity'],
  ['carl', 's3:GetObject', 'other/x', 1, 'ImplicitDeny', null, 'boundary'],
  ['dan', 's3:GetObject', 'data/x', 1, 'ImplicitDeny', null, 'identity'],
  ['dan', 's3:GetObject', 'other/x', 1, 'ImplicitDeny', null, 'identity_and_boundary'],
  ['bob', 's3:GetObject', 'site/x', 0, 'Allow', { policy: 'bucket-policy:site', sid: null, index: 0 }, null],
])(
  '%s, %s on %s ends with %i and says %s in JSON',
  async (user, action, resource, code, decision, matched, missing) => {
    const { exitCode, out } = await ask(user, action, resource, '--json')
    const answer = JSON.parse(out) as { missing: { in: string } | null }
    expect({ exitCode, answer }).toMatchObject({ exitCode: code, answer: { decision, matched } })
    expect(answer.missing?.in ?? null).toBe(missing)
  },
)

test('the smallest statement is named, and it takes the key literally', async () => {
  const { out } = await ask('alice', 's3:GetObject', 'home/bob/*', '--json')
  expect(JSON.parse(out)).toMatchObject({
    missing: {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::home/bob/*',
      statement: { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::home/bob/${*}'] },
    },
  })
})

test.each([
  ['s3:ListBucket', 'yours/${x}', { StringEquals: { 's3:prefix': ['yours/${$}{x}'] } }],
  ['s3:ListBucketVersions', '', { StringEquals: { 's3:prefix': [''] } }],
  ['s3:ListBucketMultipartUploads', 'yours/*', { StringLike: { 's3:prefix': ['yours/${*}*'] } }],
])('the statement for %s of "%s" allows no other list', async (action, prefix, condition) => {
  const { out } = await ask('erna', action, 'b', '--context', `s3:prefix=${prefix}`, '--json')
  expect(JSON.parse(out)).toMatchObject({
    missing: { statement: { Resource: ['arn:aws:s3:::b'], Condition: condition } },
  })
  const unlimited = JSON.parse((await ask('erna', action, 'b', '--json')).out) as { missing: { statement: object } }
  expect(unlimited.missing.statement).not.toHaveProperty('Condition')
})

test.each([
  ['an Allow', ['alice', 's3:GetObject', 'home/alice/x'], 'Allowed: policy Home, statement 0 (Sid Own), allows'],
  ['a Deny', ['alice', 's3:DeleteObject', 'home/alice/x'], 'Denied: policy Home, statement 1 (Sid NoDelete), denies'],
  [
    'nothing',
    ['alice', 's3:PutObject', 'home/bob/x'],
    'no statement of the policies of the user alice allows s3:PutObject',
  ],
  ['a boundary', ['carl', 's3:PutObject', 'other/x'], 'no statement of the permissions boundary of the user carl'],
  [
    'policies and boundary',
    ['dan', 's3:PutObject', 'other/x'],
    'no statement of the policies of the user dan, nor of its permissions boundary, allows s3:PutObject',
  ],
  ['what to add to both', ['dan', 's3:PutObject', 'other/x'], 'or of a group, and again in the permissions boundary:'],
] as const)('plain words say of %s what decided', async (_name, [user, action, resource], expected) => {
  expect((await ask(user, action, resource)).out).toContain(expected)
})

test('a condition key can be stated, and one that was read and absent is told', async () => {
  const without = await ask('bob', 's3:GetObject', 'b/k')
  expect(without).toMatchObject({ exitCode: 1, out: expect.stringContaining('aws:SourceIp: absent') as string })
  expect((await ask('bob', 's3:GetObject', 'b/k', '--context', 'AWS:sourceip=10.1.2.3')).exitCode).toBe(0)
  expect((await ask('bob', 's3:GetObject', 'b/k', '--context', 'aws:SourceIp=192.0.2.1')).exitCode).toBe(1)
})

test('a condition key that no request for the action has stays absent, though it is stated', async () => {
  const prefix = ['--context', 's3:prefix=mine/x']
  expect((await ask('erna', 's3:ListBucket', 'b', ...prefix)).exitCode).toBe(0)
  const parts = await ask('erna', 's3:ListMultipartUploadParts', 'b/mine/x', ...prefix)
  expect(parts).toMatchObject({ exitCode: 1, out: expect.stringContaining('s3:prefix: absent') as string })
  const inside = '{StringEquals: {"aws:SourceVpc": "vpc-1"}}'
  const vpc = TEXT.replace('{IpAddress: {"aws:SourceIp": "10.0.0.0/8"}}', inside)
  const question = ['--user', 'bob', '--action', 's3:GetObject', '--resource', 'arn:aws:s3:::b/k']
  expect((await explainIn(vpc, ...question, '--context', 'aws:SourceVpc=vpc-1')).exitCode).toBe(1)
})

test('nobody creates a bucket by its policy, and none is proposed', async () => {
  const text = TEXT.replace('"s3:GetObject", Resource: "arn:aws:s3:::site/*"', '"s3:*", Resource: "arn:aws:s3:::site"')
  const create = ['--action', 's3:CreateBucket', '--resource', 'arn:aws:s3:::site', '--json']
  expect((await explainIn(text, '--user', 'alice', ...create)).exitCode).toBe(1)
  const { exitCode, out } = await explainIn(text, '--anonymous', ...create)
  expect(exitCode).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ missing: { in: 'resource', statement: null } })
})

test('callers without a key have the bucket policy alone', async () => {
  const anonymous = (key: string, more: string[] = []) =>
    explain('--anonymous', '--action', 's3:GetObject', '--resource', `arn:aws:s3:::${key}`, ...more)
  expect((await anonymous('site/x')).exitCode).toBe(0)
  const refused = await anonymous('home/x')
  expect(refused).toMatchObject({ exitCode: 1, out: expect.stringContaining('"Principal": "*"') as string })
})

test('no statement is proposed that could not let callers without a key in', async () => {
  const asked = ['--anonymous', '--action', 's3:GetObject', '--resource', 'arn:aws:s3:::site/x'] as const
  const restricted = `${TEXT}public_access_block: {restrict_public_buckets: true}\n`
  const { out } = await explainIn(restricted, ...asked)
  expect(out).toContain("the bucket's policy is public, and a public access block (restrict_public_buckets) keeps it")
  expect(out).not.toContain('"Effect"')
  const missing = {
    in: 'public_access_block',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::site/x',
    statement: null,
  }
  expect(JSON.parse((await explainIn(restricted, ...asked, '--json')).out)).toMatchObject({ missing })

  const list = await explain('--anonymous', '--action', 's3:ListAllMyBuckets', '--resource', '*')
  expect(list.out).toContain('None could: it is for users, and no policy of a bucket is about all buckets.')
  expect(list.out).not.toContain('"Effect"')
})

test.each([
  [
    'an unknown user',
    ['--user', 'zoe', '--action', 's3:GetObject', '--resource', 'arn:aws:s3:::b/k'],
    'no user \\"zoe',
  ],
  [
    'an unknown action',
    ['--user', 'bob', '--action', 's3:GetObjects', '--resource', 'arn:aws:s3:::b/k'],
    'has no action',
  ],
  ['no action', ['--user', 'bob', '--action', 'get', '--resource', 'arn:aws:s3:::b/k'], 'must be an action'],
  ['no ARN', ['--user', 'bob', '--action', 's3:GetObject', '--resource', 'b/k'], 'must be an ARN'],
  [
    'an unknown key',
    ['--user', 'bob', '--action', 's3:GetObject', '--resource', '*', '--context', 'aws:Foo=1'],
    'no condition key',
  ],
  ['half a context', ['--user', 'bob', '--action', 's3:GetObject', '--resource', '*', '--context', 'x'], 'KEY=VALUE'],
  ['no user', ['--action', 's3:GetObject', '--resource', '*'], 'name a request id'],
  ['both forms', ['ABC', '--user', 'bob'], 'stands alone'],
])('%s is refused with exit code 2', async (_name, argv, expected) => {
  const { exitCode, err } = await explain(...argv)
  expect([exitCode, JSON.stringify(err)]).toEqual([2, expect.stringContaining(expected.replaceAll('\\"', '\\"'))])
})
