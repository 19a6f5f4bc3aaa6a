import { type ArnPattern, compileArnPattern, matchesArn } from './arn-pattern.ts'
import type { ContextReader } from './context.ts'
import { compareDecimals, parseDecimal } from './decimal.ts'
import type { PolicyVersion } from './document.ts'
import { foldCase } from './fold-case.ts'
import { parseInstant } from './instant.ts'
import { type IpNetwork, networkHolds, parseIpAddress, parseIpNetwork } from './ip-address.ts'
import type { Comparison, Operator } from './operators.ts'
import { checkedTemplate, constantText, resolveText, type Template } from './template.ts'
import { compileTextPattern, matchesText, type TextPattern } from './text-pattern.ts'
import { type Answer, answerOf, NO, UNKNOWN, YES } from './three-valued.ts'

/** The value of the request is of no kind that the operator can read. */
export const UNREADABLE = 3

/** An answer, or that the value cannot be read. */
export type ValueAnswer = Answer | typeof UNREADABLE

/** Whether a value of the request matches one of the values of the policy, before any negation. */
export type ValueTest = (value: string, context: ContextReader) => ValueAnswer

/**
 * Compiles the values that a condition compares with.
 * @throws Error for a value that the loader refuses, see `problemOfValue`
 */
export function compileValueTest(operator: Operator, values: readonly string[], version: PolicyVersion): ValueTest {
  switch (operator.family) {
    case 'String':
      return textTest(templatesOf(values, version), (text) => text)
    case 'StringIgnoreCase':
      return textTest(templatesOf(values, version), foldCase)
    case 'Bool':
      return boolTest(textTest(templatesOf(values, version), (text) => text.toLowerCase()))
    case 'StringLike':
      return likeTest(templatesOf(values, version).map(compileTextPattern))
    case 'Arn':
      return arnTest(templatesOf(values, version).map((template) => readable(compileArnPattern(template))))
    case 'Numeric':
      return orderTest(
        values.map((value) => readable(parseDecimal(value))),
        operator.comparison,
        parseDecimal,
        compareDecimals,
      )
    case 'Date':
      return orderTest(
        values.map((value) => readable(parseInstant(value))),
        operator.comparison,
        parseInstant,
        (a, b) => a - b,
      )
    case 'IpAddress':
      return addressTest(values.map((value) => readable(parseIpNetwork(value))))
    case 'Binary':
      return binaryTest(new Set(values.map((value) => readable(parseBase64(value)))))
    case 'Null':
      throw new Error('Null compares no values')
  }
}

// Each test is made in a function of its own, which is all that it keeps alive.

function templatesOf(values: readonly string[], version: PolicyVersion): readonly Template[] {
  return values.map((value) => checkedTemplate(value, version))
}

function likeTest(patterns: readonly TextPattern[]): ValueTest {
  const [only] = patterns
  if (patterns.length === 1 && only !== undefined) return (value, context) => matchesText(only, value, context)
  return (value, context) => anyOf(patterns, (pattern) => matchesText(pattern, value, context))
}

function arnTest(patterns: readonly ArnPattern[]): ValueTest {
  return (value, context) => anyOf(patterns, (pattern) => matchesArn(pattern, value, context))
}

function anyOf<T>(items: readonly T[], test: (item: T) => Answer): Answer {
  let answer: Answer = NO
  for (const item of items) {
    const one = test(item)
    if (one === YES) return YES
    if (one === UNKNOWN) answer = UNKNOWN
  }
  return answer
}

function textTest(templates: readonly Template[], form: (text: string) => string): ValueTest {
  const texts = templates.map(constantText)
  const constants = new Set(texts.filter((text) => text !== undefined).map(form))
  const open = templates.filter((_, index) => texts[index] === undefined)
  return open.length === 0 ? constantTest(constants, form) : openTest(constants, open, form)
}

function constantTest(constants: ReadonlySet<string>, form: (text: string) => string): ValueTest {
  return (value) => answerOf(constants.has(form(value)))
}

function openTest(
  constants: ReadonlySet<string>,
  open: readonly Template[],
  form: (text: string) => string,
): ValueTest {
  return (value, context) => {
    const formed = form(value)
    if (constants.has(formed)) return YES
    return anyOf(open, (template) => {
      const text = resolveText(template, context)
      return typeof text === 'number' ? text : answerOf(form(text) === formed)
    })
  }
}

/** Text that is neither of the two matches nothing, be it the same on both sides. */
function boolTest(test: ValueTest): ValueTest {
  return (value, context) => (isBool(value) ? test(value, context) : NO)
}

/** Whether the text is true or false, in any case. */
export function isBool(text: string): boolean {
  return /^(?:true|false)$/i.test(text)
}

function orderTest<T>(
  bounds: readonly T[],
  comparison: Comparison,
  parse: (text: string) => T | undefined,
  compare: (a: T, b: T) => number,
): ValueTest {
  const holds = ORDERS[comparison]
  return (value) => {
    const parsed = parse(value)
    if (parsed === undefined) return UNREADABLE
    return bounds.some((bound) => holds(compare(parsed, bound))) ? YES : NO
  }
}

const ORDERS: Readonly<Record<Comparison, (difference: number) => boolean>> = {
  equal: (difference) => difference === 0,
  less: (difference) => difference < 0,
  'less-or-equal': (difference) => difference <= 0,
  greater: (difference) => difference > 0,
  'greater-or-equal': (difference) => difference >= 0,
}

function addressTest(networks: readonly IpNetwork[]): ValueTest {
  return (value) => {
    const address = parseIpAddress(value)
    if (address === undefined) return UNREADABLE
    return networks.some((network) => networkHolds(network, address)) ? YES : NO
  }
}

/** Values of requests are text: their own bytes count, and those that they stand for as base64. */
function binaryTest(wanted: ReadonlySet<string>): ValueTest {
  return (value) => {
    const own = Buffer.from(value, 'utf8').toString('hex')
    return wanted.has(own) || wanted.has(parseBase64(value) ?? own) ? YES : NO
  }
}

/** The bytes of base64 text, in hex. Undefined for text that is none. */
export function parseBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64').toString('hex')
}

function readable<T>(parsed: T | undefined): T {
  if (parsed === undefined) throw new Error('a condition has a value that cannot be read')
  return parsed
}
