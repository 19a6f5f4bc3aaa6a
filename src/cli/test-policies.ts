import type { PolicySource } from '../authz/policy-source.ts'
import { type CaseTable, type PolicyCase, readCaseTable } from '../config/case-table.ts'
import { type PolicyConfig, type PolicyQuestion, PolicyQuestions, type QuestionFault } from './policy-question.ts'
import { type PrintedVerdict, printedVerdict, shown, type Verdict } from './verdict.ts'
import { verdictWords } from './verdict-words.ts'

/** A table of cases, the policies that it is about, and where the answers go. */
export interface TestPoliciesInput {
  readonly config: PolicyConfig
  readonly source: PolicySource
  /** The file's name in messages. */
  readonly file: string
  readonly text: string
  readonly format: 'json' | 'words'
  readonly now: Date
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

interface Outcome extends PrintedVerdict {
  readonly name: string
  readonly ok: boolean
}

/**
 * `s3-iam-proxy test-policies`: puts a table of questions to the policies. Answers the exit code: 0 when every answer is
 * the expected one, 1 when not, 2 when the table is wrong.
 */
export function testPolicies(input: TestPoliciesInput): 0 | 1 | 2 {
  const { config, source, file, text, now, writeError } = input
  const table = readCaseTable(text, file)
  if ('problems' in table) {
    for (const problem of table.problems) writeError(`${problem}\n`)
    return 2
  }
  const questions = new PolicyQuestions(config, source, now)
  const faults = linesOf(table, (question) => questions.faults(question))
  for (const fault of faults) writeError(`${fault}\n`)
  if (faults.length > 0) return 2
  for (const doubt of linesOf(table, (question) => questions.doubts(question))) writeError(`${doubt} (warning)\n`)
  return runCases(table.cases, questions, input)
}

function runCases(
  cases: readonly PolicyCase[],
  questions: PolicyQuestions,
  { config, format, write, writeError }: TestPoliciesInput,
): 0 | 1 {
  const lines: string[] = []
  let failed = 0
  for (const [index, each] of cases.entries()) {
    const verdict = questions.put(questionOf(each))
    const outcome = outcomeOf(each, index, verdict)
    if (!outcome.ok) failed += 1
    if (format === 'json') lines.push(`${JSON.stringify(outcome)}\n`)
    else if (!outcome.ok) {
      const words = verdictWords(verdict, { config, user: each.user })
      lines.push(`${shown(outcome.name)}: expected ${each.expect}\n${words.replace(/^(?=.)/gm, '  ')}`)
    }
  }
  write(lines.join(''))
  const summary =
    failed === 0 ? `${cases.length} cases, all as expected` : `${cases.length} cases, ${failed} not as expected`
  writeError(`${summary}\n`)
  return failed === 0 ? 0 : 1
}

function outcomeOf({ name, expect }: PolicyCase, index: number, verdict: Verdict): Outcome {
  const printed = printedVerdict(verdict)
  const isAllowed = printed.decision === 'Allow'
  return { name: name ?? `cases[${index}]`, ...printed, ok: isAllowed === (expect === 'Allow') }
}

function questionOf({ user, action, resource, context }: PolicyCase): PolicyQuestion {
  const values = Object.entries(context).map(
    ([key, value]) => [key, typeof value === 'string' ? [value] : value] as const,
  )
  return { caller: user === undefined ? 'anonymous' : { user }, action, resource, context: new Map(values) }
}

function linesOf(
  { cases, line }: CaseTable,
  find: (question: PolicyQuestion) => readonly QuestionFault[],
): readonly string[] {
  return cases.flatMap((each, index) =>
    find(questionOf(each)).map(({ at, key, message }) => {
      const path = ['cases', index, at, ...(key === undefined ? [] : [key])]
      return line({ path, message, atKey: key !== undefined })
    }),
  )
}
