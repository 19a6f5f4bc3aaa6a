import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configurationTables, withConfigurationTables } from '../../scripts/configuration-tables.ts'
import { GENERATED_PAGES } from '../../scripts/generated-pages.ts'

test.each(GENERATED_PAGES)('%s is what `npm run docs` writes', async (file, text) => {
  expect(readFileSync(file, 'utf8')).toBe(await text())
})

test('every file under docs/reference is made by `npm run docs`', () => {
  const files = readdirSync('docs/reference').map((name) => `docs/reference/${name}`)
  expect(files.sort()).toEqual(GENERATED_PAGES.map(([file]) => file).sort())
})

test('docs/configuration.md has a table for every block, as `npm run docs` writes it', () => {
  const page = readFileSync('docs/configuration.md', 'utf8')
  for (const block of configurationTables().keys()) expect(page).toContain(`<!-- keys: ${block} -->`)
  expect(page).toBe(withConfigurationTables(page))
})
