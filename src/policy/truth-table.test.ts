import { describe, expect, test } from 'vitest'
import { compilePolicy } from './compile.ts'
import { evaluate, type PolicySet } from './evaluate.ts'
import { parseIdentityPolicy } from './parse.ts'
import type { Principal } from './principal.ts'

// Numbers and rows are those of the project's table of how AWS decides; rows that need conditions, variables or
// resource policies are not here.

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

function decide(statements: readonly Fields[], action: string, resource: string): Expected {
  const compiled = policy(statements)
  if (compiled === undefined) return 'refused'
  return evaluate({ identity: [compiled] }, { principal: alice, action, resource, context: () => undefined }).effect
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
