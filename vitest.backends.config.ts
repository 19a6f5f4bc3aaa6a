import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'
import { TableReporter } from './test/clients/table-reporter.ts'

const shared = { pool: 'forks', fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } as const

/**
 * `npm run test:backends`: a real Ceph with the client checks and with what is dangerous about it; the client checks
 * before a real MinIO; and, before the embedded store too, uploads that go wrong. Needs programs beside npm's (see CONTRIBUTING.md).
 */
export default defineConfig({
  test: {
    ...shared,
    reporters: [new TableReporter({ ceph: 'Ceph', minio: 'MinIO' }), 'verbose', new SkippedByName([])],
    projects: [
      {
        test: {
          ...shared,
          name: 'ceph',
          include: ['test/backends/**/*.test.ts', 'test/clients/**/*.test.ts'],
          globalSetup: ['test/support/ceph-run.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'minio',
          include: ['test/clients/**/*.test.ts'],
          globalSetup: ['test/support/minio-run.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'store',
          include: ['test/backends/damaged-uploads.test.ts'],
          globalSetup: ['test/support/store-run.ts'],
        },
      },
    ],
  },
})
