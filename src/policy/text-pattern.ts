import type { ContextReader } from './context.ts'
import { type Template, type TemplateVariable, variablesOf, variableText } from './template.ts'
import { type Answer, answerOf, NO, UNKNOWN } from './three-valued.ts'
import {
  beginsWith,
  compilePattern,
  compileTokens,
  literalTokens,
  matchesPattern,
  matchesTokens,
  type Pattern,
  patternHead,
  textOfTokens,
  type Token,
  wildcardTokens,
} from './wildcard.ts'

/** A pattern that may hold variables. `head` is the literal text before the first wildcard or variable. */
export type TextPattern =
  | Pattern
  | {
      readonly kind: 'template'
      readonly head: string
      readonly pieces: readonly (readonly Token[] | TemplateVariable)[]
    }

/** Compiles a template in whose plain text `*` and `?` are wildcards. */
export function compileTextPattern(template: Template): TextPattern {
  const [first] = template
  if (template.length === 1 && first?.kind === 'text') return compilePattern(first.text)
  const pieces = template.map((piece) => (piece.kind === 'variable' ? piece : tokensOf(piece)))
  if (variablesOf(template).length === 0)
    return compileTokens(pieces.flatMap((piece) => ('kind' in piece ? [] : piece)))
  return { kind: 'template', head: headOf(pieces), pieces }
}

function tokensOf(piece: { readonly kind: 'text' | 'literal'; readonly text: string }): readonly Token[] {
  return piece.kind === 'literal' ? literalTokens(piece.text) : wildcardTokens(piece.text)
}

function headOf(pieces: readonly (readonly Token[] | TemplateVariable)[]): string {
  let head = ''
  for (const piece of pieces) {
    if ('kind' in piece) break
    const firstWildcard = piece.findIndex((token) => token < 0)
    head += textOfTokens(firstWildcard < 0 ? piece : piece.slice(0, firstWildcard))
    if (firstWildcard >= 0) break
  }
  return head
}

/** The text that every match begins with. */
export function textPatternHead(pattern: TextPattern): string {
  return pattern.kind === 'template' ? pattern.head : patternHead(pattern)
}

/** Whether the whole text matches. A pattern with a variable that has no value matches nothing. */
export function matchesText(pattern: TextPattern, text: string, context: ContextReader): Answer {
  if (pattern.kind !== 'template') return answerOf(matchesPattern(pattern, text))
  if (!beginsWith(text, pattern.head)) return NO
  const tokens = resolveTokens(pattern.pieces, context)
  return typeof tokens === 'number' ? tokens : answerOf(matchesTokens(tokens, text, 0))
}

/** The pattern with its variables filled in; NO when one of them has no value. */
export function resolvePattern(pattern: TextPattern, context: ContextReader): Pattern | 0 | 2 {
  if (pattern.kind !== 'template') return pattern
  const tokens = resolveTokens(pattern.pieces, context)
  return typeof tokens === 'number' ? tokens : compileTokens(tokens)
}

/** Filled-in text is literal: it becomes tokens that are no wildcards. */
function resolveTokens(
  pieces: readonly (readonly Token[] | TemplateVariable)[],
  context: ContextReader,
): readonly Token[] | 0 | 2 {
  const tokens: Token[] = []
  let isUnknown = false
  for (const piece of pieces) {
    const text = 'kind' in piece ? variableText(piece, context) : ''
    if (text === NO) return NO
    if (text === UNKNOWN) isUnknown = true
    else for (const token of 'kind' in piece ? literalTokens(text) : piece) tokens.push(token)
  }
  return isUnknown ? UNKNOWN : tokens
}
