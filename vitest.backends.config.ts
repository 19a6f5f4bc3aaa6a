import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'
import { TableReporter } from './test/clients/table-reporter.ts'
import { ceph18IsInstalled } from './test/support/environment.ts'

const shared = { pool: 'forks', testTimeout: 120_000, hookTimeout: 120_000 } as const

// One project after the other. What is dangerous about a gateway needs it alone; clients can share one.
const alone = (groupOrder: number) => ({ ...shared, maxWorkers: 1, sequence: { groupOrder } })
const inPairs = (groupOrder: number) => ({ ...shared, maxWorkers: 2, sequence: { groupOrder } })

// Those of the tables; the other files are about the proxy, whatever stands behind it.
const clients = {
  include: ['test/clients/**/*.test.ts'],
  exclude: ['test/clients/{debug-output,refused-upload}.test.ts'],
}

/** Everything about a Ceph that a newer one might do otherwise, with the client whose uploads depend on that most. */
const ceph18 = {
  test: {
    ...alone(4),
    name: 'ceph18',
    include: [
      'test/backends/{browser-forms,copy-sources,damaged-uploads,operation-rows,subresources}.test.ts',
      'test/clients/boto3.test.ts',
    ],
    globalSetup: ['test/support/ceph18-run.ts'],
  },
}

/**
 * `npm run test:backends`: what is dangerous about a real Ceph; the clients before it and before a real MinIO; some of it before
 * a newer Ceph, where one is installed; and, before the embedded store too, uploads that go wrong. Needs programs beside
 * npm's (see CONTRIBUTING.md).
 */
export default defineConfig({
  test: {
    ...shared,
    reporters: [new TableReporter({ 'ceph-clients': 'Ceph', minio: 'MinIO' }), 'verbose', new SkippedByName([])],
    projects: [
      {
        test: {
          ...alone(0),
          name: 'ceph',
          include: ['test/backends/**/*.test.ts'],
          globalSetup: ['test/support/ceph-run.ts'],
        },
      },
      { test: { ...inPairs(1), ...clients, name: 'ceph-clients', globalSetup: ['test/support/ceph-run.ts'] } },
      { test: { ...inPairs(2), ...clients, name: 'minio', globalSetup: ['test/support/minio-run.ts'] } },
      {
        test: {
          ...alone(3),
          name: 'store',
          include: ['test/backends/damaged-uploads.test.ts'],
          globalSetup: ['test/support/store-run.ts'],
        },
      },
      ...(ceph18IsInstalled ? [ceph18] : []),
    ],
  },
})
