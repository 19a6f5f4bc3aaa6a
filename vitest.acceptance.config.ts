import { defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'
import { ConformancePage } from './test/acceptance/conformance-page.ts'
import { ceph18IsInstalled } from './test/support/environment.ts'

const shared = { pool: 'forks', fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } as const

// A Ceph 18 is no package of every Debian: it runs where scripts/ceph18.sh has installed one, or an endpoint is named.
const hasCeph18 = ceph18IsInstalled || process.env['ACCEPTANCE_CEPH18'] !== undefined
const backends = ['store', 'ceph', 'minio', ...(hasCeph18 ? ['ceph18'] : [])]

/** `npm run test:acceptance`: every operation by itself and through the proxy, before three backends and by option a fourth. */
export default defineConfig({
  test: {
    ...shared,
    // Two cores: enough requests at a time to keep them busy.
    maxConcurrency: 6,
    reporters: ['default', new ConformancePage(), new SkippedByName([])],
    projects: backends.map((name) => ({
      test: {
        ...shared,
        maxConcurrency: 6,
        name,
        include: ['test/acceptance/acceptance.test.ts'],
        globalSetup: ['test/acceptance/acceptance-run.ts'],
      },
    })),
  },
})
