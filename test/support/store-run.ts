import type { TestProject } from 'vitest/node'
import { startStore } from './backend.ts'
import { setUpRun } from './run.ts'

/** vitest's globalSetup for suites that run before the embedded store. */
export function setup(project: TestProject): Promise<() => Promise<void>> {
  return setUpRun(project, startStore)
}
