import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { programsNamed } from '../test/support/find-program.ts'
import { Lab } from '../test/support/lab.ts'
import { cpuClock } from './cpu-time.ts'
import { type Measurement, report } from './report.ts'
import { type Cores, startBackend, startSubjects, type Subject } from './subjects.ts'
import { type Workload, WORKLOADS, wrkScript } from './workloads.ts'
import { runWrk } from './wrk.ts'

// usage: npm run bench [-- --quick] [PATTERN] — CPU time a request of the proxy, of the Go design (where Go is) and of
// nginx as a plain proxy (where it is), before one backend. --quick is one round. PATTERN picks workloads by their names.

const ROUNDS = 5
const ROUND_SECONDS = 1
const WARM_UP_RUNS = 6
/** Of small bodies; a tenth of it of large ones. */
const WARM_UP_ANSWERS = 5_000

interface Bench {
  readonly lab: Lab
  readonly cores: Cores
  readonly cpuSecondsOf: (pid: number) => number
}

async function measure(bench: Bench, subject: Subject, workload: Workload): Promise<Measurement> {
  const script = join(bench.lab.directory, 'request.lua')
  writeFileSync(script, wrkScript(workload, new URL(subject.url).host))
  const before = bench.cpuSecondsOf(subject.pid)
  const { connections } = workload
  const options = { url: subject.url, script, connections, seconds: ROUND_SECONDS, core: bench.cores.others }
  const { answers, refusals, seconds } = await runWrk(options)
  const cpuSeconds = bench.cpuSecondsOf(subject.pid) - before
  if (refusals !== (workload.expects === 'refusal' ? answers : 0))
    throw new Error(`${subject.name}, ${workload.name}: ${refusals} of ${answers} answers were refusals`)
  return { workload, subject: subject.name, answers, seconds, cpuSeconds }
}

/** Round after round, each workload against every subject in turn, so that what disturbs the machine disturbs all. */
async function measureAll(bench: Bench, subjects: readonly Subject[], plan: Plan): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = []
  for (const workload of plan.workloads) await warmUp(bench, subjects, workload)
  for (let round = 0; round < plan.rounds; round++) {
    for (const workload of plan.workloads) {
      const fitting = subjects.filter((subject) => canBeAsked(subject, workload))
      for (const at of fitting.keys()) {
        const subject = fitting[(at + round) % fitting.length]
        if (subject !== undefined) measurements.push(await measure(bench, subject, workload))
      }
    }
  }
  return measurements
}

/** Nothing of it counts: code is compiled, connections are opened. On a busy machine that takes more than one run. */
async function warmUp(bench: Bench, subjects: readonly Subject[], workload: Workload): Promise<void> {
  const wanted = workload.bodyBytes < 100_000 ? WARM_UP_ANSWERS : WARM_UP_ANSWERS / 10
  for (const subject of subjects.filter((one) => canBeAsked(one, workload))) {
    for (let run = 0, answers = 0; run < WARM_UP_RUNS && answers < wanted; run++)
      answers += (await measure(bench, subject, workload)).answers
  }
}

function canBeAsked(subject: Subject, workload: Workload): boolean {
  return workload.expects === 'success' || subject.checks === 'signatures'
}

interface Plan {
  readonly rounds: number
  readonly workloads: readonly Workload[]
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } })
  if (programsNamed('wrk').length === 0) throw new Error("wrk is not here (Debian's package wrk)")
  const pattern = new RegExp(positionals[0] ?? '')
  const workloads = WORKLOADS.filter(({ name }) => pattern.test(name))
  const plan: Plan = { rounds: values.quick === true ? 1 : ROUNDS, workloads }
  const directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-bench-'))
  mkdirSync(join(directory, 'processes'))
  const lab = new Lab(directory)
  try {
    const cores: Cores = { measured: 0, others: availableParallelism() > 1 ? 1 : 0 }
    const subjects = await startSubjects(lab, await startBackend(lab, cores), cores)
    const bench: Bench = { lab, cores, cpuSecondsOf: cpuClock() }
    console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}`)
    console.log(`${plan.rounds} rounds of ${ROUND_SECONDS} s, medians\n`)
    console.log(report(await measureAll(bench, subjects, plan), subjects))
  } finally {
    await lab.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
