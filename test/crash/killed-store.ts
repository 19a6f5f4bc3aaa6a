import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { S3Caller } from '../support/s3-caller.ts'

/** What the store of the test accepts. */
export const CRASH_CREDENTIAL = { accessKey: 'STOREKEY', secretKey: 'store-secret', region: 'eu-central-1' }

const PROGRAM = fileURLToPath(new URL('store-process.ts', import.meta.url))

/** A store that can be killed at any moment and started again on the same folder. */
export class KilledStore {
  readonly #path: string
  #child: ChildProcess | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Starts the process and waits until it listens. */
  async start(): Promise<S3Caller> {
    const child = spawn(process.execPath, [PROGRAM, this.#path], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#child = child
    const { value: port } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    if (port === undefined) throw new Error('the store ended at once')
    return new S3Caller({ url: `http://127.0.0.1:${port}` }, CRASH_CREDENTIAL)
  }

  /** Ends the process by a signal that it cannot catch. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}
