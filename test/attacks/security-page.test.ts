import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

// SECURITY.md promises a test for each attack: the promises are held against the tests.

const folder = import.meta.dirname
const tests = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts') && name !== 'security-page.test.ts')
  .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll("\\'", "'"))
  .join('\n')
const page = readFileSync(join(folder, '../../SECURITY.md'), 'utf8')
const rows = [...page.matchAll(/^\| ([A-E]\d+) \|(.*)\|$/gm)].map(([, id = '', text = '']) => ({ id, text }))

const LAST = { A: 21, B: 15, C: 24, D: 16, E: 14 } as const
const expected = Object.entries(LAST).flatMap(([letter, last]) =>
  Array.from({ length: last }, (_, i) => `${letter}${i + 1}`),
)

test('each attack of the five lists has one row', () => {
  expect(rows.map(({ id }) => id)).toEqual(expected)
})

describe.each(rows)('row $id', ({ id, text }) => {
  const names = [...text.matchAll(/`([A-E]\d+: [^`]*)`/g)].map(([, name = '']) => name)

  test('names at least one test, and only tests of its own that exist', () => {
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) {
      expect(name.startsWith(`${id}: `)).toBe(true)
      expect(tests).toContain(name)
    }
  })
})
