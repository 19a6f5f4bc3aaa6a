import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'

/** `npm run test:clients`: needs programs beside npm's (see CONTRIBUTING.md). One file at a time: they share the machine. */
export default defineConfig({
  test: {
    include: ['test/clients/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['verbose', new SkippedByName([])],
  },
})
