import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import type { Effect, PolicyDocument, Statement } from './document.ts'
import { evaluate, type PolicySet } from './evaluate.ts'
import { canMatchBeyond, examplesBeyond, matchesAllBeyond } from './pattern-reach.ts'
import type { Principal } from './principal.ts'
import { couldAllow, findKeyGrant } from './reach.ts'
import { compilePattern, matchesPattern } from './wildcard.ts'

const principal: Principal = { type: 'User', name: 'u', arn: 'arn:aws:iam::0:user/u', accountId: '0', tags: new Map() }
const context = (): undefined => undefined

function statement(
  effect: Effect,
  action: string,
  resource: string,
  kind: 'Resource' | 'NotResource' = 'Resource',
): Statement {
  return {
    sid: undefined,
    effect,
    action: { kind: 'Action', patterns: [action] },
    resource: { kind, patterns: [resource === '*' ? '*' : `arn:aws:s3:::${resource}`] },
  }
}

function policy(...statements: readonly Statement[]): CompiledPolicy {
  const document: PolicyDocument = { version: '2012-10-17', statements }
  return compilePolicy(document, 'p')
}

describe('a pattern, beyond the prefix b/', () => {
  test.each<[pattern: string, some: boolean, all: boolean]>([
    ['*', true, true],
    ['b*', true, true],
    ['b/*', true, true],
    ['b/?*', true, true],
    ['b/??*', true, false],
    ['?*', true, true],
    ['*/*', true, true],
    ['b/x*', true, false],
    ['b/', false, false],
    ['b', false, false],
    ['b/k', true, false],
    ['bb/*', false, false],
    ['*b/k', true, false],
    ['*x', true, false],
    ['?', false, false],
    ['?/?', true, false],
  ])('%j matches some: %j, all: %j', (source, some, all) => {
    const pattern = compilePattern(source)
    expect(canMatchBeyond(pattern, 'b/')).toBe(some)
    expect(matchesAllBeyond(pattern, 'b/')).toBe(all)
    const examples = examplesBeyond(pattern, 'b/')
    expect(examples.length > 0).toBe(some)
    for (const example of examples) {
      expect(example.startsWith('b/') && example.length > 2 && matchesPattern(pattern, example)).toBe(true)
    }
  })
})

describe('what could be allowed in bucket b, and a key that is', () => {
  const all = statement('Allow', 's3:*', '*')
  test.each<[name: string, policies: PolicySet, could: boolean, granted: boolean]>([
    ['nothing', { identity: [] }, false, false],
    ['everything', { identity: [policy(all)] }, true, true],
    ['the bucket but none of its keys', { identity: [policy(statement('Allow', 's3:*', 'b'))] }, false, false],
    ['another bucket', { identity: [policy(statement('Allow', 's3:*', 'bb/*'))] }, false, false],
    ['a prefix', { identity: [policy(statement('Allow', 's3:GetObject', 'b/p/*'))] }, true, true],
    ['one key', { identity: [policy(statement('Allow', 's3:GetObject', 'b/k'))] }, true, true],
    ['all but a prefix', { identity: [policy(statement('Allow', 's3:*', 'b/p/*', 'NotResource'))] }, true, true],
    ['all but this bucket', { identity: [policy(statement('Allow', 's3:*', 'b/*', 'NotResource'))] }, false, false],
    ['bucket actions on keys', { identity: [policy(statement('Allow', 's3:ListBucket', 'b/*'))] }, false, false],
    ['everything, all denied', { identity: [policy(all, statement('Deny', 's3:*', 'b/*'))] }, false, false],
    ['everything, denied by a wider pattern', { identity: [policy(all, statement('Deny', '*', '*'))] }, false, false],
    ['everything, a prefix denied', { identity: [policy(all, statement('Deny', 's3:*', 'b/p/*'))] }, true, true],
    [
      'a prefix, the same denied',
      { identity: [policy(statement('Allow', 's3:*', 'b/p/*'), statement('Deny', 's3:*', 'b/p*'))] },
      true,
      false,
    ],
    [
      'all denied but a prefix',
      { identity: [policy(all, statement('Deny', 's3:*', 'b/p/*', 'NotResource'))] },
      true,
      true,
    ],
    [
      'all denied but another bucket',
      { identity: [policy(all, statement('Deny', 's3:*', 'c/*', 'NotResource'))] },
      false,
      false,
    ],
    ['short keys denied', { identity: [policy(all, statement('Deny', 's3:*', 'b/?'))] }, true, true],
    [
      'a boundary elsewhere',
      { identity: [policy(all)], boundary: policy(statement('Allow', 's3:*', 'c/*')) },
      false,
      false,
    ],
    [
      'a boundary on a prefix',
      { identity: [policy(all)], boundary: policy(statement('Allow', 's3:*', 'b/p/*')) },
      true,
      true,
    ],
    ['a session without any', { identity: [policy(all)], session: [] }, false, false],
  ])('%s', (_name, policies, could, granted) => {
    expect(couldAllow(policies, 's3:GetObject', { principal, contextFor: () => context, bucket: 'b' })).toBe(could)
    expect(findKeyGrant(policies, { principal, contextFor: () => context, bucket: 'b' }) !== undefined).toBe(granted)
  })
})

test('no is certain and a grant is true, for any policies', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '?', '*'), minLength: 1, maxLength: 5 })
  const pattern = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom('b/', '*', '?', 'b'), key).map(([head, tail]) => head + tail) },
    { weight: 1, arbitrary: fc.constantFrom('*', 'b/*', 'b', 'b*', 'c/*') },
  )
  const statements = fc.array(
    fc
      .tuple(
        fc.constantFrom<Effect>('Allow', 'Deny'),
        fc.constantFrom('s3:*', 's3:GetObject', 's3:Put*'),
        pattern,
        fc.constantFrom('Resource' as const, 'Resource' as const, 'NotResource' as const),
      )
      .map(([effect, action, resource, kind]) => statement(effect, action, resource, kind)),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(statements, key, fc.constantFrom('s3:GetObject', 's3:PutObject'), (list, k, action) => {
      const policies: PolicySet = { identity: [policy(...list)] }
      const effect = evaluate(policies, { principal, action, resource: `arn:aws:s3:::b/${k}`, context }).effect
      expect(
        effect !== 'Allow' || couldAllow(policies, action, { principal, contextFor: () => context, bucket: 'b' }),
      ).toBe(true)
      const grant = findKeyGrant(policies, { principal, contextFor: () => context, bucket: 'b' })
      if (grant === undefined) return
      expect(grant.resource.startsWith('arn:aws:s3:::b/')).toBe(true)
      expect(evaluate(policies, { principal, context, ...grant }).effect).toBe('Allow')
    }),
    { numRuns: 2000 },
  )
})
