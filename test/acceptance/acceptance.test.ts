import { describe, expect, inject, type TestContext, test } from 'vitest'
import { type AcceptanceCase, type OperationCases, type Variant, variantsOf } from './acceptance-case.ts'
import { ALL_OPERATIONS } from './all-operations.ts'
import { BACKEND_ROWS, NOT_SHOWN_WHOLE } from './backend-rows.ts'
import type { CaseOutcome } from './case-outcome.ts'
import { compare, type Difference } from './compare.ts'
import { EXPECTED_DIFFERENCES } from './expected-differences.ts'
import { proxyFaults } from './proxy-faults.ts'
import { runSide, type Servers, type SideResult } from './run-case.ts'

const { backend, servers } = inject('acceptance')
const HAS = BACKEND_ROWS[backend]
const EXPECTED = EXPECTED_DIFFERENCES.filter((one) => one.backend === backend)
const appliesHere = (item: AcceptanceCase): boolean => item.only?.includes(backend) ?? true
const isContrary = (item: AcceptanceCase): boolean => item.contraryOn?.includes(backend) ?? false

// One line in place of a thousand where the backend cannot be had here.
test.runIf(servers !== undefined)(`the backend ${backend} is there`, () => {
  expect(servers).toBeDefined()
})

for (const both of servers === undefined ? [] : [servers]) {
  describe(`on ${backend}`, () => {
    for (const operation of ALL_OPERATIONS.filter(({ row }) => HAS.has(row))) {
      describe.concurrent(operation.name, () => {
        for (const item of operation.cases.filter(appliesHere)) {
          for (const variant of variantsOf(item)) {
            test(titleOf(item, variant), async ({ task }) => {
              await judge(both, operation, { item, variant, task })
            })
          }
        }
      })
    }

    test('every operation that the backend has is shown by a good and by a bad case', () => {
      const counting = (operation: OperationCases, kind: 'good' | 'bad') =>
        operation.cases.some((item) => item.kind === kind && appliesHere(item) && !isContrary(item))
      const shown = ALL_OPERATIONS.filter((one) => counting(one, 'good') && counting(one, 'bad')).map(({ row }) => row)
      expect([...HAS].filter((row) => !shown.includes(row))).toEqual([...NOT_SHOWN_WHOLE[backend].keys()])
    })

    test('every expected difference names a case that runs', () => {
      const running = new Set(
        ALL_OPERATIONS.filter(({ row }) => HAS.has(row)).flatMap(({ name, cases }) =>
          cases.filter(appliesHere).map((item) => `${name}: ${item.name}`),
        ),
      )
      const strays = EXPECTED.map((row) => `${row.operation}: ${row.case}`).filter(
        (name, index, all) => !running.has(name) || all.indexOf(name) !== index,
      )
      expect(strays).toEqual([])
    })
  })
}

function titleOf(item: AcceptanceCase, { address, auth, scheme }: Variant): string {
  return item.variants === 'all' ? `${item.name} (${address}, ${auth}, ${scheme})` : item.name
}

interface Judged {
  readonly item: AcceptanceCase
  readonly variant: Variant
  readonly task: TestContext['task']
}

async function judge({ direct, proxied }: Servers, operation: OperationCases, { item, variant, task }: Judged) {
  const both = { direct, proxied }
  const [first, second] = await Promise.all([
    runSide(both, direct, item, variant),
    runSide(both, proxied, item, variant),
  ])
  const difference = compare(first, second)
  const row = EXPECTED.find((one) => one.operation === operation.name && one.case === item.name)
  task.meta.acceptance = outcomeOf(operation, item, { first, second, difference, why: row?.why })
  expect(proxyFaults(second.raw, item.send.method, direct)).toEqual([])
  expect(difference ?? 'equal').toEqual(row === undefined ? 'equal' : { direct: row.direct, proxied: row.proxied })
  if (first.raw.status < 400 !== second.raw.status < 400)
    expect(isContrary(item), `contraryOn ${backend}, where the sides differ`).toBe(false)
  else expect(first.raw.status < 400 === ((item.kind === 'good') !== isContrary(item)), first.answer.outcome).toBe(true)
}

interface Seen {
  readonly first: SideResult
  readonly second: SideResult
  readonly difference: Difference | undefined
  readonly why: string | undefined
}

function outcomeOf({ row, name }: OperationCases, item: AcceptanceCase, seen: Seen): CaseOutcome {
  const { first, second, difference, why } = seen
  return {
    backend,
    row,
    operation: name,
    case: item.name,
    kind: item.kind,
    direct: first.answer.outcome,
    proxied: second.answer.outcome,
    difference,
    why,
  }
}
