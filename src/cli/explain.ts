import type { PolicySource } from '../authz/policy-source.ts'
import { conditionKeyName } from '../policy/condition-keys.ts'
import { type ContextReading, shownValues } from '../policy/context.ts'
import { type PolicyConfig, type PolicyQuestion, PolicyQuestions } from './policy-question.ts'
import { printedVerdict, shown, shownValue } from './verdict.ts'
import { verdictWords } from './verdict-words.ts'

/** A question without a request, and where the answer goes. */
export interface ExplainInput {
  readonly config: PolicyConfig
  readonly source: PolicySource
  readonly question: PolicyQuestion
  readonly format: 'json' | 'words'
  readonly now: Date
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/**
 * `s3-iam-proxy explain` with a user, an action and a resource: may they, and why. Answers the exit code: 0 allowed, 1
 * denied, 2 for a question that cannot be put.
 */
export function explainCommand({ config, source, question, format, now, write, writeError }: ExplainInput): 0 | 1 | 2 {
  const questions = new PolicyQuestions(config, source, now)
  const faults = questions.faults(question)
  for (const { at, message } of faults) writeError(`--${at}: ${message}\n`)
  if (faults.length > 0) return 2
  for (const { at, message } of questions.doubts(question)) writeError(`--${at}: ${message} (warning)\n`)
  const verdict = questions.put(question)
  const { principal, decision } = verdict
  if (format === 'json') write(`${JSON.stringify(printedVerdict(verdict))}\n`)
  else {
    write(verdictWords(verdict, { config, user: principal.type === 'User' ? principal.name : undefined }))
    write(readingsShown(decision.context ?? []))
  }
  return decision.effect === 'Allow' ? 0 : 1
}

/** Who asked without a request may have left out what mattered. */
function readingsShown(readings: readonly ContextReading[]): string {
  if (readings.length === 0) return ''
  const lines = readings.map(({ key, value }) => {
    const values = shownValues(value)
    const given = values.length === 0 ? 'absent' : values.map(shownValue).join(', ')
    return `  ${shown(conditionKeyName(key))}: ${given}\n`
  })
  return `Condition keys that were read (--context KEY=VALUE states one):\n${lines.join('')}`
}
