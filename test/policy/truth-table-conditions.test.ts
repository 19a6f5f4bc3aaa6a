import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { parseIdentityPolicy } from '../../src/policy/parse.ts'
import type { Principal } from '../../src/policy/principal.ts'

// The rows C1 to C42 of the project's table of how AWS decides. Each condition is tried in an Allow and in a Deny: `yes`
// matches in both, `no` in neither, `unreadable` in the Deny alone.

type Outcome = 'yes' | 'no' | 'unreadable' | 'refused'
type Values = string | readonly string[] | undefined

const alice: Principal = {
  type: 'User',
  name: 'alice',
  arn: 'arn:aws:iam::111122223333:user/alice',
  accountId: '111122223333',
  tags: new Map(),
}

function matches(
  Effect: 'Allow' | 'Deny',
  Condition: unknown,
  context: ReadonlyMap<string, Values>,
): boolean | undefined {
  const parsed = parseIdentityPolicy({
    Version: '2012-10-17',
    Statement: { Effect, Action: '*', Resource: '*', Condition },
  })
  if ('problems' in parsed) return undefined
  const { effect } = evaluate(
    { identity: [compilePolicy(parsed.document, 'p')] },
    {
      principal: alice,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      context: (key) => {
        const value = context.get(key)
        return typeof value === 'string' ? [value] : value
      },
    },
  )
  return effect !== 'ImplicitDeny'
}

function outcome(condition: unknown, context: ReadonlyMap<string, Values>): Outcome {
  const inAllow = matches('Allow', condition, context)
  const inDeny = matches('Deny', condition, context)
  if (inAllow === undefined || inDeny === undefined) return 'refused'
  if (inAllow === inDeny) return inAllow ? 'yes' : 'no'
  return inDeny ? 'unreadable' : 'refused'
}

/** A row about one key: the condition, the key that stands for `k`, and what comes out for each value of the request. */
type Row = readonly [id: string, condition: unknown, key: string, ...cases: readonly (readonly [Values, Outcome])[]]

const K = 's3:prefix'
const LIST = 's3:RequestObjectTagKeys'
const NUMBER = 's3:max-keys'
const ADDRESS = 'aws:SourceIp'
const NOW = 'aws:CurrentTime'
const ARN = 'aws:PrincipalArn'
const ABSENT = undefined

const ROWS: readonly Row[] = [
  ['C1', { StringEquals: { [K]: 'a*' } }, K, ['abc', 'no'], ['a*', 'yes']],
  ['C2', { StringLike: { [K]: 'a*' } }, K, ['abc', 'yes'], ['a', 'yes'], ['A', 'no']],
  ['C3', { StringLike: { [K]: ['x', 'y*'] } }, K, ['yz', 'yes']],
  ['C4', { StringNotEquals: { [K]: ['a', 'b'] } }, K, ['a', 'no'], ['c', 'yes'], [ABSENT, 'yes']],
  ['C5', { StringNotLike: { [K]: 'a*' } }, K, [ABSENT, 'yes']],
  ['C6', { StringEqualsIfExists: { [K]: 'a' } }, K, [ABSENT, 'yes'], ['a', 'yes'], ['b', 'no']],
  ['C7', { StringNotEqualsIfExists: { [K]: 'a' } }, K, [ABSENT, 'yes']],
  ['C8', { StringEqualsIgnoreCase: { [K]: 'ABC' } }, K, ['abc', 'yes'], ['abd', 'no']],
  ['C9', { StringEquals: { [K]: 'a' }, StringLike: { [K]: 'b*' } }, K, ['a', 'no'], ['b', 'no']],
  ['C10', { StringEquals: { [K]: 'a', 'aws:username': 'alice' } }, K, ['a', 'no']],
  ['C11', { NumericLessThanEquals: { [NUMBER]: 10 } }, NUMBER, ['10', 'yes'], ['11', 'no'], ['1000', 'no']],
  ['C12', { NumericEquals: { [NUMBER]: '10' } }, NUMBER, ['10.0', 'yes'], ['10abc', 'unreadable'], ['', 'unreadable']],
  [
    'C12',
    { NumericNotEquals: { [NUMBER]: '10' } },
    NUMBER,
    ['10.0', 'no'],
    ['10abc', 'unreadable'],
    ['', 'unreadable'],
  ],
  ['C13', { NumericNotEquals: { [NUMBER]: [1, 2] } }, NUMBER, ['2', 'no'], ['3', 'yes']],
  ['C14', { DateGreaterThan: { [NOW]: '2024-01-01' } }, NOW, ['2026-11-23T12:00:00.000Z', 'yes']],
  [
    'C15',
    { DateLessThan: { 'aws:EpochTime': '1704067200' } },
    'aws:EpochTime',
    ['1795435200', 'no'],
    ['1704067199', 'yes'],
  ],
  [
    'C16',
    { DateEquals: { [NOW]: '2024-01-01' } },
    NOW,
    ['2024-01-01T00:00:00Z', 'yes'],
    ['2024-01-01T01:00:00+01:00', 'yes'],
  ],
  ['C17', { Bool: { 'aws:SecureTransport': 'false' } }, 'aws:SecureTransport', ['false', 'yes'], ['true', 'no']],
  ['C18', { Bool: { 'aws:SecureTransport': true } }, 'aws:SecureTransport', ['TRUE', 'yes'], ['1', 'no']],
  ['C19', { BoolIfExists: { 'aws:MultiFactorAuthPresent': false } }, K, [ABSENT, 'yes']],
  [
    'C20',
    { IpAddress: { [ADDRESS]: '203.0.113.0/24' } },
    ADDRESS,
    ['203.0.113.7', 'yes'],
    ['198.51.100.1', 'no'],
    ['2001:db8::1', 'no'],
  ],
  ['C21', { IpAddress: { [ADDRESS]: '203.0.113.7' } }, ADDRESS, ['203.0.113.7', 'yes'], ['203.0.113.8', 'no']],
  [
    'C22',
    { IpAddress: { [ADDRESS]: '2001:DB8::/32' } },
    ADDRESS,
    ['2001:db8:0:0::1', 'yes'],
    ['::ffff:203.0.113.7', 'no'],
  ],
  ['C22 unwrapped', { IpAddress: { [ADDRESS]: '203.0.113.0/24' } }, ADDRESS, ['::ffff:203.0.113.7', 'yes']],
  [
    'C23',
    { NotIpAddress: { [ADDRESS]: ['10.0.0.0/8', '203.0.113.0/24'] } },
    ADDRESS,
    ['203.0.113.7', 'no'],
    ['8.8.8.8', 'yes'],
    ['8.8.8', 'unreadable'],
  ],
  ['C24', { IpAddress: { [ADDRESS]: '0.0.0.0/0' } }, ADDRESS, ['203.0.113.7', 'yes'], ['2001:db8::1', 'no']],
  ['C25', { IpAddress: { [ADDRESS]: '203.0.113.9/24' } }, ADDRESS, ['203.0.113.7', 'yes']],
  ['C26', { ArnLike: { [ARN]: 'arn:aws:iam::*:user/dev-*' } }, ARN, ['arn:aws:iam::111122223333:user/dev-a', 'yes']],
  ['C27', { ArnLike: { [ARN]: 'arn:aws:svc:*:1:finance/*' } }, ARN, ['arn:aws:svc:eu:x:1:finance/a', 'no']],
  ['C27', { StringLike: { [ARN]: 'arn:aws:svc:*:1:finance/*' } }, ARN, ['arn:aws:svc:eu:x:1:finance/a', 'yes']],
  ['C28', { ArnEquals: { [ARN]: 'arn:aws:iam::*:user/dev-*' } }, ARN, ['arn:aws:iam::111122223333:user/dev-a', 'yes']],
  ['C29', { Null: { [K]: 'true' } }, K, [ABSENT, 'yes'], ['x', 'no'], ['', 'no']],
  ['C30', { Null: { [K]: 'false' } }, K, [ABSENT, 'no'], ['x', 'yes']],
  ['C31', { Null: { [K]: ['true', 'false'] } }, K, [ABSENT, 'yes'], ['x', 'yes']],
  ['C32', { BinaryEquals: { [K]: 'QmluYXJ5' } }, K, ['Binary', 'yes'], ['QmluYXJ5', 'yes'], ['binary', 'no']],
  [
    'C33',
    { 'ForAllValues:StringEquals': { [LIST]: ['a', 'b'] } },
    LIST,
    [[], 'yes'],
    [['a'], 'yes'],
    [['a', 'b'], 'yes'],
    [['a', 'c'], 'no'],
  ],
  ['C34', { 'ForAnyValue:StringEquals': { [LIST]: ['a', 'b'] } }, LIST, [[], 'no'], [['a', 'c'], 'yes'], [['c'], 'no']],
  [
    'C35',
    { 'ForAllValues:StringNotEquals': { [LIST]: ['a', 'b'] } },
    LIST,
    [['c', 'd'], 'yes'],
    [['a', 'c'], 'no'],
    [[], 'yes'],
  ],
  [
    'C36',
    { 'ForAnyValue:StringNotEquals': { [LIST]: ['a', 'b'] } },
    LIST,
    [['a', 'b'], 'no'],
    [['a', 'c'], 'yes'],
    [[], 'no'],
  ],
  ['C37', { 'ForAllValues:StringLikeIfExists': { [LIST]: 'a' } }, LIST, [ABSENT, 'yes']],
  ['C37 for any', { 'ForAnyValue:StringLikeIfExists': { [LIST]: 'a' } }, LIST, [ABSENT, 'yes']],
  ['C38', { StringEquals: { [LIST]: 'a' } }, LIST, [['a'], 'no'], [['a', 'b'], 'no']],
  ['C38 negated', { StringNotEquals: { [LIST]: 'a' } }, LIST, [['b', 'c'], 'yes'], [['a', 'b'], 'no']],
  ['C39', { IpAddress: { 'AWS:sourceip': '203.0.113.7' } }, ADDRESS, ['203.0.113.7', 'yes']],
  ['C40', { StringMatches: { [K]: 'a' } }, K, ['a', 'refused']],
  ['C40', { NullIfExists: { [K]: 'true' } }, K, ['a', 'refused']],
  ['C40', { 'ForSomeValues:StringEquals': { [K]: 'a' } }, K, ['a', 'refused']],
  ['C40', { 'ForAnyValue:Null': { [K]: 'true' } }, K, ['a', 'refused']],
  ['C41', {}, K, ['a', 'yes']],
  ['C42', { StringEquals: { 's3:prefixx': 'a' } }, K, ['a', 'refused']],
  // Beyond the table.
  ['a present empty text', { StringEquals: { [K]: '' } }, K, ['', 'yes'], [ABSENT, 'no']],
  ['operators in any case', { stringEQUALSifexists: { [K]: 'a' } }, K, [ABSENT, 'yes'], ['a', 'yes']],
  [
    'one unreadable among several',
    { 'ForAnyValue:NumericEquals': { [NUMBER]: 1 } },
    NUMBER,
    [['1', 'x'], 'unreadable'],
  ],
  [
    'numbers longer than a double',
    { NumericEquals: { [NUMBER]: '9007199254740993' } },
    NUMBER,
    ['9007199254740992', 'no'],
  ],
  [
    'no octal address',
    { IpAddress: { [ADDRESS]: '8.0.0.1' } },
    ADDRESS,
    ['010.0.0.1', 'unreadable'],
    ['8.1', 'unreadable'],
  ],
  ['an address with a zone', { IpAddress: { [ADDRESS]: 'fe80::/10' } }, ADDRESS, ['fe80::1%eth0', 'unreadable']],
  ['a day that no calendar has', { DateGreaterThan: { [NOW]: '2024-01-01' } }, NOW, ['2024-02-30', 'unreadable']],
  [
    'a wildcard in an ARN stays in its part',
    { ArnLike: { [ARN]: 'arn:*' } },
    ARN,
    ['arn:aws:iam::1:user/a', 'refused'],
  ],
  ['Turkish letters', { StringEqualsIgnoreCase: { [K]: 'I' } }, K, ['i', 'yes'], ['ı', 'no'], ['İ', 'no']],
]

describe('conditions', () => {
  test.each(ROWS.map((row) => [row[0], row[1], row] as const))('%s %j', (_id, condition, [, , key, ...cases]) => {
    for (const [values, expected] of cases) {
      const context = new Map(values === undefined ? [] : [[key.toLowerCase(), values]])
      expect([values, outcome(condition, context)]).toEqual([values, expected])
    }
  })

  test.each<[operator: string, key: string, value: unknown]>([
    ['NumericEquals', NUMBER, '0x10'],
    ['NumericEquals', NUMBER, '10abc'],
    ['NumericEquals', NUMBER, 'NaN'],
    ['NumericEquals', NUMBER, '1e3'],
    ['DateEquals', NOW, '2024-02-30'],
    ['DateEquals', NOW, '2024-01-01T00:00:00'],
    ['IpAddress', ADDRESS, '203.0.113.0/33'],
    ['IpAddress', ADDRESS, '203.0.113'],
    ['IpAddress', ADDRESS, '${aws:SourceIp}'],
    ['ArnLike', ARN, 'user/dev-*'],
    ['Bool', 'aws:SecureTransport', 'yes'],
    ['Null', K, 'maybe'],
    ['BinaryEquals', K, '?'],
    ['StringEquals', K, []],
    ['StringEquals', K, null],
    ['StringEquals', K, [['a']]],
    ['StringEquals', K, '${aws:nobody}'],
    ['StringEquals', K, '\ud800'],
    ['StringEquals', 'kms:ViaService', 'a'],
    ['StringEquals', 'aws:PrincipalTag/', 'a'],
    ['StringEquals', 'aws:PrincipalTag', 'a'],
    ['StringEquals', '__proto__', 'a'],
    ['constructor', K, 'a'],
  ])('{%s: {%s: %j}} refuses the document', (operator, key, value) => {
    const condition = JSON.parse(`{${JSON.stringify(operator)}: {${JSON.stringify(key)}: ${JSON.stringify(value)}}}`)
    expect(outcome(condition, new Map())).toBe('refused')
  })

  test('two tags that differ by case: all must fit an Allow, one is enough for a Deny', () => {
    const condition = { StringEquals: { 's3:RequestObjectTag/team': 'a' } }
    const both = new Map<string, Values>([['s3:requestobjecttag/team', ['a', 'b']]])
    expect([matches('Allow', condition, both), matches('Deny', condition, both)]).toEqual([false, true])
    const same = new Map<string, Values>([['s3:requestobjecttag/team', ['a', 'a']]])
    expect([matches('Allow', condition, same), matches('Deny', condition, same)]).toEqual([true, true])
  })
})
