import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'

/**
 * `npm run test:hosts`: real clients through real load balancers to the proxy, before the embedded store. Needs programs
 * beside npm's (see CONTRIBUTING.md).
 */
export default defineConfig({
  test: {
    include: ['test/hosts/balancers/**/*.test.ts'],
    globalSetup: ['test/support/store-run.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['verbose', new SkippedByName([])],
  },
})
