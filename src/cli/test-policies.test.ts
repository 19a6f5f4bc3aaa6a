import { expect, test } from 'vitest'
import { bucketPoliciesOf } from '../boot/bucket-policies.ts'
import { policySourceOf } from '../boot/identities.ts'
import { parseConfig } from '../config/load.ts'
import { testPolicies } from './test-policies.ts'

const TEXT = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
users:
  - {name: alice, access_key: aaa, secret_key: s, buckets: [{name: data, prefix: alice/, access: readwrite}]}
  - name: bob
    access_key: bbb
    secret_key: s
    inline_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": true}}}]}
bucket_policies:
  site: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*"}]}
`

async function run(text: string, format: 'json' | 'words' = 'json') {
  const loaded = await parseConfig(TEXT, { file: 'c.yaml', env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  const { config } = loaded
  const output = { out: '', err: '' }
  const exitCode = testPolicies({
    config,
    source: policySourceOf(config, bucketPoliciesOf(config, undefined)),
    file: 't.yaml',
    text,
    format,
    now: new Date('2027-01-01T00:00:00Z'),
    write: (line) => void (output.out += line),
    writeError: (line) => void (output.err += line),
  })
  return { exitCode, ...output }
}

const GOOD = `
cases:
  - {name: own, user: alice, action: s3:GetObject, resource: "arn:aws:s3:::data/alice/x", expect: Allow}
  - {name: other, user: alice, action: s3:GetObject, resource: "arn:aws:s3:::data/bob/x", expect: Deny}
  - {anonymous: true, action: s3:GetObject, resource: "arn:aws:s3:::site/x", expect: Allow}
  - {name: tls, user: bob, action: s3:ListAllMyBuckets, resource: "*", context: {aws:SecureTransport: true}, expect: Allow}
  - {name: list, user: bob, action: s3:GetObject, resource: "arn:aws:s3:::b/k", context: {"aws:securetransport": ["true"]}, expect: Allow}
`

test('a table that holds ends with 0, one JSON object a line', async () => {
  const { exitCode, out, err } = await run(GOOD)
  expect([exitCode, err]).toEqual([0, '5 cases, all as expected\n'])
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.map(({ name, decision, ok }) => [name, decision, ok])).toEqual([
    ['own', 'Allow', true],
    ['other', 'ImplicitDeny', true],
    ['cases[2]', 'Allow', true],
    ['tls', 'Allow', true],
    ['list', 'Allow', true],
  ])
  expect(Object.keys(lines[0] ?? {})).toEqual(['name', 'decision', 'matched', 'missing', 'ok'])
  expect(lines[2]).toMatchObject({ matched: { policy: 'bucket-policy:site', sid: null, index: 0 }, missing: null })
  expect(lines[1]).toMatchObject({ matched: null, missing: { action: 's3:GetObject', in: 'identity' } })
})

test('the same as JSON', async () => {
  const one = { user: 'alice', action: 's3:GetObject', resource: 'arn:aws:s3:::data/alice/x', expect: 'Allow' }
  expect((await run(JSON.stringify({ cases: [one] }))).exitCode).toBe(0)
})

test('a case that does not hold ends with 1, and words tell why', async () => {
  const { exitCode, out, err } = await run(GOOD.replace('bob/x", expect: Deny', 'bob/x", expect: Allow'), 'words')
  expect([exitCode, err]).toEqual([1, '5 cases, 1 not as expected\n'])
  expect(out).toContain('other: expected Allow\n  Denied: no statement of the policies of the user alice allows')
})

const WITH = (fields: string) => `cases:\n  - {action: s3:GetObject, resource: "arn:aws:s3:::b/k", ${fields}}\n`

test.each([
  [WITH('user: zoe, expect: Allow'), 't.yaml:2:64: cases[0].user: there is no user "zoe"'],
  [WITH('user: bob, expect: Maybe'), 'cases[0].expect: must be one of "Allow", "Deny"'],
  [WITH('user: bob, anonymous: true, expect: Allow'), 't.yaml:2:5: cases[0]: needs either'],
  [WITH('expect: Allow'), 't.yaml:2:5: cases[0]: needs either'],
  [WITH('user: bob, expects: Allow'), 'cases[0].expects: unknown key'],
  [
    WITH('user: bob, context: {aws:Foo: x}, expect: Allow'),
    'cases[0].context.aws:Foo: there is no condition key "aws:Foo"',
  ],
  [WITH('user: bob, context: {aws:SourceIp: {a: b}}, expect: Allow'), 'cases[0].context.aws:SourceIp'],
  [
    'cases:\n  - {user: bob, action: s3:Nope, resource: "*", expect: Deny}',
    'cases[0].action: S3 has no action "s3:Nope"',
  ],
  ['cases:\n  - {user: bob, action: s3:GetObject, resource: b/k, expect: Deny}', 'cases[0].resource: must be an ARN'],
  ['cases: nothing', 't.yaml:1:8: cases: is a text; a list is wanted'],
  ['', 'the file is empty'],
  ['{"cases": [}', 't.yaml:1:12:'],
  ['{"cases": [], "cases": []}', 't.yaml:1:15:'],
])('a table that is wrong ends with 2 and says where: %j', async (text, expected) => {
  const { exitCode, out, err } = await run(text)
  expect([exitCode, out]).toEqual([2, ''])
  expect(err).toContain(expected)
})

test('a refusal that no request could be given is told, and counts', async () => {
  const { exitCode, err } = await run(
    'cases:\n  - {user: bob, action: s3:GetObject, resource: "arn:aws:s3:::b", expect: Deny}',
  )
  expect(exitCode).toBe(0)
  expect(err).toContain('t.yaml:2:49: cases[0].resource: no request asks this: s3:GetObject is about objects')
})

test('ten thousand cases take less than a second of the processor, as YAML and as JSON', async () => {
  const cases = Array.from({ length: 10_000 }, (_, place) => ({
    name: `case ${place}`,
    user: place % 2 === 0 ? 'alice' : 'bob',
    action: 's3:GetObject',
    resource: `arn:aws:s3:::data/alice/${place}`,
    context: { 'aws:SecureTransport': 'true' },
    expect: 'Allow',
  }))
  const flow = cases.map((each) => `  - ${JSON.stringify(each).replaceAll('":', '": ')}\n`)
  for (const text of [JSON.stringify({ cases }), `cases:\n${flow.join('')}`]) {
    const before = process.cpuUsage()
    expect((await run(text)).exitCode).toBe(0)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000_000).toBeLessThan(1)
  }
}, 30_000)
