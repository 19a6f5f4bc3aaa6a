import fc from 'fast-check'
import { expect, test } from 'vitest'
import { user } from '../../test/support/authz-input.ts'
import { compilePolicy } from './compile.ts'
import type { ContextValue } from './context.ts'
import { decide } from './evaluate.ts'
import { parseIdentityPolicy } from './parse.ts'

type Operator = 'StringLike' | 'StringNotLike' | 'StringEquals' | 'StringNotEquals' | 'StringEqualsIgnoreCase'
interface Rule {
  readonly effect: 'Allow' | 'Deny'
  readonly operator: string
  readonly values: readonly string[]
}

const rule = (effect: Rule['effect'], operator: string, ...values: string[]): Rule => ({ effect, operator, values })

function decisionOn(rules: readonly Rule[], prefix: ContextValue): string {
  const parsed = parseIdentityPolicy({
    Version: '2012-10-17',
    Statement: rules.map(({ effect, operator, values }) => ({
      Effect: effect,
      Action: 's3:ListBucketMultipartUploads',
      Resource: 'arn:aws:s3:::b',
      Condition: { [operator]: { 's3:prefix': values } },
    })),
  })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  const context = (key: string): ContextValue =>
    key === 's3:prefix' ? prefix : key === 'aws:username' ? ['alice'] : undefined
  const request = {
    principal: user('alice'),
    action: 's3:ListBucketMultipartUploads',
    resource: 'arn:aws:s3:::b',
    context,
  }
  return decide({ identity: [compilePolicy(parsed.document, 'p')] }, request).effect
}

test.each<[beginning: string, rules: readonly Rule[], expected: string]>([
  ['a/', [rule('Allow', 'StringLike', 'a/*')], 'Allow'],
  ['a/b', [rule('Allow', 'StringLike', 'a/*')], 'Allow'],
  ['a', [rule('Allow', 'StringLike', 'a/*')], 'Undecided'],
  ['', [rule('Allow', 'StringLike', 'a/*')], 'Undecided'],
  ['b', [rule('Allow', 'StringLike', 'a/*')], 'ImplicitDeny'],
  ['b', [rule('Allow', 'StringLike', '*a')], 'Undecided'],
  ['ab', [rule('Allow', 'StringLike', '?c*', 'c*')], 'ImplicitDeny'],
  ['alice/', [rule('Allow', 'StringLike', '${aws:username}/*')], 'Allow'],
  ['bob/', [rule('Allow', 'StringLike', '${aws:username}/*')], 'ImplicitDeny'],
  ['a', [rule('Allow', 'StringEquals', 'a', 'ab')], 'Undecided'],
  ['b', [rule('Allow', 'StringEquals', 'a', 'ab')], 'ImplicitDeny'],
  ['A', [rule('Allow', 'StringEqualsIgnoreCase', 'ab')], 'Undecided'],
  ['b', [rule('Allow', 'StringEqualsIgnoreCase', 'AB')], 'ImplicitDeny'],
  ['b', [rule('Allow', 'StringNotEquals', 'a')], 'Allow'],
  ['a', [rule('Allow', 'StringNotLike', 'a*')], 'ImplicitDeny'],
  ['a/x', [rule('Allow', 'StringLike', 'a/*'), rule('Deny', 'StringLike', 'a/x*')], 'ExplicitDeny'],
  ['a/', [rule('Allow', 'StringLike', 'a/*'), rule('Deny', 'StringLike', 'a/x*')], 'Undecided'],
  ['a/', [rule('Allow', 'StringLike', 'a/*'), rule('Deny', 'StringLike', 'b*')], 'Allow'],
  ['a', [rule('Allow', 'Null', 'false')], 'Allow'],
  ['a', [rule('Allow', 'Null', 'true')], 'ImplicitDeny'],
  ['a', [rule('Allow', 'ForAnyValue:StringLike', 'b*')], 'ImplicitDeny'],
  ['a', [rule('Allow', 'StringLikeIfExists', 'a*')], 'Allow'],
  ['1', [rule('Allow', 'NumericEquals', '2')], 'Undecided'],
])('of a text that begins with "%s", %j say %s', (beginsWith, rules, expected) => {
  expect(decisionOn(rules, { beginsWith })).toBe(expected)
})

const TEXTS = ['', 'a', 'b', '/']
  .flatMap((a) => ['', 'a', 'b', '/'].map((b) => a + b))
  .flatMap((a) => ['', 'a', 'b', '/'].map((b) => a + b))
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 3 })
const rules = fc.array(
  fc.record({
    effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    operator: fc.constantFrom<Operator>(
      'StringLike',
      'StringNotLike',
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
    ),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
)

test('what is decided of a beginning holds for every text that begins so', () => {
  fc.assert(
    fc.property(rules, fc.constantFrom('', 'a', 'b', 'a/', 'ab'), (policy, beginsWith) => {
      const decided = decisionOn(policy, { beginsWith })
      if (decided === 'Undecided') return
      for (const whole of TEXTS.filter((each) => each.startsWith(beginsWith))) {
        expect(decisionOn(policy, [whole]) === 'Allow').toBe(decided === 'Allow')
      }
    }),
    { numRuns: 1_500 },
  )
})

test('of one pattern it is decided that it matches nothing whenever it does', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('', 'a', 'b', 'a/', 'ab'), (pattern, beginsWith) => {
      const policy = [rule('Allow', 'StringLike', pattern)]
      const some = [...TEXTS, ...TEXTS.map((each) => beginsWith + each)].some(
        (whole) => whole.startsWith(beginsWith) && decisionOn(policy, [whole]) === 'Allow',
      )
      expect(decisionOn(policy, { beginsWith }) === 'ImplicitDeny').toBe(!some)
    }),
    { numRuns: 300 },
  )
})
