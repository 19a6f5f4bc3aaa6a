import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'
import { CountsReporter } from './test/iam/counts-reporter.ts'

const shared = { pool: 'forks', isolate: false, maxWorkers: 2, testTimeout: 120_000, hookTimeout: 120_000 } as const

/**
 * `npm run test:iam`: whole configurations before the embedded store and a real Ceph, what real clients may do under them
 * and what not, and how each refusal is explained. Needs programs beside npm's (see CONTRIBUTING.md).
 */
export default defineConfig({
  test: {
    ...shared,
    reporters: ['default', new CountsReporter(), new SkippedByName([])],
    projects: ['store', 'ceph'].map((name) => ({
      test: {
        ...shared,
        name,
        include: ['test/iam/**/*.test.ts'],
        globalSetup: ['test/iam/iam-run.ts'],
      },
    })),
  },
})
