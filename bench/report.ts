import type { Subject } from './subjects.ts'
import type { Workload } from './workloads.ts'

/** One run of one workload against one subject. */
export interface Measurement {
  readonly workload: Workload
  readonly subject: Subject['name']
  readonly answers: number
  readonly seconds: number
  readonly cpuSeconds: number
}

const WIDTHS = [20, 12, 12, 14, 12, 12, 12] as const

/** The table: medians over the rounds, and what the proxy costs as a multiple of the others. */
export function report(measurements: readonly Measurement[], subjects: readonly Subject[]): string {
  const others = subjects.filter(({ name }) => name !== 'this proxy').map(({ name }) => name)
  const head = ['workload', '', 'requests/s', 'CPU µs/request', 'MB/CPU s', ...others.map((name) => `× ${name}`)]
  const workloads = [...new Set(measurements.map(({ workload }) => workload))]
  const rows = workloads.flatMap((workload) => {
    const ofSubject = (name: string): readonly Measurement[] =>
      measurements.filter((one) => one.workload === workload && one.subject === name)
    const own = median(ofSubject('this proxy').map(cpuMicros))
    return subjects
      .filter(({ name }) => ofSubject(name).length > 0)
      .map(({ name }, at) => {
        const runs = ofSubject(name)
        const ratios = others.map((other) => ratio(own, ofSubject(other)))
        return [
          at === 0 ? workload.name : '',
          name,
          median(runs.map(({ answers, seconds }) => answers / seconds)).toFixed(0),
          median(runs.map(cpuMicros)).toFixed(1),
          workload.bodyBytes === 0 ? '–' : median(runs.map(megabytesPerCpuSecond)).toFixed(0),
          ...(at === 0 ? ratios : []),
        ]
      })
  })
  return [head, ...rows].map(line).join('\n')
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, at) => (at < 2 ? cell.padEnd(WIDTHS[at] ?? 12) : cell.padStart(WIDTHS[at] ?? 12)))
    .join(' ')
    .trimEnd()
}

function ratio(own: number, runs: readonly Measurement[]): string {
  return runs.length === 0 ? '–' : (own / median(runs.map(cpuMicros))).toFixed(2)
}

const cpuMicros = ({ cpuSeconds, answers }: Measurement): number => (cpuSeconds / answers) * 1e6

const megabytesPerCpuSecond = ({ workload, cpuSeconds, answers }: Measurement): number =>
  (workload.bodyBytes * answers) / cpuSeconds / 1e6

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
