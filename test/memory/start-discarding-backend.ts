import { fileURLToPath } from 'node:url'
import type { Lab } from '../support/lab.ts'
import { until } from '../support/ports.ts'

const BACKEND = fileURLToPath(new URL('discarding-backend.ts', import.meta.url))

/** Starts the discarding backend as a process of its own. Gives its port. */
export async function startDiscardingBackend(lab: Lab): Promise<number> {
  const running = lab.launch({ file: process.execPath, args: [BACKEND] })
  await until(
    () => running.stdout().includes('\n') || running.hasExited(),
    10_000,
    () => `the backend does not start:\n${running.stderr()}`,
  )
  const port = Number(running.stdout())
  if (!(port > 0)) throw new Error(`the backend ended at once:\n${running.stderr()}`)
  return port
}
