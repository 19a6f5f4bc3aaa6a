import { conditionKey } from './condition-keys.ts'
import type { ContextReader } from './context.ts'
import type { ConditionTest, Effect, PolicyVersion } from './document.ts'
import { type OperatorUse, parseOperator } from './operators.ts'
import { type Answer, answerOf, negated, NO, UNKNOWN, YES } from './three-valued.ts'
import { compileValueTest, UNREADABLE, type ValueAnswer, type ValueTest } from './value-tests.ts'

/**
 * Whether a statement's conditions are met. What cannot be read decides by the effect: an Allow does not match, a Deny
 * does.
 */
export type ConditionCheck = (context: ContextReader, effect: Effect) => Answer

/**
 * Compiles a statement's conditions, all of which must be met.
 * @throws Error for what the loader refuses
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function compileConditions(tests: readonly ConditionTest[], version: PolicyVersion): ConditionCheck {
  const checks = tests.map((test) => compileTest(test, version))
  const [only] = checks
  if (checks.length === 1 && only !== undefined) return only
  return (context, effect) => {
    let answer: Answer = YES
    for (const check of checks) {
      const one = check(context, effect)
      if (one === NO) return NO
      if (one === UNKNOWN) answer = UNKNOWN
    }
    return answer
  }
}

function compileTest(test: ConditionTest, version: PolicyVersion): ConditionCheck {
  const use = parseOperator(test.operator)
  if (use === undefined) throw new Error(`unknown operator ${test.operator}`)
  const key = test.key.toLowerCase()
  if (use.operator.family === 'Null') return nullTest(key, test.values)
  const whenAbsent = absentAnswer(use)
  const answerFor = quantified(use, test, version)
  return (context, effect) => {
    const values = context.values(key)
    if (values === 'waived') return effect === 'Allow' ? YES : NO
    if (values === 'unknown') return UNKNOWN
    if (values === undefined || values.length === 0) return whenAbsent
    const answer = answerFor(values, context, effect)
    return answer === UNREADABLE ? answerOf(effect === 'Deny') : answer
  }
}

/** `true`: the key must be absent, `false`: it must be there. */
function nullTest(key: string, wanted: readonly string[]): ConditionCheck {
  const accepted = new Set(wanted.map((value) => value.toLowerCase()))
  return (context, effect) => {
    const values = context.values(key)
    if (values === 'waived') return effect === 'Allow' ? YES : NO
    if (values === 'unknown') return UNKNOWN
    return answerOf(accepted.has(values === undefined || values.length === 0 ? 'true' : 'false'))
  }
}

function absentAnswer({ operator, quantifier, whenAbsent }: OperatorUse): Answer {
  if (whenAbsent === 'met' || quantifier === 'ForAllValues') return YES
  return answerOf(quantifier === undefined && operator.sense === 'negated')
}

type ValuesTest = (values: readonly string[], context: ContextReader, effect: Effect) => ValueAnswer

/** Negation belongs inside the quantifier: each value of the request is judged by itself. */
function quantified({ operator, quantifier }: OperatorUse, test: ConditionTest, version: PolicyVersion): ValuesTest {
  const matches = compileValueTest(operator, test.values, version)
  const one: ValueTest =
    operator.sense === 'negated'
      ? (value, context) => {
          const answer = matches(value, context)
          return answer === UNREADABLE ? UNREADABLE : negated(answer)
        }
      : matches
  if (quantifier === 'ForAllValues') return (values, context) => everyValue(values, one, context)
  if (quantifier === 'ForAnyValue') return (values, context) => someValue(values, one, context)
  const { cardinality = 'single' } = conditionKey(test.key) ?? {}
  return (values, context, effect) => {
    const [value] = values
    if (values.length === 1 && value !== undefined && cardinality !== 'multi') return one(value, context)
    // Tags whose keys differ by case only are ambiguous: the reading that grants less.
    if (cardinality === 'tag' && effect === 'Deny') return someValue(values, one, context)
    const all = everyValue(values, one, context)
    return cardinality === 'tag' || operator.sense === 'negated' || all === UNREADABLE ? all : NO
  }
}

function everyValue(values: readonly string[], test: ValueTest, context: ContextReader): ValueAnswer {
  let answer: Answer = YES
  let isReadable = true
  for (const value of values) {
    const one = test(value, context)
    if (one === UNREADABLE) isReadable = false
    else if (one === NO) answer = NO
    else if (one === UNKNOWN && answer === YES) answer = UNKNOWN
  }
  return isReadable ? answer : UNREADABLE
}

function someValue(values: readonly string[], test: ValueTest, context: ContextReader): ValueAnswer {
  let answer: Answer = NO
  let isReadable = true
  for (const value of values) {
    const one = test(value, context)
    if (one === UNREADABLE) isReadable = false
    else if (one === YES) answer = YES
    else if (one === UNKNOWN && answer === NO) answer = UNKNOWN
  }
  return isReadable ? answer : UNREADABLE
}
