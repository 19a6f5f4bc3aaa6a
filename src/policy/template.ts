import { conditionKey } from './condition-keys.ts'
import { type ContextReader, isBeginning } from './context.ts'
import type { PolicyVersion } from './document.ts'
import { NO, UNKNOWN } from './three-valued.ts'

/** A part of a text that may hold policy variables. */
export type TemplatePiece =
  /** As written; `*` and `?` in it are wildcards where wildcards are allowed. */
  | { readonly kind: 'text'; readonly text: string }
  /** One of `*`, `?`, `$`, written as `${*}` and the like: the bare character. */
  | { readonly kind: 'literal'; readonly text: string }
  | TemplateVariable

/** `${key}` or `${key, 'fallback'}`. */
export interface TemplateVariable {
  readonly kind: 'variable'
  /** In lower case; undefined for keys with several values, which never have one. */
  readonly key: string | undefined
  /** As written, for messages. */
  readonly name: string
  readonly fallback: string | undefined
}

/** A text with policy variables, taken apart. */
export type Template = readonly TemplatePiece[]

const OPEN = '${'
const INSIDE = /^([^,'{}$*?]+?)(?:,\s*'([^']*)')?$/

/**
 * Takes a text apart. In the version of 2008 all of it is plain text.
 * @returns what is wrong, as text, for a variable that is not closed or whose name cannot be read
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function parseTemplate(source: string, version: PolicyVersion): Template | string {
  if (version === '2008-10-17' || !source.includes(OPEN)) return [{ kind: 'text', text: source }]
  const pieces: TemplatePiece[] = []
  let at = 0
  for (let open = source.indexOf(OPEN); open >= 0; open = source.indexOf(OPEN, at)) {
    if (open > at) pieces.push({ kind: 'text', text: source.slice(at, open) })
    const close = source.indexOf('}', open)
    if (close < 0) return 'has a ${ that is not closed'
    const inside = source.slice(open + OPEN.length, close)
    const piece = parseVariable(inside)
    if (piece === undefined) return `has a variable that cannot be read: \${${inside}}`
    pieces.push(piece)
    at = close + 1
  }
  if (at < source.length) pieces.push({ kind: 'text', text: source.slice(at) })
  return pieces
}

/** As {@link parseTemplate}, for text that was checked before. */
export function checkedTemplate(source: string, version: PolicyVersion): Template {
  const template = parseTemplate(source, version)
  if (typeof template === 'string') throw new Error(`policy text ${template}`)
  return template
}

function parseVariable(inside: string): TemplatePiece | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return { kind: 'literal', text: inside }
  const match = INSIDE.exec(inside)
  const name = match?.[1]?.trim()
  if (name === undefined || name === '') return undefined
  const isSingle = conditionKey(name)?.cardinality !== 'multi'
  return { kind: 'variable', key: isSingle ? name.toLowerCase() : undefined, name, fallback: match?.[2] }
}

/** The variables of a template. */
export function variablesOf(template: Template): readonly TemplateVariable[] {
  return template.filter((piece) => piece.kind === 'variable')
}

/** The text that a template without variables says. */
export function constantText(template: Template): string | undefined {
  if (variablesOf(template).length > 0) return undefined
  return template.map((piece) => (piece.kind === 'variable' ? '' : piece.text)).join('')
}

/** The value of a variable; NO when it has none. Whatever the value holds is literal text. */
export function variableText({ key, fallback }: TemplateVariable, context: ContextReader): string | 0 | 2 {
  const values = key === undefined ? undefined : context.values(key)
  if (values === 'unknown' || isBeginning(values)) return UNKNOWN
  const value = values === 'waived' || values?.length !== 1 ? undefined : values[0]
  return value === undefined || value === '' ? (fallback ?? NO) : value
}

/** The text with all variables filled in; NO when one of them has no value. */
export function resolveText(template: Template, context: ContextReader): string | 0 | 2 {
  let text = ''
  let isUnknown = false
  for (const piece of template) {
    const part = piece.kind === 'variable' ? variableText(piece, context) : piece.text
    if (part === NO) return NO
    if (part === UNKNOWN) isUnknown = true
    else text += part
  }
  return isUnknown ? UNKNOWN : text
}
