import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'
import { TableReporter } from './test/clients/table-reporter.ts'

/**
 * `npm run test:clients`: real clients before the embedded store. Needs programs beside npm's (see CONTRIBUTING.md).
 * Two files at a time: clients spend much of their time starting up, and each has a proxy and buckets of its own.
 */
export default defineConfig({
  test: {
    include: ['test/clients/**/*.test.ts'],
    globalSetup: ['test/support/store-run.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: [new TableReporter({ '': 'the embedded store' }), 'verbose', new SkippedByName([])],
  },
})
