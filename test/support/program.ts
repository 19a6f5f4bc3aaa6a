import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Endpoint, exchange, hostOf } from './exchange.ts'
import type { Lab } from './lab.ts'
import { until } from './ports.ts'
import type { Ended, Running } from './processes.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/s3-iam-proxy', import.meta.url))

/**
 * How to start the program: the words of its command (none: the proxy), its configuration, where it will answer. The
 * configuration is written to `config.yaml` in `folder`, else in a new one.
 */
export interface Service {
  readonly command: readonly string[]
  readonly config: string
  readonly endpoint: Endpoint
  readonly folder?: string
}

/** Runs `bin/s3-iam-proxy` with a configuration file, and waits until it answers HTTP; it ends with the lab. */
export async function serveWithProgram(lab: Lab, service: Service): Promise<Running> {
  const file = join(service.folder ?? lab.folder('config'), 'config.yaml')
  // 0600, or the program warns that others can read the secrets.
  writeFileSync(file, service.config, { mode: 0o600 })
  const running = lab.launch({ file: PROGRAM, args: [...service.command, '--config', file], extra: compiled(lab) })
  // A complete answer to an anonymous request: whatever its status, the service is up.
  const answers = async () => {
    if (running.hasExited()) throw new Error(`the program ended at once:\n${running.stderr()}${running.stdout()}`)
    const request = { method: 'GET', target: '/', headers: [['host', hostOf(service.endpoint)] as const] }
    const answer = await exchange(service.endpoint, request, 2_000).catch(() => undefined)
    return answer !== undefined && answer.status > 0
  }
  await until(answers, 30_000, () => `no answer at ${service.endpoint.url}:\n${running.stderr()}${running.stdout()}`)
  return running
}

/** Runs one command of the program, such as `explain`, to its end. */
export function runProgram(lab: Lab, args: readonly string[]): Promise<Ended> {
  return lab.run({ file: PROGRAM, args, extra: compiled(lab) }, 60_000)
}

/** Sources that one process of a run has read the next need not strip and compile again: half the time of a start. */
function compiled(lab: Lab): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: join(dirname(lab.directory), 'compiled') }
}
