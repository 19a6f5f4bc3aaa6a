import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'

/** `npm run test:crash`: the embedded store in a process of its own, killed over and over again while it writes. */
export default defineConfig({
  test: {
    include: ['test/crash/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 60_000,
    reporters: ['verbose', new SkippedByName([])],
  },
})
