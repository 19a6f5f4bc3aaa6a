import { expect, test } from 'vitest'
import { Commits } from './commits.ts'
import type { Journal } from './journal.ts'
import type { JournalRecord } from './records.ts'
import { State } from './state.ts'

interface Setup {
  readonly commits: Commits
  readonly state: State
  readonly batches: (readonly JournalRecord[])[]
}

function setUp(append: (records: readonly JournalRecord[]) => Promise<void> = async () => undefined): Setup {
  const batches: (readonly JournalRecord[])[] = []
  const journal = {
    records: 0,
    append: async (records: readonly JournalRecord[]) => {
      await append(records)
      batches.push(records)
    },
  }
  const state = new State()
  return { commits: new Commits(state, journal as unknown as Journal, () => undefined), state, batches }
}

const created = (bucket: string): JournalRecord => ({ op: 'bucket-create', bucket, createdMs: 0 })

function createOnce({ commits, state }: Setup, bucket: string): Promise<void> {
  return commits.change({ bucket }, () => {
    if (state.buckets.get(bucket) !== undefined) throw new Error('exists')
    return [created(bucket)]
  })
}

test('changes that do not touch each other share one write', async () => {
  const setup = setUp()
  await Promise.all(['a', 'b', 'c'].map((name) => createOnce(setup, name)))
  expect(setup.batches).toHaveLength(1)
})

test('of two that touch each other the second sees what the first did', async () => {
  const setup = setUp()
  const outcomes = await Promise.allSettled([createOnce(setup, 'a'), createOnce(setup, 'a'), createOnce(setup, 'b')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('a change of the whole bucket waits for those of its keys, and those after wait for it', async () => {
  const { commits, state } = setUp()
  await commits.change({ bucket: 'a' }, () => [created('a')])
  const order: string[] = []
  const change = (name: string, tokens?: string[]) =>
    commits.change({ bucket: 'a', tokens }, () => {
      order.push(`${name} sees ${state.buckets.get('a')?.createdMs}`)
      return name === 'whole' ? [{ op: 'bucket-create', bucket: 'a', createdMs: 1 }] : []
    })
  await Promise.all([change('x', ['x']), change('whole'), change('y', ['y']), change('x again', ['x'])])
  expect(order).toEqual(['x sees 0', 'whole sees 0', 'y sees 1', 'x again sees 1'])
})

test('a decision that throws changes nothing and stops nobody else', async () => {
  const setup = setUp()
  const failing = setup.commits.change({ bucket: 'a' }, () => {
    throw new Error('no')
  })
  const other = createOnce(setup, 'b')
  await expect(failing).rejects.toThrow('no')
  await other
  expect(setup.state.buckets.size).toBe(1)
})

test('nothing is visible before it is durable, nor when it could not be made so', async () => {
  let fail = (_error: Error): void => undefined
  const setup = setUp(
    () =>
      new Promise((_resolve, reject) => {
        fail = reject
      }),
  )
  const change = createOnce(setup, 'a')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(setup.state.buckets.size).toBe(0)
  fail(new Error('disk full'))
  await expect(change).rejects.toThrow('disk full')
  expect(setup.state.buckets.size).toBe(0)
})

test('a change that is asked for in any moment after another is made too', async () => {
  const setup = setUp()
  for (let steps = 0; steps < 30; steps++) {
    await createOnce(setup, `first-${steps}`)
    for (let i = 0; i < steps; i++) await Promise.resolve()
    await createOnce(setup, `second-${steps}`)
  }
  await setup.commits.idle()
  expect(setup.state.buckets.size).toBe(60)
})
