import { parseArgs } from 'node:util'
import type { FuzzTarget } from '../test/fuzz/fuzz-target.ts'
import { type FuzzReport, runTarget } from '../test/fuzz/run-target.ts'
import { FUZZ_TARGETS } from '../test/fuzz/targets.ts'

// usage: npm run test:fuzz -- [--inputs N] [--seed S] [--target NAME] [--first I]
// Reads N inputs (a million unless told), shared out among the targets, or all for one. --first goes on from input I of
// the seed: with --inputs 1 it is the one that a failure names. The first fault ends it, made small.

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    target: { type: 'string' },
    first: { type: 'string', default: '0' },
  },
})

const whole = (name: string, text: string): number => {
  const number = Number(text.replaceAll('_', ''))
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name} must be a whole number`)
  return number
}

const inputs = whole('inputs', values.inputs)
const seed = whole('seed', values.seed)
const first = whole('first', values.first)
const targets = FUZZ_TARGETS.filter(({ name }) => values.target === undefined || name === values.target)
if (targets.length === 0) throw new Error(`--target is one of ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}`)

// Refusals are thrown by the hundred thousand, and nobody reads where.
Error.stackTraceLimit = 0

function print(target: FuzzTarget, { inputs: read, accepted, seconds, found }: FuzzReport): void {
  const share = ((100 * accepted) / Math.max(1, read)).toFixed(0)
  console.log(`fuzz: ${target.name}: ${read} inputs, ${share} % accepted, ${seconds.toFixed(1)} s, seed ${seed}`)
  if (found === undefined) return
  console.log(`fuzz: ${target.name}: FAULT in input ${found.number}: ${found.fault}`)
  console.log(`  the smallest with it: ${JSON.stringify(found.smallest)}`)
  console.log(`  again: npm run test:fuzz -- --target ${target.name} --seed ${seed} --first ${found.number} --inputs 1`)
}

let total = 0
let failed = 0
for (const target of targets) {
  const ordered = targets.length === 1 ? inputs : Math.round((inputs * target.share) / 100)
  const report = await runTarget(target, { seed, first, inputs: ordered })
  print(target, report)
  total += report.inputs
  if (report.found !== undefined) failed += 1
}
console.log(`fuzz: ${total} inputs in all, ${failed === 0 ? 'no fault' : `${failed} targets with a fault`}`)
process.exitCode = failed === 0 ? 0 : 1
