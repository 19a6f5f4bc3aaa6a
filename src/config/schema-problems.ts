import type { z } from 'zod'
import { didYouMean } from '../policy/nearest-name.ts'
import { type ConfigPath, isPlainWord, type Problem } from './problems.ts'

type RawIssue = z.core.$ZodRawIssue

/** The schema's issues as problems, one for every unknown key. */
export function schemaProblems(error: Pick<z.ZodError, 'issues'>): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.filter((part) => typeof part !== 'symbol')
    const inner = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined
    if (inner !== undefined) {
      return schemaProblems({ issues: inner.map((each) => ({ ...each, path: [...issue.path, ...each.path] })) })
    }
    if (issue.code === 'invalid_key') return [{ path, message: issue.message, atKey: true }]
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, issue.message), atKey: true }))
  })
}

/** Of the forms that a value may have, the block of keys when the value is one: then its own faults are what to tell. */
function meantBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  return branches.find((issues) =>
    issues.every(({ code, path }) => code === 'unrecognized_keys' || typeof path[0] === 'string'),
  )
}

/** The words for an issue: what is wrong, what is allowed. Never shows a value: it could be a secret. */
export function issueMessage(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(String(issue.expected), issue.input)
    case 'invalid_union':
      return Array.isArray(issue.input)
        ? 'every entry must be a text in quotes'
        : wrongType(unionExpectation(issue), issue.input)
    case 'invalid_value':
      return oneOf((issue.values as readonly unknown[]).map((value) => `"${String(value)}"`))
    case 'too_small':
      return issue.origin === 'number'
        ? `must be at least ${String(issue.minimum)}`
        : 'is empty; at least one is wanted'
    case 'too_big':
      return `must be at most ${String(issue.maximum)}`
    case 'unrecognized_keys':
      return knownKeys(issue)
    case 'invalid_key':
      return issue.issues[0]?.message
    default:
      return undefined
  }
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `must be ${values.join('')}` : `must be one of ${values.join(', ')}`
}

function wrongType(expected: string, input: unknown): string {
  if (input === undefined) return 'is required'
  if (input === null) return `is empty; ${wanted(expected)}`
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return `YAML reads this unquoted value as a ${typeof input}, but a text is wanted; put it in quotes: "…"`
  }
  return `is ${kindOf(input)}; ${wanted(expected)}`
}

function wanted(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text is wanted',
    number: 'a number is wanted',
    int: 'a whole number is wanted',
    boolean: 'true or false is wanted',
    array: 'a list is wanted, such as ["a", "b"]',
    object: 'a block of keys is wanted',
    record: 'a block of keys is wanted',
    attachment: 'the name of a policy is wanted, or {policy: NAME, buckets: [...]}',
    size: 'a size is wanted: whole bytes, or a number with a unit such as "64KiB"',
  }
  return words[expected] ?? `${expected} is wanted`
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'object' ? 'a block of keys' : `a ${typeof input === 'string' ? 'text' : typeof input}`
}

function unionExpectation(issue: RawIssue): string {
  const expected = (issue.errors as readonly (readonly { expected?: string }[])[]).flat().map((inner) => inner.expected)
  if (expected.includes('object')) return 'attachment'
  return expected.includes('number') ? 'size' : 'array'
}

function knownKeys(issue: RawIssue): string {
  const shape = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape
  return Object.keys(shape ?? {}).join(', ')
}

function unknownKey(key: string, known: string): string {
  if (isPlainWord(key)) {
    const meant = didYouMean(key, known.split(', '))
    return meant === '' ? `unknown key; known here: ${known}` : `unknown key${meant} Known here: ${known}`
  }
  return `unknown key (is a space missing after a colon?); known here: ${known}`
}

/** Whether one path is the other or lies within it. */
export function isWithin(inner: ConfigPath, outer: ConfigPath): boolean {
  return outer.every((part, index) => inner[index] === part)
}
