import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from './environment.ts'
import { type Command, type Ended, Processes, type Running } from './processes.ts'

/** A program of a lab: the environment is the clean one and `extra`, the working directory is the lab's. */
export interface LabCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly extra?: Readonly<Record<string, string>>
  /** A file that comes on the standard input. */
  readonly input?: string
}

/**
 * What one test file starts and writes: a folder, processes, servers. `close` ends and deletes all of it, last made
 * first.
 */
export class Lab {
  readonly directory: string
  readonly #processes: Processes
  readonly #closers: (() => Promise<void>)[] = []

  /** `runDirectory` is the folder of the whole run (see run.ts). */
  constructor(runDirectory: string) {
    this.directory = mkdtempSync(join(runDirectory, 'lab-'))
    this.#processes = new Processes(join(runDirectory, 'processes'))
  }

  /** A new folder within the lab's. */
  folder(name: string): string {
    return mkdtempSync(join(this.directory, `${name}-`))
  }

  launch(command: LabCommand): Running {
    return this.#processes.launch(this.#complete(command))
  }

  run(command: LabCommand, timeoutMs: number): Promise<Ended> {
    return this.#processes.run(this.#complete(command), timeoutMs)
  }

  onClose(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  async close(): Promise<void> {
    const failures: unknown[] = []
    for (const close of [...this.#closers.toReversed(), () => this.#processes.stopAll()]) {
      await close().catch((error: unknown) => failures.push(error))
    }
    rmSync(this.directory, { recursive: true, force: true })
    if (failures.length > 0) throw new AggregateError(failures, 'the lab did not close')
  }

  #complete(command: LabCommand): Command {
    const { extra, ...rest } = command
    return { ...rest, env: cleanEnvironment(this.directory, extra), cwd: this.directory }
  }
}
