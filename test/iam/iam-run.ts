import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { writeLargeFile } from '../clients/client-bench.ts'
import { startStore } from '../support/backend.ts'
import { setup as setUpCeph } from '../support/ceph-run.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import { Lab } from '../support/lab.ts'
import { setUpRun } from '../support/run.ts'
import { CLIENTS, type FoundClients } from './clients.ts'

declare module 'vitest' {
  interface ProvidedContext {
    clients: FoundClients
    /** A file to upload in parts. */
    largeFile: string
  }
}

const LARGE_BYTES = 6 * 1024 * 1024

/** vitest's globalSetup: the backend that the project is named for, and the clients. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const tearDown = project.name === 'ceph' ? await setUpCeph(project) : await setUpRun(project, startStore)
  try {
    const { directory } = project.getProvidedContext().run
    const largeFile = join(directory, 'large')
    await writeLargeFile(largeFile, LARGE_BYTES)
    project.provide('largeFile', largeFile)
    project.provide('clients', await findClients(directory))
  } catch (error) {
    await tearDown()
    throw error
  }
  return tearDown
}

async function findClients(directory: string): Promise<FoundClients> {
  const lab = new Lab(directory)
  try {
    const found = await Promise.all(
      Object.values(CLIENTS).map(async (client) => [client.name, await client.find(lab)] as const),
    )
    const missing = found.filter(([, program]) => program === undefined).map(([name]) => name)
    if (missing.length > 0 && programsAreCompulsory) throw new Error(`missing here: ${missing.join(', ')}`)
    return Object.fromEntries(found.filter(([, program]) => program !== undefined))
  } finally {
    await lab.close()
  }
}
