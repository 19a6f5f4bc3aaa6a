import { readFileSync, writeFileSync } from 'node:fs'
import { withConfigurationTables } from './configuration-tables.ts'
import { GENERATED_PAGES } from './generated-pages.ts'

// usage: npm run docs — writes what the documentation takes from the source

for (const [file, text] of GENERATED_PAGES) writeFileSync(file, await text())
const CONFIGURATION = 'docs/configuration.md'
writeFileSync(CONFIGURATION, withConfigurationTables(readFileSync(CONFIGURATION, 'utf8')))
