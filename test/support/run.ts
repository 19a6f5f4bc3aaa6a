import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { Backend } from './backend.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { programsAreCompulsory } from './environment.ts'
import { Lab } from './lab.ts'
import { sweep } from './processes.ts'

/** What one run of a suite has: a folder, one backend for all its test files, certificates. */
export interface Run {
  readonly directory: string
  /** Absent when its programs are missing here. */
  readonly backend: Backend | undefined
  readonly certificates: Certificates
}

declare module 'vitest' {
  interface ProvidedContext {
    run: Run
  }
}

/**
 * Sets up a run for vitest's globalSetup and provides it to the test files. `start` gives undefined when the backend
 * cannot be had on this machine, which is a failure where programs are compulsory, unless `need` says `optional`. The
 * result tears everything down, also what killed workers left behind.
 */
export async function setUpRun(
  project: TestProject,
  start: (lab: Lab) => Promise<Backend | undefined>,
  need: 'as programs are' | 'optional' = 'as programs are',
): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-tests-'))
  mkdirSync(join(directory, 'processes'))
  const tls = join(directory, 'tls')
  mkdirSync(tls)
  const lab = new Lab(directory)
  const abandon = () => {
    sweep(join(directory, 'processes'))
    rmSync(directory, { recursive: true, force: true })
  }
  // Also when the run is interrupted and nobody tears down.
  process.once('exit', abandon)
  const tearDown = async () => {
    try {
      await lab.close()
    } finally {
      abandon()
      process.removeListener('exit', abandon)
    }
  }
  try {
    const backend = await start(lab)
    if (backend === undefined && programsAreCompulsory && need !== 'optional')
      throw new Error('the backend cannot be started: programs are missing')
    project.provide('run', { directory, backend, certificates: makeCertificates(tls) })
  } catch (error) {
    await tearDown()
    throw error
  }
  return tearDown
}
