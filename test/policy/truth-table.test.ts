import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import { evaluate, type PolicySet } from '../../src/policy/evaluate.ts'
import { parseBucketPolicy, parseIdentityPolicy } from '../../src/policy/parse.ts'
import type { Caller, Principal } from '../../src/policy/principal.ts'

// Numbers and rows are those of the project's table of how AWS decides: actions, resources, variables, and how policies
// of several kinds combine. Conditions are in truth-table-conditions.test.ts, whole requests in
// truth-table-requests.test.ts.

type Expected = 'Allow' | 'ExplicitDeny' | 'ImplicitDeny' | 'refused'
type Fields = Readonly<Record<string, unknown>>

const alice: Principal = {
  type: 'User',
  name: 'alice',
  arn: 'arn:aws:iam::111122223333:user/alice',
  accountId: '111122223333',
  tags: new Map(),
}
const B = 'arn:aws:s3:::b/*'
const allow = (fields: Fields): Fields => ({ Effect: 'Allow', ...fields })
const deny = (fields: Fields): Fields => ({ Effect: 'Deny', ...fields })
const allowAll = allow({ Action: '*', Resource: '*' })

function policy(statements: readonly Fields[], name = 'p') {
  const parsed = parseIdentityPolicy({ Version: '2012-10-17', Statement: statements })
  return 'problems' in parsed ? undefined : compilePolicy(parsed.document, name)
}

function decide(
  statements: readonly Fields[],
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[]>> = {},
): Expected {
  const compiled = policy(statements)
  if (compiled === undefined) return 'refused'
  return evaluate({ identity: [compiled] }, { principal: alice, action, resource, context: (key) => context[key] })
    .effect
}

describe('actions', () => {
  test.each<[id: string, statements: readonly Fields[], action: string, resource: string, expected: Expected]>([
    ['A1', [allow({ Action: 'S3:getobject', Resource: B })], 's3:GetObject', 'arn:aws:s3:::b/k', 'Allow'],
    ['A2', [allow({ Action: 's3:Get*', Resource: B })], 's3:GetObjectTagging', 'arn:aws:s3:::b/k', 'Allow'],
    ['A3', [allow({ Action: 's3:GetObject?', Resource: B })], 's3:GetObject', 'arn:aws:s3:::b/k', 'refused'],
    ['A4', [allow({ Action: 's3:GetObject?cl', Resource: B })], 's3:GetObjectAcl', 'arn:aws:s3:::b/k', 'Allow'],
    ['A5', [allow({ Action: 's3:', Resource: B })], 's3:GetObject', 'arn:aws:s3:::b/k', 'refused'],
    ['A6', [allow({ Action: 's3:GetObject,PutObject', Resource: B })], 's3:GetObject', 'arn:aws:s3:::b/k', 'refused'],
    ['A7', [allow({ Action: 's3:GetObject ', Resource: B })], 's3:GetObject', 'arn:aws:s3:::b/k', 'refused'],
    ['A8', [allowAll], 'sts:AssumeRole', 'arn:aws:iam::111122223333:role/r', 'Allow'],
    [
      'A9',
      [allow({ NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::*' })],
      's3:DeleteBucket',
      'arn:aws:s3:::b',
      'ImplicitDeny',
    ],
    [
      'A9',
      [allow({ NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::*' })],
      's3:GetObject',
      'arn:aws:s3:::b/k',
      'Allow',
    ],
    ['A10', [allow({ NotAction: 's3:*', Resource: '*' })], 's3:GetObject', 'arn:aws:s3:::b/k', 'ImplicitDeny'],
    [
      'A11',
      [deny({ NotAction: 's3:Get*', Resource: '*' }), allowAll],
      's3:PutObject',
      'arn:aws:s3:::b/k',
      'ExplicitDeny',
    ],
    ['A11', [deny({ NotAction: 's3:Get*', Resource: '*' }), allowAll], 's3:GetObject', 'arn:aws:s3:::b/k', 'Allow'],
  ])('%s %j: %s on %s', (_id, statements, action, resource, expected) => {
    expect(decide(statements, action, resource)).toBe(expected)
  })
})

describe('resources', () => {
  const on = (resource: string): readonly Fields[] => [allow({ Action: 's3:*', Resource: resource })]
  const middle = on('arn:aws:s3:::b/*/test/*')
  const denied = [deny({ Action: 's3:*', Resource: 'arn:aws:s3:::b/p/*' }), allowAll]
  const notSecret = [allow({ Action: 's3:*', NotResource: 'arn:aws:s3:::b/secret/*' })]
  test.each<[id: string, statements: readonly Fields[], action: string, part: string, expected: Expected]>([
    ['R1', on(B), 's3:ListBucket', 'b', 'ImplicitDeny'],
    ['R2', on('arn:aws:s3:::b'), 's3:GetObject', 'b/k', 'ImplicitDeny'],
    ['R3', on('arn:aws:s3:::b*'), 's3:GetObject', 'b2/k', 'Allow'],
    ['R4', middle, 's3:GetObject', 'b/1/2/test/3/o', 'Allow'],
    ['R4', middle, 's3:GetObject', 'b/1///test///o', 'Allow'],
    ['R4', middle, 's3:GetObject', 'b//test/o', 'Allow'],
    ['R4', middle, 's3:GetObject', 'b/1/test/', 'Allow'],
    ['R5', middle, 's3:GetObject', 'b/1-test/o', 'ImplicitDeny'],
    ['R5', middle, 's3:GetObject', 'b/test/o', 'ImplicitDeny'],
    ['R5', middle, 's3:GetObject', 'b/1/2/test.jpg', 'ImplicitDeny'],
    ['R6', on('arn:aws:s3:::b/a?c'), 's3:GetObject', 'b/a/c', 'Allow'],
    ['R6', on('arn:aws:s3:::b/a?c'), 's3:GetObject', 'b/ac', 'ImplicitDeny'],
    ['R7', on('arn:aws:s3:::B/*'), 's3:GetObject', 'b/k', 'ImplicitDeny'],
    ['R8', on('arn:aws:s3:::b/Key'), 's3:GetObject', 'b/key', 'ImplicitDeny'],
    ['R9', denied, 's3:GetObject', 'b/p/x\ny', 'ExplicitDeny'],
    ['R9', denied, 's3:GetObject', 'b/p/\u2028', 'ExplicitDeny'],
    ['R10', on('arn:aws:s3:::b/a:b:c'), 's3:GetObject', 'b/a:b:c', 'Allow'],
    ['R11', on('arn:aws:s3:::b/[x].txt'), 's3:GetObject', 'b/[x].txt', 'Allow'],
    ['R11', on('arn:aws:s3:::b/[x].txt'), 's3:GetObject', 'b/x.txt', 'ImplicitDeny'],
    ['R12', notSecret, 's3:GetObject', 'b/secret/1', 'ImplicitDeny'],
    ['R12', notSecret, 's3:GetObject', 'b/pub', 'Allow'],
    ['R12', notSecret, 's3:GetObject', 'other/k', 'Allow'],
    ['R13', on('arn:aws:s3:::*'), 's3:ListAllMyBuckets', '*', 'Allow'],
    ['R13', on('arn:aws:s3:::b'), 's3:ListAllMyBuckets', '*', 'ImplicitDeny'],
    ['R14', on('arn:aws:s3:::b//k'), 's3:GetObject', 'b//k', 'Allow'],
    ['R14', on('arn:aws:s3:::b//k'), 's3:GetObject', 'b/k', 'ImplicitDeny'],
    ['R15', [allow({ Action: 's3:*', Resource: B, NotResource: B })], 's3:GetObject', 'b/k', 'refused'],
    ['R16', on('arn:aws-cn:s3:::b/*'), 's3:GetObject', 'b/k', 'Allow'],
  ])('%s %j: %s on %j', (_id, statements, action, part, expected) => {
    expect(decide(statements, action, `arn:aws:s3:::${part}`)).toBe(expected)
  })
})

describe('variables', () => {
  const to = (resource: string, fields: Fields = {}): readonly Fields[] => [
    allow({ Action: 's3:*', Resource: `arn:aws:s3:::${resource}`, ...fields }),
  ]
  const home = to('b/${aws:username}/*')
  const team = to('b/${aws:PrincipalTag/team}/*')
  const teamOrAll = to("b/${aws:PrincipalTag/team, 'all'}/*")
  const notTeam = [deny({ Action: 's3:*', NotResource: 'arn:aws:s3:::b/${aws:PrincipalTag/team}/*' }), allowAll]
  const onPrefix = (value: string): readonly Fields[] => [
    allow({ Action: 's3:*', Resource: '*', Condition: { StringEquals: { 's3:prefix': value } } }),
  ]
  type Context = Readonly<Record<string, readonly string[]>>
  const prefix = (value: string): Context => ({ 's3:prefix': [value] })
  const called = (name: string): Context => ({ 'aws:username': [name] })
  test.each<[id: string, statements: readonly Fields[], part: string, context: Context, expected: Expected]>([
    ['V1', home, 'b/alice/1', {}, 'Allow'],
    ['V1', home, 'b/bob/1', {}, 'ImplicitDeny'],
    ['V3', to('b/${AWS:UserName}/*'), 'b/alice/1', {}, 'Allow'],
    ['V4', teamOrAll, 'b/all/1', {}, 'Allow'],
    ['V4', teamOrAll, 'b/x/1', {}, 'ImplicitDeny'],
    ['V4 with a tag', teamOrAll, 'b/blue/1', { 'aws:principaltag/team': ['blue'] }, 'Allow'],
    ['V5', team, 'b//1', {}, 'ImplicitDeny'],
    ['V5', team, 'b/x/1', {}, 'ImplicitDeny'],
    ['V5 with an empty tag', team, 'b//1', { 'aws:principaltag/team': [''] }, 'ImplicitDeny'],
    ['V6', notTeam, 'b/x/1', {}, 'ExplicitDeny'],
    ['V6', notTeam, 'other', {}, 'ExplicitDeny'],
    ['V7', to('b/${*}'), 'b/*', {}, 'Allow'],
    ['V7', to('b/${*}'), 'b/x', {}, 'ImplicitDeny'],
    ['V8', onPrefix('a${?}'), 'b', prefix('a?'), 'Allow'],
    ['V8', onPrefix('a${?}'), 'b', prefix('ab'), 'ImplicitDeny'],
    ['V9', home, 'b/bob/1', called('*'), 'ImplicitDeny'],
    ['V9', home, 'b/*/1', called('*'), 'Allow'],
    ['V10', home, 'b/alice/1', { ...called('${aws:userid}'), 'aws:userid': ['alice'] }, 'ImplicitDeny'],
    ['V10', home, 'b/${aws:userid}/1', { ...called('${aws:userid}'), 'aws:userid': ['alice'] }, 'Allow'],
    ['V12', [allow({ Action: 's3:${aws:username}', Resource: '*' })], 'b/x', {}, 'refused'],
    [
      'V13',
      [allow({ Action: '*', Resource: '*', Condition: { NumericLessThan: { 's3:max-keys': '${aws:EpochTime}' } } })],
      'b/x',
      {},
      'refused',
    ],
    ['V14', to('b/${aws:TagKeys}'), 'b/a', { 'aws:tagkeys': ['a'] }, 'ImplicitDeny'],
    ['a variable that is not closed', to('b/${aws:username'), 'b/x', {}, 'refused'],
  ])('%s %j on %j with %j: %s', (_id, statements, part, context, expected) => {
    const known: Context = { 'aws:username': ['alice'], ...context }
    expect(decide(statements, 's3:GetObject', `arn:aws:s3:::${part}`, known)).toBe(expected)
  })

  test.each<[id: string, part: string, expected: Expected]>([
    ['V2', 'b/alice/1', 'ImplicitDeny'],
    ['V2', 'b/${aws:username}/1', 'Allow'],
  ])('%s in the version of 2008, on %j: %s', (_id, part, expected) => {
    const parsed = parseIdentityPolicy({ Version: '2008-10-17', Statement: home })
    if ('problems' in parsed) throw new Error('refused')
    const identity = [compilePolicy(parsed.document, 'p')]
    const context = (): readonly string[] => ['alice']
    const request = { principal: alice, action: 's3:GetObject', resource: `arn:aws:s3:::${part}`, context }
    expect(evaluate({ identity }, request).effect).toBe(expected)
  })

  test('V11: a negated operator matches when the variable has no value', () => {
    const statements = [
      deny({
        Action: '*',
        Resource: '*',
        Condition: { StringNotEquals: { 's3:ExistingObjectTag/T': '${aws:PrincipalTag/T}' } },
      }),
      allowAll,
    ]
    for (const tags of [{}, { 's3:existingobjecttag/t': ['x'] }]) {
      expect(decide(statements, 's3:GetObject', 'arn:aws:s3:::b/k', tags)).toBe('ExplicitDeny')
    }
    const same = { 's3:existingobjecttag/t': ['x'], 'aws:principaltag/t': ['x'] }
    expect(decide(statements, 's3:GetObject', 'arn:aws:s3:::b/k', same)).toBe('Allow')
  })
})

describe('combination', () => {
  const get = policy([allow({ Action: 's3:GetObject', Resource: B })], 'get')
  const put = policy([allow({ Action: 's3:PutObject', Resource: B })], 'put')
  const all = policy([allow({ Action: 's3:*', Resource: '*' })], 'all')
  const noGet = policy([deny({ Action: 's3:GetObject', Resource: '*' })], 'no-get')
  if (get === undefined || put === undefined || all === undefined || noGet === undefined) throw new Error('refused')

  test.each<[id: string, policies: PolicySet, action: string, expected: unknown]>([
    [
      'P1',
      { identity: [get] },
      's3:GetObject',
      { effect: 'Allow', matched: { policy: 'get', sid: undefined, index: 0 } },
    ],
    ['P5', { identity: [put, get] }, 's3:GetObject', { effect: 'Allow', matched: { policy: 'get' } }],
    ['P6', { identity: [all], boundary: put }, 's3:GetObject', { effect: 'ImplicitDeny', missing: 'boundary' }],
    ['P7', { identity: [], boundary: all }, 's3:GetObject', { effect: 'ImplicitDeny', missing: 'identity' }],
    ['P10', { identity: [all], session: [get] }, 's3:GetObject', { effect: 'Allow', matched: { policy: 'all' } }],
    ['P10', { identity: [all], session: [get] }, 's3:PutObject', { effect: 'ImplicitDeny', missing: 'session' }],
    ['P11', { identity: [], session: [all] }, 's3:GetObject', { effect: 'ImplicitDeny', missing: 'identity' }],
    [
      'P12',
      { identity: [all], session: [all, noGet] },
      's3:GetObject',
      { effect: 'ExplicitDeny', matched: { policy: 'no-get' } },
    ],
    [
      'nothing anywhere',
      { identity: [put], boundary: put },
      's3:GetObject',
      { effect: 'ImplicitDeny', missing: 'identity_and_boundary' },
    ],
    ['deny in a boundary', { identity: [all], boundary: noGet }, 's3:GetObject', { effect: 'ExplicitDeny' }],
    ['deny in a later policy', { identity: [all, noGet] }, 's3:GetObject', { effect: 'ExplicitDeny' }],
    [
      'no session policy at all',
      { identity: [all], session: [] },
      's3:GetObject',
      { effect: 'ImplicitDeny', missing: 'session' },
    ],
  ])('%s', (_id, policies, action, expected) => {
    const request = { principal: alice, action, resource: 'arn:aws:s3:::b/k', context: () => undefined }
    expect(evaluate(policies, request)).toMatchObject(Object(expected))
  })

  test('an anonymous caller without any policy lacks a resource policy', () => {
    const decision = evaluate(
      { identity: [] },
      {
        principal: { type: 'Anonymous' },
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::b/k',
        context: () => undefined,
      },
    )
    expect(decision).toEqual({ effect: 'ImplicitDeny', matched: undefined, missing: 'resource' })
  })

  test('the earliest statement that matches is the one cited, be it on a bucket or on all', () => {
    const statements = [
      allow({ Sid: 'Other', Action: 's3:*', Resource: 'arn:aws:s3:::other/*' }),
      allow({ Sid: 'Bucket', Action: 's3:*', Resource: B }),
      allow({ Sid: 'All', Action: 's3:*', Resource: '*' }),
    ]
    for (const [order, sid] of [
      [statements, 'Bucket'],
      [statements.toReversed(), 'All'],
    ] as const) {
      const compiled = policy(order)
      const decision = evaluate(
        { identity: compiled === undefined ? [] : [compiled] },
        { principal: alice, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context: () => undefined },
      )
      expect(decision.matched?.sid).toBe(sid)
    }
  })
})

describe('combination with the policy of a bucket', () => {
  const compiled = (statements: readonly Fields[], name: string) => {
    const identity = policy(statements, name)
    if (identity === undefined) throw new Error('refused')
    return identity
  }
  const get = allow({ Action: 's3:GetObject', Resource: B })
  const noGet = deny({ Action: 's3:GetObject', Resource: B })
  const userGet = compiled([get], 'get')
  const userNoGet = compiled([noGet], 'no-get')
  const put = compiled([allow({ Action: 's3:PutObject', Resource: B })], 'put')
  const all = compiled([allowAll], 'all')
  const ACCOUNT = '111122223333'
  const ROOT = `arn:aws:iam::${ACCOUNT}:root`
  const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`
  const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`
  const aliceArn = `arn:aws:iam::${ACCOUNT}:user/alice`
  const session: Caller = { type: 'AssumedRole', arn: SESSION, roleArn: ROLE, accountId: ACCOUNT }
  const nobody: Caller = { type: 'Anonymous' }
  const bob: Caller = { ...alice, name: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob` } as Caller

  const bucket = (...statements: readonly Fields[]) => {
    const parsed = parseBucketPolicy({ Version: '2012-10-17', Statement: statements }, 'b')
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
    return compilePolicy(parsed.document, 'bucket')
  }
  const to = (principal: unknown, statement: Fields = get): Fields => ({ ...statement, Principal: principal })
  const outside = { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }
  const sparesAlice = { ...noGet, NotPrincipal: { AWS: [aliceArn, ROOT] } }

  test.each<[id: string, caller: Caller, policies: PolicySet, expected: Expected]>([
    ['P1', alice, { identity: [userGet] }, 'Allow'],
    ['P2', alice, { identity: [], resource: bucket(to({ AWS: aliceArn })) }, 'Allow'],
    ['P3', alice, { identity: [userGet], resource: bucket(to('*', noGet)) }, 'ExplicitDeny'],
    ['P4', alice, { identity: [userNoGet], resource: bucket(to({ AWS: aliceArn })) }, 'ExplicitDeny'],
    ['P8', alice, { identity: [], boundary: put, resource: bucket(to({ AWS: aliceArn })) }, 'Allow'],
    ['P9', alice, { identity: [], boundary: put, resource: bucket(to({ AWS: ROOT })) }, 'ImplicitDeny'],
    ['P9a', alice, { identity: [], resource: bucket(to({ AWS: ROOT })) }, 'ImplicitDeny'],
    ['P9a by its id', alice, { identity: [], resource: bucket(to({ AWS: ACCOUNT })) }, 'ImplicitDeny'],
    ['P9a with an Allow of its own', alice, { identity: [userGet], resource: bucket(to({ AWS: ROOT })) }, 'Allow'],
    ['a Deny for the account', alice, { identity: [all], resource: bucket(to({ AWS: ROOT }, noGet)) }, 'ExplicitDeny'],
    ['P10', session, { identity: [all], session: [userGet] }, 'Allow'],
    ['P10', session, { identity: [all], session: [put] }, 'ImplicitDeny'],
    ['P11', session, { identity: [], session: [userGet] }, 'ImplicitDeny'],
    ['P12', session, { identity: [all], session: [all, userNoGet] }, 'ExplicitDeny'],
    ['P13', session, { identity: [], session: [put], resource: bucket(to({ AWS: ROLE })) }, 'ImplicitDeny'],
    [
      'P13 with a session policy that allows',
      session,
      { identity: [], session: [userGet], resource: bucket(to({ AWS: ROLE })) },
      'Allow',
    ],
    ['P14', session, { identity: [], session: [put], resource: bucket(to({ AWS: SESSION })) }, 'Allow'],
    ['P15', nobody, { identity: [], resource: bucket(to('*')) }, 'Allow'],
    ['P15', nobody, { identity: [], resource: bucket(to({ AWS: '*' })) }, 'Allow'],
    ['P15', nobody, { identity: [], resource: bucket(to({ AWS: ACCOUNT })) }, 'ImplicitDeny'],
    [
      'P16',
      nobody,
      { identity: [], resource: bucket(to('*'), to('*', { ...noGet, Condition: outside })) },
      'ExplicitDeny',
    ],
    ['P17', alice, { identity: [userGet], resource: bucket(sparesAlice) }, 'Allow'],
    ['P17', bob, { identity: [userGet], resource: bucket(sparesAlice) }, 'ExplicitDeny'],
    ['P17', nobody, { identity: [], resource: bucket(to('*'), sparesAlice) }, 'ExplicitDeny'],
    [
      'P17 without the account',
      alice,
      { identity: [userGet], resource: bucket({ ...noGet, NotPrincipal: { AWS: aliceArn } }) },
      'ExplicitDeny',
    ],
    ['P18', alice, { identity: [userGet], boundary: all, resource: bucket(sparesAlice) }, 'ExplicitDeny'],
    ['P19', alice, { identity: [userGet], session: [all] }, 'Allow'],
    ['P19', alice, { identity: [put], session: [all] }, 'ImplicitDeny'],
  ])('%s', (_id, caller, policies, expected) => {
    const context = (key: string) => (key === 'aws:sourceip' ? ['203.0.113.7'] : undefined)
    const request = { principal: caller, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context }
    expect(evaluate(policies, request).effect).toBe(expected)
  })

  test('what was read is told with the decision', () => {
    const conditional = compiled([{ ...get, Condition: outside }], 'p')
    const request = {
      principal: alice,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      context: () => ['1.2.3.4'],
    }
    expect(evaluate({ identity: [conditional] }, request).context).toEqual([
      { key: 'aws:sourceip', value: ['1.2.3.4'] },
    ])
    expect(evaluate({ identity: [userGet] }, request)).not.toHaveProperty('context')
  })
})
