import { readFileSync } from 'node:fs'

const SAMPLE_MS = 50

/** Bytes of memory that a process holds in RAM (Linux: VmRSS). */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** The most memory that a process held while `run` ran, sampled 20 times a second. */
export async function peakWhile(pid: number, run: () => Promise<void>): Promise<number> {
  let peak = residentBytes(pid)
  const sample = (): void => {
    peak = Math.max(peak, residentBytes(pid))
  }
  const timer = setInterval(sample, SAMPLE_MS)
  try {
    await run()
  } finally {
    clearInterval(timer)
  }
  sample()
  return peak
}
