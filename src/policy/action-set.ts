import type { ActionClause } from './document.ts'
import { S3_ACTIONS_LOWER } from './s3-actions.ts'
import { compilePattern, matchesPattern, type Pattern } from './wildcard.ts'

const BITS_PER_WORD = 32

/** A compiled `Action` or `NotAction`: known S3 actions are looked up as a bit, all others are matched as text. */
export interface ActionSet {
  readonly negated: boolean
  /** One bit for each known action: the answer, negation included. */
  readonly words: Int32Array
  /** In lower case. */
  readonly patterns: readonly Pattern[]
}

/** Compiles a clause. Actions are compared without regard to case. */
export function compileActions(clause: ActionClause): ActionSet {
  const negated = clause.kind === 'NotAction'
  const patterns = clause.patterns.map((pattern) => compilePattern(pattern.toLowerCase()))
  const words = new Int32Array(Math.ceil(S3_ACTIONS_LOWER.length / BITS_PER_WORD))
  for (const [id, action] of S3_ACTIONS_LOWER.entries()) {
    if (matchesAny(patterns, action) === negated) continue
    const word = Math.floor(id / BITS_PER_WORD)
    words[word] = (words[word] ?? 0) | (1 << (id % BITS_PER_WORD))
  }
  return { negated, words, patterns }
}

/** Whether the set holds the known action with that id or, for id -1, the action spelled `lowerAction`. */
export function includesAction(set: ActionSet, id: number, lowerAction: string): boolean {
  if (id < 0) return matchesAny(set.patterns, lowerAction) !== set.negated
  return (((set.words[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 1
}

function matchesAny(patterns: readonly Pattern[], text: string): boolean {
  for (const pattern of patterns) if (matchesPattern(pattern, text)) return true
  return false
}
