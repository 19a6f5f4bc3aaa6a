import type { TestProject } from 'vitest/node'
import { goProgram } from './go-program.ts'
import { minioProgram, startMinio } from './minio.ts'
import { setUpRun } from './run.ts'

/** vitest's globalSetup for suites that run before a real MinIO; compulsory only where Go is, which builds it. */
export function setup(project: TestProject): Promise<() => Promise<void>> {
  const need = goProgram() === undefined ? 'optional' : 'as programs are'
  return setUpRun(
    project,
    async (lab) => {
      const program = await minioProgram()
      if (program === undefined) {
        console.log('skipped: the suites on a real MinIO (missing here: minio, or Go to build it)')
        return undefined
      }
      const { endpoint, key } = await startMinio(lab, program, '')
      return { kind: 'minio', url: endpoint.url, key }
    },
    need,
  )
}
