import { configDefaults, defineConfig } from 'vitest/config'
import { SkippedByName } from './scripts/skipped-by-name.ts'

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
    exclude: [...configDefaults.exclude, 'test/clients/**', 'test/backends/**', '.tmp/**', 'dist/**'],
    pool: 'forks',
    // Files share a process: nothing in the program keeps state in a module, and a new process for each costs most of the time.
    isolate: false,
    testTimeout: 10_000,
    hookTimeout: 30_000,
    reporters: ['default', new SkippedByName(['test/clients', 'test/backends'])],
  },
})
