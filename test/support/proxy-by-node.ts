import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { exchange } from './exchange.ts'
import type { Lab } from './lab.ts'
import { freePort, until } from './ports.ts'
import type { Running } from './processes.ts'
import type { SigningKey } from './signer.ts'

/** A proxy process without a launcher before it: its memory can be measured, its exit code is its own. */
export interface NodeProxy {
  readonly port: number
  readonly running: Running
}

/** The one user of such a proxy, who may do everything. */
export const CALLER: SigningKey = {
  accessKey: 'ONLYUSERACCESSKEY01',
  secretKey: 'only-user-secret-0123456789',
  region: 'us-east-1',
}

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Starts the proxy with the program's defaults before a backend on this machine, and waits until it answers. */
export async function startNodeProxy(lab: Lab, backendPort: number, profile: string): Promise<NodeProxy> {
  const port = await freePort()
  const file = join(lab.folder('config'), 'config.yaml')
  const config = {
    master_credentials: {
      access_key: 'MASTERKEY',
      secret_key: 'master-secret-0123456789',
      endpoint: `http://127.0.0.1:${backendPort}`,
      region: 'us-east-1',
    },
    server: { listen_addr: `127.0.0.1:${port}` },
    backend: { profile },
    users: [{ access_key: CALLER.accessKey, secret_key: CALLER.secretKey, allowed_buckets: ['*'] }],
  }
  writeFileSync(file, stringify(config), { mode: 0o600 })
  const running = lab.launch({ file: process.execPath, args: [...nodeOptions(), PROGRAM, '--config', file] })
  const answers = async (): Promise<boolean> => {
    if (running.hasExited()) throw new Error(`the proxy ended at once:\n${running.stderr()}${running.stdout()}`)
    const request = { method: 'GET', target: '/', headers: [['host', `127.0.0.1:${port}`] as const] }
    const answer = await exchange({ url: `http://127.0.0.1:${port}` }, request, 2_000).catch(() => undefined)
    return answer !== undefined && answer.status > 0
  }
  await until(answers, 15_000, () => `the proxy does not answer:\n${running.stderr()}`)
  return { port, running }
}

/** Options for the proxy's node, to try out what they change: `npm run test:memory -- --node=--max-semi-space-size=4`. */
function nodeOptions(): string[] {
  return process.argv.filter((argument) => argument.startsWith('--node=')).map((argument) => argument.slice(7))
}
