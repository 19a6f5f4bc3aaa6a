import type { BackendName } from './acceptance-case.ts'
import { NOT_SHOWN_WHOLE } from './backend-rows.ts'
import type { CaseOutcome } from './case-outcome.ts'

/** What a case came to in all of its variants, which are alike. */
interface CaseResult extends CaseOutcome {
  readonly variants: number
}

/** The section of one backend: no dates, no durations, so that the same run gives the same text. */
export function renderSection(backend: BackendName, outcomes: readonly CaseOutcome[]): string {
  const results = byCase(outcomes)
  const differing = results.filter(({ difference }) => difference !== undefined)
  const repaired = results.filter((result) => isRepaired(result))
  const operations = groupBy(results, ({ operation }) => operation)
  return [
    `${operations.size} operations, ${results.length} cases, ${outcomes.length} comparisons: ${results.length - differing.length} cases are`,
    `equal, ${differing.length} differ as expected; ${repaired.length} fail by themselves and pass through the proxy.`,
    '',
    ...notShown(backend),
    ...operationTable(operations),
    '',
    '### Fails by itself, passes through the proxy',
    '',
    ...table(
      ['Operation', 'Case', 'By itself', 'Through the proxy'],
      repaired.map((one) => [one.operation, one.case, code(one.direct), code(one.proxied)]),
    ),
    '',
    '### Expected differences',
    '',
    ...differences(differing),
    '### Every case',
    '',
    'How it was answered; where the two differ, by itself → through the proxy.',
    '',
    ...table(
      ['Operation', 'Case', 'Answer'],
      results.map((one) => [one.operation, one.case, answerOf(one)]),
    ),
    '',
  ].join('\n')
}

/** A request that should succeed, does not, and does. */
function isRepaired({ kind, direct, proxied }: CaseOutcome): boolean {
  return kind === 'good' && !succeeded(direct) && succeeded(proxied)
}

function succeeded(outcome: string): boolean {
  return /^[23]/.test(outcome)
}

function byCase(outcomes: readonly CaseOutcome[]): CaseResult[] {
  const cases = groupBy(outcomes, (outcome) => JSON.stringify([outcome.operation, outcome.case]))
  return [...cases.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, variants: rest.length + 1 }],
  )
}

function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item])
  return groups
}

function notShown(backend: BackendName): string[] {
  const rows = [...NOT_SHOWN_WHOLE[backend]].map(([row, why]) => `${row} (${why})`)
  return rows.length === 0 ? [] : [`Rows without both a good and a bad case: ${rows.join('; ')}.`, '']
}

function operationTable(operations: ReadonlyMap<string, readonly CaseResult[]>): string[] {
  const rows = [...operations].map(([operation, cases]) => {
    const equal = cases.filter(({ difference }) => difference === undefined).length
    const comparisons = cases.reduce((sum, { variants }) => sum + variants, 0)
    return [`${cases[0]?.row}`, operation, `${cases.length}`, `${comparisons}`, `${equal}`, `${cases.length - equal}`]
  })
  return table(['#', 'Operation', 'Cases', 'Comparisons', 'Equal', 'Expected differences'], rows)
}

function differences(differing: readonly CaseResult[]): string[] {
  return [...groupBy(differing, ({ why }) => why ?? '')].flatMap(([why, cases]) => [
    why,
    '',
    ...table(
      ['Operation', 'Case', 'By itself', 'Through the proxy'],
      cases.map((one) => [
        one.operation,
        one.case,
        code(one.difference?.direct ?? ''),
        code(one.difference?.proxied ?? ''),
      ]),
    ),
    '',
  ])
}

function answerOf({ direct, proxied }: CaseResult): string {
  return direct === proxied ? direct : `${direct} → ${proxied}`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ['None.']
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.map(inCell).join(' | ')} |`)
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function code(text: string): string {
  return `\`${text}\``
}
