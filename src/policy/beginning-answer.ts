import type { ContextReader } from './context.ts'
import type { PolicyVersion } from './document.ts'
import { foldCase } from './fold-case.ts'
import type { Operator } from './operators.ts'
import { canMatchFrom, matchesAllFrom } from './pattern-reach.ts'
import { checkedTemplate, resolveText } from './template.ts'
import { compileTextPattern, resolvePattern } from './text-pattern.ts'
import { type Answer, NO, UNKNOWN, YES } from './three-valued.ts'

/** What a condition compares with. */
export interface ConditionValues {
  readonly operator: Operator
  readonly values: readonly string[]
  readonly version: PolicyVersion
}

/**
 * Whether a text of which only the beginning is known matches one of the values, before any negation: NO when no text
 * that begins so does, YES when each does. Compiled when it is asked, which is seldom.
 */
export function beginningAnswer(
  { operator, values, version }: ConditionValues,
  beginning: string,
  context: ContextReader,
): Answer {
  let answer: Answer = NO
  for (const value of values) {
    const template = checkedTemplate(value, version)
    const one = oneAnswer(operator)(template, beginning, context)
    if (one === YES) return YES
    if (one === UNKNOWN) answer = UNKNOWN
  }
  return answer
}

type OneAnswer = (template: ReturnType<typeof checkedTemplate>, beginning: string, context: ContextReader) => Answer

function oneAnswer({ family }: Operator): OneAnswer {
  switch (family) {
    case 'StringLike':
      return likeAnswer
    case 'String':
      return equalAnswer((text) => text)
    case 'StringIgnoreCase':
      return equalAnswer(foldCase)
    default:
      // Texts of other kinds are compared by what they mean, which their beginning does not tell.
      return () => UNKNOWN
  }
}

const likeAnswer: OneAnswer = (template, beginning, context) => {
  const pattern = resolvePattern(compileTextPattern(template), context)
  if (typeof pattern === 'number') return pattern
  if (matchesAllFrom(pattern, beginning)) return YES
  return canMatchFrom(pattern, beginning) ? UNKNOWN : NO
}

/** One text equals; others that begin so do not. */
function equalAnswer(form: (text: string) => string): OneAnswer {
  return (template, beginning, context) => {
    const text = resolveText(template, context)
    if (typeof text === 'number') return text
    return form(text).startsWith(form(beginning)) ? UNKNOWN : NO
  }
}
