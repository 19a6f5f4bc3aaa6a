import { readFileSync, writeFileSync } from 'node:fs'
import { withConfigurationTables } from './configuration-tables.ts'
import { errorsPage, operationsPage } from './reference-pages.ts'

// usage: node scripts/generate-docs.ts — writes what the documentation takes from the source

writeFileSync('docs/reference/operations.md', operationsPage())
writeFileSync('docs/reference/errors.md', errorsPage())
const CONFIGURATION = 'docs/configuration.md'
writeFileSync(CONFIGURATION, withConfigurationTables(readFileSync(CONFIGURATION, 'utf8')))
