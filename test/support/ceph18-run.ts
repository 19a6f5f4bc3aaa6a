import type { TestProject } from 'vitest/node'
import { startCeph } from './backend.ts'
import { setUpRun } from './run.ts'

/** vitest's globalSetup for suites that run before the newer Ceph of scripts/ceph18.sh, where that is installed. */
export function setup(project: TestProject): Promise<() => Promise<void>> {
  return setUpRun(project, (lab) => startCeph(lab, { name: 'ceph18' }))
}
