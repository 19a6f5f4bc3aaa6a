import { beginningAnswer, type ConditionValues } from './beginning-answer.ts'
import { type Cardinality, conditionKey } from './condition-keys.ts'
import { type Beginning, type ContextReader, isBeginning } from './context.ts'
import type { ConditionTest, Effect, PolicyVersion } from './document.ts'
import { type Operator, type OperatorUse, parseOperator } from './operators.ts'
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
  if (use.operator.family === 'Null') return nullTest(key, new Set(test.values.map((value) => value.toLowerCase())))
  const { cardinality = 'single' } = conditionKey(test.key) ?? {}
  const { operator } = use
  const ofValues = quantified(use, cardinality, judgement(operator, test.values, version))
  // For other keys this is never known, and what a check keeps alive is memory for each user.
  const ofBeginning = key === 's3:prefix' ? beginningTest({ operator, values: test.values, version }) : unknownBeginning
  return keyTest(key, absentAnswer(use), ofValues, ofBeginning)
}

type BeginningTest = (beginning: Beginning, context: ContextReader) => Answer

const unknownBeginning: BeginningTest = () => UNKNOWN

function beginningTest(values: ConditionValues): BeginningTest {
  return ({ beginsWith }, context) => {
    const answer = beginningAnswer(values, beginsWith, context)
    return values.operator.sense === 'negated' ? negated(answer) : answer
  }
}

/** What is known of a key without a look at its values, and else what these say. */
function keyTest(key: string, whenAbsent: Answer, answerFor: ValuesTest, ofBeginning: BeginningTest): ConditionCheck {
  return (context, effect) => {
    const values = context.values(key)
    if (values === 'waived') return effect === 'Allow' ? YES : NO
    if (values === 'unknown') return UNKNOWN
    if (values === undefined) return whenAbsent
    if (isBeginning(values)) return ofBeginning(values, context)
    if (values.length === 0) return whenAbsent
    const answer = answerFor(values, context, effect)
    return answer === UNREADABLE ? answerOf(effect === 'Deny') : answer
  }
}

/** `true`: the key must be absent, `false`: it must be there. */
function nullTest(key: string, accepted: ReadonlySet<string>): ConditionCheck {
  return (context, effect) => {
    const values = context.values(key)
    if (values === 'waived') return effect === 'Allow' ? YES : NO
    if (values === 'unknown') return UNKNOWN
    const isAbsent = values === undefined || (!isBeginning(values) && values.length === 0)
    return answerOf(accepted.has(isAbsent ? 'true' : 'false'))
  }
}

function absentAnswer({ operator, quantifier, whenAbsent }: OperatorUse): Answer {
  if (whenAbsent === 'met' || quantifier === 'ForAllValues') return YES
  return answerOf(quantifier === undefined && operator.sense === 'negated')
}

type ValuesTest = (values: readonly string[], context: ContextReader, effect: Effect) => ValueAnswer

/** The judgement on one value of the request. Negation belongs here, inside any quantifier. */
function judgement(operator: Operator, values: readonly string[], version: PolicyVersion): ValueTest {
  const matches = compileValueTest(operator, values, version)
  return operator.sense === 'negated' ? negatedTest(matches) : matches
}

function negatedTest(matches: ValueTest): ValueTest {
  return (value, context) => {
    const answer = matches(value, context)
    return answer === UNREADABLE ? UNREADABLE : negated(answer)
  }
}

function quantified({ operator, quantifier }: OperatorUse, cardinality: Cardinality, test: ValueTest): ValuesTest {
  if (quantifier === 'ForAllValues') return (values, context) => everyValue(values, test, context)
  if (quantifier === 'ForAnyValue') return (values, context) => someValue(values, test, context)
  if (cardinality === 'tag') return tagTest(test)
  return singleTest(test, cardinality, operator.sense)
}

/** Tags whose keys differ by case only are ambiguous: the reading counts that grants less. */
function tagTest(test: ValueTest): ValuesTest {
  return (values, context, effect) =>
    effect === 'Deny' ? someValue(values, test, context) : everyValue(values, test, context)
}

/** Without a quantifier several values match nothing: they meet only a negated operator. */
function singleTest(test: ValueTest, cardinality: Cardinality, sense: Operator['sense']): ValuesTest {
  return (values, context) => {
    const [value] = values
    if (values.length === 1 && value !== undefined && cardinality !== 'multi') return test(value, context)
    const all = everyValue(values, test, context)
    return sense === 'negated' || all === UNREADABLE ? all : NO
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
