import { configDefaults, defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'

/** Suites with a command of their own, `npm run test:<second name>`. */
const ELSEWHERE = [
  'test/clients',
  'test/iam',
  'test/browser',
  'test/hosts/balancers',
  'test/backends',
  'test/acceptance',
  'test/crash',
]

/** `npm test`: everything that needs nothing but npm. Real clients and backends have configurations of their own. */
export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'store/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bin/**/*.test.ts',
    ],
    exclude: [...configDefaults.exclude, ...ELSEWHERE.map((folder) => `${folder}/**`), '.tmp/**', 'dist/**'],
    pool: 'forks',
    // Files share a process: nothing in the program keeps state in a module, and a new process for each costs most of the time.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new SkippedByName(ELSEWHERE)],
  },
})
