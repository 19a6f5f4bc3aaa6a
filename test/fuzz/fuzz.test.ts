import { describe, expect, test } from 'vitest'
import { fault, type FuzzTarget } from './fuzz-target.ts'
import { inputNumber, runTarget } from './run-target.ts'
import { FUZZ_TARGETS } from './targets.ts'

// A few inputs for each target; `npm run test:fuzz` reads a million.

const SEED = 20261126
const INPUTS = 300

describe.each(FUZZ_TARGETS)('target $name', (target) => {
  test('reads each input as it must, and takes some', async () => {
    const { found, accepted, inputs } = await runTarget(target, { seed: SEED, inputs: INPUTS })
    expect(found).toBeUndefined()
    expect(inputs).toBe(INPUTS)
    expect(accepted).toBeGreaterThan(0)
  })

  test('draws the same input for the same numbers, whatever came before', () => {
    expect(inputNumber(target, SEED, 7)).toEqual(inputNumber(target, SEED, 7))
    expect(inputNumber(target, SEED, 7)).not.toEqual(inputNumber(target, SEED, 8))
  })
})

test('the shares of the targets make a hundred', () => {
  expect(FUZZ_TARGETS.reduce((sum, { share }) => sum + share, 0)).toBe(100)
})

describe('a fault', () => {
  const planted = (wrong: (text: string) => boolean, verdict: () => ReturnType<FuzzTarget['check']>): FuzzTarget => ({
    name: 'planted',
    share: 0,
    make: (random) => ({ text: `${'x'.repeat(random.below(90))}BAD${random.below(1_000)}`, variant: 3 }),
    check: ({ text }) => (wrong(text) ? verdict() : 'accepted'),
  })
  const hasBoth = (text: string): boolean => text.includes('BAD') && text.includes('7')

  test('is found with its number, and made as small as it can be', async () => {
    const { found, inputs } = await runTarget(
      planted(hasBoth, () => fault('kind: text')),
      { seed: 1, inputs: 500 },
    )
    expect(found?.fault).toBe('kind: text')
    expect(found?.smallest).toEqual({ text: 'BAD7', variant: 3 })
    expect(inputs).toBe((found?.number ?? 0) + 1)
  })

  test('may be an exception, of a promise too', async () => {
    for (const verdict of [
      () => {
        throw new Error('broken')
      },
      () => Promise.reject(new Error('broken')),
    ]) {
      const { found } = await runTarget(planted(hasBoth, verdict), { seed: 1, inputs: 500 })
      expect(found?.fault).toBe('exception: Error: broken')
    }
  })

  test('may be slowness', async () => {
    const slow = planted(hasBoth, () => {
      const { user, system } = process.cpuUsage()
      const until = user + system + 150_000
      for (let now = 0; now < until; ) {
        const spent = process.cpuUsage()
        now = spent.user + spent.system
      }
      return 'accepted'
    })
    // Only what takes as long each time counts.
    expect((await runTarget(slow, { seed: 1, inputs: 200 })).found?.fault).toMatch(/^slow: \d+ ms for \d+ bytes$/)
  })
})
