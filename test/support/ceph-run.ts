import type { TestProject } from 'vitest/node'
import { startCeph } from './backend.ts'
import { programsNamed } from './find-program.ts'
import { setUpRun } from './run.ts'

/** vitest's globalSetup for suites that run before a real Ceph. */
export function setup(project: TestProject): Promise<() => Promise<void>> {
  const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool', 'curl']
  return setUpRun(project, async (lab) => {
    const missing = programs.filter((name) => programsNamed(name).length === 0)
    if (missing.length === 0) return startCeph(lab)
    console.log(`skipped: the suites on a real Ceph (missing here: ${missing.join(', ')}; scripts/ceph.sh install)`)
    return undefined
  })
}
