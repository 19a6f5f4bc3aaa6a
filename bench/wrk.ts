import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** One run of wrk: how many answers came, how many of them were neither 2xx nor 3xx, over how long. */
export interface WrkRun {
  readonly answers: number
  readonly refusals: number
  readonly seconds: number
}

/** What wrk is to do: a script as `wrkScript` makes it, on which core. */
export interface WrkOptions {
  readonly url: string
  readonly script: string
  readonly connections: number
  readonly seconds: number
  readonly core: number
}

/** Runs wrk to its end. Throws when it fails, or when connections broke. */
export async function runWrk({ url, script, connections, seconds, core }: WrkOptions): Promise<WrkRun> {
  const args = ['-c', String(core), 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url]
  const { code, output } = await run('taskset', args)
  const [, answers, time = '', unit = ''] = /(\d+) requests in ([\d.]+)(m?s)/.exec(output) ?? []
  const errors = /Socket errors: .*/.exec(output)?.[0]
  if (code !== 0 || answers === undefined || errors !== undefined) throw new Error(`wrk: ${errors ?? output}`)
  return {
    answers: Number(answers),
    refusals: Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0),
    seconds: Number(time) / (unit === 'ms' ? 1_000 : 1),
  }
}

async function run(
  file: string,
  args: readonly string[],
): Promise<{ readonly code: unknown; readonly output: string }> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const pieces: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece))
  const [code] = (await once(child, 'close')) as [unknown]
  return { code, output: Buffer.concat(pieces).toString() }
}
