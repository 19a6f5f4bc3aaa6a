import { compileArnPattern, matchesArn } from './arn-pattern.ts'
import type { ContextReader } from './context.ts'
import { compareDecimals, parseDecimal } from './decimal.ts'
import type { PolicyVersion } from './document.ts'
import { foldCase } from './fold-case.ts'
import { parseInstant } from './instant.ts'
import { networkHolds, parseIpAddress, parseIpNetwork } from './ip-address.ts'
import type { Comparison, Operator } from './operators.ts'
import { checkedTemplate, constantText, resolveText, type Template } from './template.ts'
import { compileTextPattern, matchesText } from './text-pattern.ts'
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
  const templates = (): readonly Template[] => values.map((value) => checkedTemplate(value, version))
  switch (operator.family) {
    case 'String':
      return textTest(templates(), (text) => text)
    case 'StringIgnoreCase':
      return textTest(templates(), foldCase)
    case 'Bool':
      return boolTest(textTest(templates(), (text) => text.toLowerCase()))
    case 'StringLike': {
      const patterns = templates().map(compileTextPattern)
      return (value, context) => anyOf(patterns, (pattern) => matchesText(pattern, value, context))
    }
    case 'Arn': {
      const patterns = templates().map((template) => readable(compileArnPattern(template)))
      return (value, context) => anyOf(patterns, (pattern) => matchesArn(pattern, value, context))
    }
    case 'Numeric':
      return orderTest(values, operator.comparison, parseDecimal, compareDecimals)
    case 'Date':
      return orderTest(values, operator.comparison, parseInstant, (a, b) => a - b)
    case 'IpAddress':
      return addressTest(values)
    case 'Binary':
      return binaryTest(values)
    case 'Null':
      throw new Error('Null compares no values')
  }
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
  const constants = new Set<string>()
  const open: Template[] = []
  for (const template of templates) {
    const text = constantText(template)
    if (text === undefined) open.push(template)
    else constants.add(form(text))
  }
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
  values: readonly string[],
  comparison: Comparison,
  parse: (text: string) => T | undefined,
  compare: (a: T, b: T) => number,
): ValueTest {
  const bounds = values.map((value) => readable(parse(value)))
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

function addressTest(values: readonly string[]): ValueTest {
  const networks = values.map((value) => readable(parseIpNetwork(value)))
  return (value) => {
    const address = parseIpAddress(value)
    if (address === undefined) return UNREADABLE
    return networks.some((network) => networkHolds(network, address)) ? YES : NO
  }
}

/** Values of requests are text: their own bytes count, and those that they stand for as base64. */
function binaryTest(values: readonly string[]): ValueTest {
  const wanted = new Set(values.map((value) => readable(parseBase64(value))))
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
