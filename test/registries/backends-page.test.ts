import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BACKEND_PROFILES } from '../../src/upstream/profiles.ts'

// docs/backends.md promises a test for each difference between backends: the promises are held against the tests.

const page = readFileSync('docs/backends.md', 'utf8')
const rows = [...page.matchAll(/^\| (V?\d+) \|(.*)\|$/gm)].map(([, id = '', text = '']) => ({ id, text }))
const namedIn = (text: string) =>
  [...text.matchAll(/\[`([^`]+)`\]\(([^)]+\.test\.ts)\)/g)].map(([, title = '', file = '']) => ({
    title,
    file: normalize(join('docs', file)),
  }))

/** The titles of a test file, as the source has them. */
function titlesOf(file: string): readonly string[] {
  if (!existsSync(file)) return []
  return [
    ...readFileSync(file, 'utf8').matchAll(/^ *(?:test\b.*\(|\]\)\(|\)\(|test\.each\(.*\)\()?(['"`])(.*?)(?<!\\)\1,/gm),
  ].map(([, , title = '']) => title.replaceAll("\\'", "'"))
}

test('each difference and each kind of backend has one row', () => {
  const differences = Array.from({ length: 22 }, (_, n) => String(n + 1))
  expect(rows.map(({ id }) => id)).toEqual([...differences, 'V1', 'V2', 'V3', 'V4'])
})

describe.each(rows)('row $id', ({ text }) => {
  test('names at least one test, and only tests that are there', () => {
    const named = namedIn(text)
    expect(named.length).toBeGreaterThan(0)
    for (const { title, file } of named) expect(titlesOf(file), `${file}: ${title}`).toContain(title)
  })
})

test('every test of a difference is named in the row of its number', () => {
  const folder = 'test/quirks'
  const titles = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => titlesOf(join(folder, name)))
    .filter((title) => /^[QV]\d+: /.test(title))
  expect(titles.length).toBeGreaterThan(20)
  for (const title of titles) {
    const id = /^Q?(V?\d+): /.exec(title)?.[1]
    const row = rows.find((other) => other.id === id)
    expect(
      namedIn(row?.text ?? '').map((named) => named.title),
      `row ${id}`,
    ).toContain(title)
  }
})

test('each profile is named, and no other', () => {
  const known = Object.keys(BACKEND_PROFILES)
  const cells = rows.filter(({ id }) => !id.startsWith('V')).map(({ text }) => text.split(' | ').at(-2) ?? '')
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name))
  expect([...new Set(named)].sort()).toEqual([...known].sort())
  for (const cell of cells) expect(cell.trim()).toMatch(/^all\b|`[a-z]+`/)
})
