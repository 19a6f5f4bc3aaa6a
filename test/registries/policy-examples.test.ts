import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type LoadResult, parseConfig } from '../../src/config/load.ts'
import { type Example, PolicyExample, readExamples, rowsOf } from '../support/policy-examples.ts'

const PAGE = 'docs/policies.md'
const TEXT = readFileSync(PAGE, 'utf8')
const EXAMPLES = readExamples(TEXT)

test('there are ten and more, and each has a table that allows and refuses', () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(10)
  for (const { title, rows } of EXAMPLES) {
    expect([title, new Set(rows.map(({ answer }) => answer))]).toEqual([title, new Set(['allowed', 'refused'])])
  }
})

test('no YAML block and no row of such a table stands on the page unread', () => {
  expect(TEXT.match(/^ *```yaml/gm)?.length).toBe(EXAMPLES.length)
  expect(rowsOf(TEXT)).toBe(EXAMPLES.flatMap(({ rows }) => rows).length)
})

describe.each(EXAMPLES.map((example): [string, Example] => [example.title, example]))('%s', (_title, example) => {
  let loaded: LoadResult
  beforeAll(async () => {
    const env = new Proxy<Record<string, string>>({}, { get: () => 'any-value' })
    loaded = await parseConfig(example.yaml, { file: PAGE, env })
  })

  test('loads, without a warning', () => {
    expect([loaded.warnings, loaded.ok ? [] : loaded.problems]).toEqual([[], []])
  })

  test.each(example.rows.map((row) => [`${row.who}: ${row.request} (${row.how}) is ${row.answer}`, row] as const))(
    '%s',
    (_name, row) => {
      expect(loaded.ok && new PolicyExample(loaded.config).answerTo(row)).toBe(row.answer)
    },
  )
})
