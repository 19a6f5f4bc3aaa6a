import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configurationTables, withConfigurationTables } from '../../scripts/configuration-tables.ts'
import { errorsPage, operationsPage } from '../../scripts/reference-pages.ts'

test.each([
  ['docs/reference/operations.md', operationsPage],
  ['docs/reference/errors.md', errorsPage],
])('%s is what `npm run docs` writes', (file, page) => {
  expect(readFileSync(file, 'utf8')).toBe(page())
})

test('docs/configuration.md has a table for every block, as `npm run docs` writes it', () => {
  const page = readFileSync('docs/configuration.md', 'utf8')
  for (const block of configurationTables().keys()) expect(page).toContain(`<!-- keys: ${block} -->`)
  expect(page).toBe(withConfigurationTables(page))
})
