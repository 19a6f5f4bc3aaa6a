import type { FuzzInput, FuzzTarget } from './fuzz-target.ts'
import { Random } from './random.ts'
import { smallest, verdictOn } from './smallest.ts'

/** What to run: inputs `first` to `first + inputs - 1` of a seed. */
export interface FuzzRun {
  readonly seed: number
  readonly first?: number
  readonly inputs: number
}

/** What came of it. */
export interface FuzzReport {
  readonly target: string
  /** How many were read; fewer than ordered after a fault. */
  readonly inputs: number
  readonly accepted: number
  readonly seconds: number
  readonly found: FoundFault | undefined
}

/** The first fault: which input it is, and the smallest that still has it. */
export interface FoundFault {
  readonly number: number
  readonly fault: string
  readonly smallest: FuzzInput
}

/** Readers are linear: a fixed part, for a busy machine, and one for the length. */
const limitMs = ({ text }: FuzzInput): number => 100 + text.length / 500

/** Draws inputs for a target and checks each, up to the first fault. */
export async function runTarget(target: FuzzTarget, { seed, first = 0, inputs }: FuzzRun): Promise<FuzzReport> {
  const startedAt = performance.now()
  let accepted = 0
  for (let number = first; number < first + inputs; number++) {
    const input = inputNumber(target, seed, number)
    const before = performance.now()
    const verdict = await verdictOn(target, input)
    const tookMs = performance.now() - before
    if (verdict === 'accepted') accepted += 1
    const slow = await slowness(target, input, tookMs)
    if (typeof verdict !== 'string' || slow !== undefined) {
      // What is slow stays as it is: each try at a smaller one would be slow too.
      const found =
        typeof verdict === 'string'
          ? { number, fault: slow ?? '', smallest: input }
          : { number, fault: verdict.fault, smallest: await smallest(target, input) }
      return { target: target.name, inputs: number - first + 1, accepted, seconds: since(startedAt), found }
    }
  }
  return { target: target.name, inputs, accepted, seconds: since(startedAt), found: undefined }
}

/** The input of that number, whatever was drawn before. */
export function inputNumber(target: FuzzTarget, seed: number, number: number): FuzzInput {
  return target.make(new Random(seed, number))
}

/** Whether an input is slow by itself. Others work on this machine, so the processor's time counts, the least of three tries. */
async function slowness(target: FuzzTarget, input: FuzzInput, tookMs: number): Promise<string | undefined> {
  if (tookMs <= limitMs(input)) return undefined
  let bestMs = Number.POSITIVE_INFINITY
  for (let tries = 3; tries > 0 && bestMs > limitMs(input); tries--) {
    const before = process.cpuUsage()
    await verdictOn(target, input)
    const { user, system } = process.cpuUsage(before)
    bestMs = Math.min(bestMs, (user + system) / 1_000)
  }
  return bestMs > limitMs(input) ? `slow: ${bestMs.toFixed(0)} ms for ${input.text.length} bytes` : undefined
}

const since = (startedAt: number): number => (performance.now() - startedAt) / 1_000
