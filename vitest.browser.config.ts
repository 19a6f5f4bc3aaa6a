import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'

/** `npm run test:browser`: pages in Debian's Chromium before the proxy. Needs the program chromium (see CONTRIBUTING.md). */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['verbose', new SkippedByName([])],
  },
})
