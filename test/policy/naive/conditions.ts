import { BlockList, isIP } from 'node:net'
import { globs, literally, type NaiveContext, type PatternUnit, unitsOf } from './glob.ts'

// Conditions of the naive evaluator, straight from the language's description.

type Block = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** A value that its operator cannot read. */
class Unreadable extends Error {}

const MULTIVALUED = ['aws:tagkeys', 's3:requestobjecttagkeys', 's3:inventoryaccessibleoptionalfields']

export function conditionMet(
  block: Block,
  version: string | undefined,
  effect: string,
  context: NaiveContext,
): boolean {
  return Object.entries(block).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const found = context.get(key.toLowerCase())
      if (found === 'waived') return effect === 'Allow'
      const values = Array.isArray(wanted) ? wanted.map(String) : [String(wanted)]
      try {
        return testMet({ operator, key: key.toLowerCase(), values, found: found ?? [], version, effect, context })
      } catch (error) {
        if (error instanceof Unreadable) return effect === 'Deny'
        throw error
      }
    }),
  )
}

interface Test {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  readonly found: readonly string[]
  readonly version: string | undefined
  readonly effect: string
  readonly context: NaiveContext
}

function testMet(test: Test): boolean {
  const { values, found } = test
  const name = test.operator.toLowerCase()
  if (name === 'null') return values.some((value) => (value.toLowerCase() === 'true') === (found.length === 0))
  const all = name.startsWith('forallvalues:')
  const any = name.startsWith('foranyvalue:')
  const ifExists = name.endsWith('ifexists')
  const operator = name.replace(/^.*:/, '').replace(/ifexists$/, '')
  const isNegated = operator.includes('not')
  if (found.length === 0) return ifExists || all || (!any && isNegated)
  return quantified(test, { all, any, isNegated, operator })
}

interface Reading {
  readonly all: boolean
  readonly any: boolean
  readonly isNegated: boolean
  readonly operator: string
}

function quantified(test: Test, { all, any, isNegated, operator }: Reading): boolean {
  const { key, values, found, effect } = test
  const one = found.map(
    (value) => values.map((wanted) => compares(operator, value, wanted, test)).includes(true) !== isNegated,
  )
  if (all) return !one.includes(false)
  if (any) return one.includes(true)
  if (key.includes('tag/')) return effect === 'Deny' ? one.includes(true) : !one.includes(false)
  if (found.length === 1 && !MULTIVALUED.includes(key)) return one[0] === true
  return isNegated && !one.includes(false)
}

function compares(operator: string, value: string, wanted: string, { version, context }: Test): boolean {
  const family = operator.replace('not', '')
  if (family.startsWith('numeric')) return ordered(family.slice(7), scaled(value) - scaled(wanted))
  if (family.startsWith('date')) return ordered(family.slice(4), instant(value) - instant(wanted))
  if (family === 'ipaddress') return inNetwork(value, wanted)
  if (family === 'binaryequals') {
    const bytes = Buffer.from(wanted, 'base64')
    return bytes.equals(Buffer.from(value)) || (/^(....)*$/.test(value) && bytes.toString('base64') === value)
  }
  if (family.startsWith('arn')) return arnMatches(value, wanted, version, context)
  const units = unitsOf(wanted, version, context)
  return units !== undefined && textMatches(family, value, units)
}

function textMatches(family: string, value: string, units: readonly PatternUnit[]): boolean {
  const text = literally(units)
  switch (family) {
    case 'stringlike':
      return globs(units, value)
    case 'bool':
      return /^(true|false)$/i.test(value) && value.toLowerCase() === text.toLowerCase()
    case 'stringequals':
      return value === text
    case 'stringequalsignorecase':
      return (
        Array.from(value).length === Array.from(text).length &&
        Array.from(value).every((char, index) => sameLetter(char, Array.from(text)[index] ?? ''))
      )
    default:
      throw new Error(`no such operator: ${family}`)
  }
}

/** RegExp's own case folding is Unicode's simple one. */
function sameLetter(a: string, b: string): boolean {
  return new RegExp(`^\\u{${a.codePointAt(0)?.toString(16)}}$`, 'iu').test(b)
}

const DIGITS = 40
function scaled(text: string): bigint {
  if (!/^-?[0-9]+(\.[0-9]+)?$/.test(text)) throw new Unreadable(text)
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const size = BigInt(whole + fraction.padEnd(DIGITS, '0'))
  return text.startsWith('-') ? -size : size
}

function instant(text: string): bigint {
  if (/^[0-9]+$/.test(text) && text.length !== 4) {
    return Number(text) < 1e11 ? BigInt(text) * 1000n : BigInt(text)
  }
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const date = new Date(text)
  if ((!isDay && !isTime && !/^\d{4}(-\d\d)?$/.test(text)) || Number.isNaN(date.getTime())) throw new Unreadable(text)
  const day = text.slice(0, 10)
  if (!new Date(day).toISOString().startsWith(day)) throw new Unreadable(text)
  return BigInt(date.getTime())
}

function ordered(comparison: string, difference: bigint): boolean {
  switch (comparison) {
    case 'equals':
      return difference === 0n
    case 'lessthan':
      return difference < 0n
    case 'lessthanequals':
      return difference <= 0n
    case 'greaterthan':
      return difference > 0n
    case 'greaterthanequals':
      return difference >= 0n
    default:
      throw new Error(`no such comparison: ${comparison}`)
  }
}

const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

function inNetwork(value: string, network: string): boolean {
  const address = unmapped(value)
  if (isIP(address) === 0 || address.includes('%')) throw new Unreadable(value)
  const [base = '', bits] = network.split('/')
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4'
  if ((isIP(address) === 6) !== (family === 'ipv6')) return false
  const list = new BlockList()
  list.addSubnet(base, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  return list.check(address, family)
}

/** Part by part. Colons inside a variable belong to its value. */
function arnMatches(value: string, wanted: string, version: string | undefined, context: NaiveContext): boolean {
  const parts = value.split(':')
  if (parts.length < 6) return false
  const values = [...parts.slice(0, 5), parts.slice(5).join(':')]
  const hidden = version === '2012-10-17' ? wanted.replace(/\$\{.*?\}/gs, (text) => text.replaceAll(':', '\0')) : wanted
  const patterns = hidden.split(':')
  if (patterns.length < 6) return literally(unitsOf(wanted, version, context) ?? []) === value
  const six = [...patterns.slice(0, 5), patterns.slice(5).join(':')]
  return six.every((pattern, index) => {
    const units = unitsOf(pattern.replaceAll('\0', ':'), version, context)
    return units !== undefined && globs(units, values[index] ?? '')
  })
}
