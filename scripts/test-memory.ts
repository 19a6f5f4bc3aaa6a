import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { download, literal, type MemoryCase, memoryCases, upload } from '../test/memory/memory-cases.ts'
import { PatternBody } from '../test/memory/pattern-body.ts'
import { peakWhile, residentBytes } from '../test/memory/resident-memory.ts'
import { startDiscardingBackend } from '../test/memory/start-discarding-backend.ts'
import { Lab } from '../test/support/lab.ts'
import { type NodeProxy, startNodeProxy } from '../test/support/proxy-by-node.ts'

// usage: npm run test:memory [-- --size 5GiB] [PATTERN] — the memory of a proxy process while an object (1 GiB) passes
// through it in each payload mode, while one side is far slower than the other, and while 200 clients upload at once.
// PATTERN picks cases by their names. --node=OPTION gives the proxy's node an option.

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** One small upload and download: after them the code is loaded and the connections are there. */
async function warmUp(proxy: NodeProxy): Promise<void> {
  await upload(proxy, new PatternBody(64 * KIB), literal)
  await download(proxy, 64 * KIB)
  await sleep(500)
}

/** A fresh proxy for each case: memory that one case left behind would hide what the next one takes. */
async function measure(lab: Lab, backendPort: number, one: MemoryCase): Promise<boolean> {
  const proxy = await startNodeProxy(lab, backendPort, one.profile)
  const title = `${one.name} (${one.profile})`
  try {
    await warmUp(proxy)
    one.prepare()
    const idle = residentBytes(proxy.running.pid)
    const startedAt = performance.now()
    let moved = 0
    const peak = await peakWhile(proxy.running.pid, async () => {
      moved = await one.run(proxy)
    })
    const seconds = (performance.now() - startedAt) / 1_000
    const measured = one.bound.of === 'growth' ? peak - idle : peak
    const isWithin = measured <= one.bound.bytes
    const bound = `${one.bound.of} <= ${mib(one.bound.bytes)}`
    const figures = [seconds.toFixed(1), (moved / seconds / 1e6).toFixed(0), mib(idle), mib(peak), mib(peak - idle)]
    row([title, ...figures, bound, isWithin ? 'ok' : 'FAIL'])
    return isWithin
  } catch (error) {
    row([title, '', '', '', '', '', '', `FAIL: ${error instanceof Error ? error.message : String(error)}`])
    return false
  } finally {
    await proxy.running.stop(5_000)
  }
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1)
}

function row([name = '', ...cells]: readonly string[]): void {
  console.log(`${name.padEnd(64)}${cells.map((cell, at) => cell.padStart(at === 5 ? 17 : 10)).join('')}`)
}

function sizeBytes(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)(MiB|GiB)$/.exec(text) ?? []
  if (count === '') throw new Error(`--size ${text}: a whole number of MiB or GiB is wanted, such as 5GiB`)
  return Number(count) * (unit === 'GiB' ? GIB : MIB)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { size: { type: 'string', default: '1GiB' }, node: { type: 'string', multiple: true } },
  })
  const pattern = new RegExp(positionals[0] ?? '')
  const cases = memoryCases(sizeBytes(values.size)).filter((one) => pattern.test(`${one.name} (${one.profile})`))
  const directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-memory-'))
  mkdirSync(join(directory, 'processes'))
  const lab = new Lab(directory)
  const outcomes: boolean[] = []
  try {
    const backendPort = await startDiscardingBackend(lab)
    row([
      `${values.size} through the proxy (profile)`,
      'seconds',
      'MB/s',
      'idle MiB',
      'peak MiB',
      'growth',
      'bound',
      '',
    ])
    for (const one of cases) outcomes.push(await measure(lab, backendPort, one))
  } finally {
    await lab.close()
    rmSync(directory, { recursive: true, force: true })
  }
  const passed = outcomes.filter(Boolean).length
  console.log(`${passed} passed, ${outcomes.length - passed} failed`)
  process.exitCode = passed === outcomes.length && passed > 0 ? 0 : 1
}

await main()
