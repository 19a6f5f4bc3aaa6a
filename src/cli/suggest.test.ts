import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from '../config/load.ts'
import { compilePolicy } from '../policy/compile.ts'
import { evaluate } from '../policy/evaluate.ts'
import { parseIdentityPolicy } from '../policy/parse.ts'
import { suggestCommand } from './suggest.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-suggest-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'audit.jsonl')

const TEXT = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
policies:
  P: {Version: "2012-10-17", Statement: [
    {Sid: Objects, Effect: Allow, Action: ["s3:Get*", "s3:PutObject", "s3:RestoreObject"], Resource: ["arn:aws:s3:::b/*", "arn:aws:s3:::never/*"]},
    {Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::home-\${aws:username}/*"},
    {Effect: Deny, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/secret"}]}
groups: [{name: g, policies: [list-only]}]
users:
  - {name: alice, access_key: aaa, secret_key: s, policies: [P], groups: [g]}
  - {name: bob, access_key: bbb, secret_key: s, allowed_buckets: [b]}
`

type Check = readonly [decision: string, action: string, resource: string]

const event = (user: string, checks: readonly Check[], more: object = {}): string =>
  `${JSON.stringify({
    request_id: 'R',
    principal: { type: 'User', name: user, arn: 'a' },
    operation: 'GetObject',
    checks: checks.map(([decision, action, resource]) => ({ action, resource: `arn:aws:s3:::${resource}`, decision })),
    context: {},
    ...more,
  })}\n`

const EVENTS = [
  event('alice', [['Allow', 's3:GetObject', 'b/1']]),
  event('alice', [['Allow', 's3:GetObject', 'b/1']]),
  event('alice', [['Allow', 's3:PutObject', 'b/x*y']]),
  event('alice', [['ExplicitDeny', 's3:GetObject', 'b/secret']]),
  event('alice', [
    ['Allow', 's3:PutObject', 'b/copy'],
    ['ImplicitDeny', 's3:GetObject', 'other/k'],
  ]),
  event(
    'alice',
    [
      ['Allow', 's3:DeleteObject', 'home-alice/1'],
      ['ImplicitDeny', 's3:DeleteObject', 'b/2'],
    ],
    { operation: 'DeleteObjects' },
  ),
  event('alice', [['Allow', 's3:ListBucket', 'b']], { context: { 's3:prefix': ['x/'], 'aws:username': ['alice'] } }),
  event('alice', [['Allow', 's3:ListBucket', 'b']], { context: { 's3:prefix': ['y/'] } }),
  event('alice', [['ImplicitDeny', 's3:ListBucket', 'b']], { context: { 's3:prefix': null } }),
  event('bob', [
    ['Allow', 's3:GetObject', 'b/alice'],
    ['Allow', 's3:GetObject', 'b/bob'],
  ]),
]

async function run(user: string, format: 'json' | 'words' = 'words', from = path) {
  const loaded = await parseConfig(TEXT, { file: 'c.yaml', env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  writeFileSync(path, EVENTS.join(''))
  const output = { out: '', err: '' }
  const exitCode = await suggestCommand({
    config: loaded.config,
    user,
    from,
    format,
    write: (text) => void (output.out += text),
    writeError: (text) => void (output.err += text),
  })
  return { exitCode, ...output }
}

test('replaying what is printed allows exactly the recorded requests', async () => {
  const { exitCode, out } = await run('alice')
  expect(exitCode).toBe(0)
  const parsed = parseIdentityPolicy(JSON.parse(out))
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  const policies = { identity: [compilePolicy(parsed.document, 'P')] }
  const principal = { type: 'User', name: 'alice', arn: 'a', accountId: '1', tags: new Map<string, string>() } as const
  const ask = (action: string, resource: string, prefix?: string): string =>
    evaluate(policies, {
      principal,
      action: `s3:${action}`,
      resource: `arn:aws:s3:::${resource}`,
      context: (key) => (key === 's3:prefix' && prefix !== undefined ? [prefix] : undefined),
    }).effect
  const asked: [string, string, string?][] = [
    ['GetObject', 'b/1'],
    ['PutObject', 'b/x*y'],
    ['DeleteObject', 'home-alice/1'],
    ['ListBucket', 'b', 'x/'],
    ['ListBucket', 'b', 'y/'],
    ['GetObject', 'b/2'],
    ['PutObject', 'b/xzy'],
    ['PutObject', 'b/1'],
    ['GetObject', 'b/secret'],
    ['PutObject', 'b/copy'],
    ['DeleteObject', 'b/2'],
    ['ListBucket', 'b'],
    ['GetObject', 'b/bob'],
  ]
  expect(asked.map((each) => ask(...each))).toEqual([
    ...Array.from({ length: 5 }, () => 'Allow'),
    ...Array.from({ length: 8 }, () => 'ImplicitDeny'),
  ])
})

test('what was granted and never used is told', async () => {
  const { err, out } = await run('alice')
  expect(err).toContain('From 6 allowed requests.')
  expect(err).toContain('policy P, statement 0 (Sid Objects): actions s3:RestoreObject; resources arn:aws:s3:::never/*')
  expect(err).not.toContain('statement 1')
  expect(JSON.parse((await run('alice', 'json')).out)).toMatchObject({
    user: 'alice',
    requests: 6,
    policy: JSON.parse(out) as object,
    unused: [{ policy: 'P', sid: 'Objects', index: 0, whole: false }, { policy: 'list-only' }],
  })
})

test('a statement of which nothing was used is told as a whole', async () => {
  writeFileSync(path, '')
  const other = join(folder, 'other.jsonl')
  writeFileSync(other, event('alice', [['Allow', 's3:GetObject', 'b/1']]))
  expect((await run('alice', 'words', other)).err).toContain('policy P, statement 1: all of it')
})

test('who saw a bucket in the list of buckets, by whatever right, is not given the right to list it or to read', async () => {
  const other = join(folder, 'buckets.jsonl')
  const shown = { operation: 'ListBuckets', context: { 's3:prefix': null, 'aws:SourceIp': ['192.0.2.1'] } }
  writeFileSync(
    other,
    event('alice', [['Allow', 's3:ListBucket', 'b']], shown) +
      event('alice', [['Allow', 's3:GetObject', 'home-alice/x']], shown) +
      event('bob', [['Allow', 's3:ListAllMyBuckets', '*']], { ...shown, context: {} }),
  )
  const statementsFor = async (user: string) =>
    (JSON.parse((await run(user, 'words', other)).out) as { Statement: object[] }).Statement
  expect(await statementsFor('alice')).toEqual([
    {
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation'],
      Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::home-alice'],
      Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.1'] } },
    },
  ])
  expect(await statementsFor('bob')).toMatchObject([{ Action: ['s3:ListAllMyBuckets'] }])
  expect((await run('alice', 'words', other)).err).not.toContain('policy list-only, statement 0: all of it')
})

test('without an allowed request the exit code is 1, without the user or the file 2', async () => {
  const empty = join(folder, 'empty.jsonl')
  writeFileSync(empty, event('alice', [['ExplicitDeny', 's3:GetObject', 'b/1']]))
  expect(await run('alice', 'words', empty)).toMatchObject({ exitCode: 1, out: '' })
  expect(await run('zoe')).toEqual({ exitCode: 2, out: '', err: 'c.yaml: there is no user "zoe"\n' })
  expect((await run('alice', 'words', join(folder, 'no'))).err).toContain('cannot be read (ENOENT)')
})
