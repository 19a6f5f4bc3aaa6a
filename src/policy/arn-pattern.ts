import type { ContextReader } from './context.ts'
import { resolveText, type Template, type TemplatePiece } from './template.ts'
import { compileTextPattern, matchesText, type TextPattern } from './text-pattern.ts'
import { type Answer, answerOf, NO, UNKNOWN, YES } from './three-valued.ts'

const PARTS = 6

/** A pattern on ARNs, compared part by part; or one variable that holds a whole ARN, compared as a text. */
export type ArnPattern =
  | { readonly kind: 'parts'; readonly parts: readonly TextPattern[] }
  | { readonly kind: 'variable'; readonly template: Template }

/** Compiles a pattern on ARNs. Undefined when it has fewer than six parts. */
export function compileArnPattern(template: Template): ArnPattern | undefined {
  const parts = splitTemplate(template)
  if (parts.length === PARTS && parts[0]?.length === 1 && constantOf(parts[0]) === 'arn') {
    return { kind: 'parts', parts: parts.map(compileTextPattern) }
  }
  return template.length === 1 && template[0]?.kind === 'variable' ? { kind: 'variable', template } : undefined
}

/** Whether an ARN matches. Wildcards and variables stay inside their part; the last part may hold colons. */
export function matchesArn(pattern: ArnPattern, arn: string, context: ContextReader): Answer {
  const values = splitText(arn)
  if (values.length < PARTS) return NO
  if (pattern.kind === 'variable') {
    const text = resolveText(pattern.template, context)
    return typeof text === 'number' ? text : answerOf(text === arn)
  }
  let isUnknown = false
  for (const [index, part] of pattern.parts.entries()) {
    const answer = matchesText(part, values[index] ?? '', context)
    if (answer === NO) return NO
    if (answer === UNKNOWN) isUnknown = true
  }
  return isUnknown ? UNKNOWN : YES
}

function splitText(arn: string): readonly string[] {
  const [a = '', b = '', c = '', d = '', e = '', ...rest] = arn.split(':')
  return rest.length === 0 ? [] : [a, b, c, d, e, rest.join(':')]
}

/** Splits at the colons of the plain text: those inside variables are no separators. */
function splitTemplate(template: Template): readonly Template[] {
  const parts: TemplatePiece[][] = [[]]
  for (const piece of template) {
    if (piece.kind !== 'text') {
      parts.at(-1)?.push(piece)
      continue
    }
    let rest = piece.text
    for (let colon = rest.indexOf(':'); colon >= 0 && parts.length < PARTS; colon = rest.indexOf(':')) {
      parts.at(-1)?.push({ kind: 'text', text: rest.slice(0, colon) })
      parts.push([])
      rest = rest.slice(colon + 1)
    }
    parts.at(-1)?.push({ kind: 'text', text: rest })
  }
  return parts
}

function constantOf([piece]: Template): string | undefined {
  return piece?.kind === 'text' ? piece.text : undefined
}
