import { expect, test } from 'vitest'
import { ConnectionGate } from './connection-gate.ts'

const never = new AbortController().signal

test('a place is free until the capacity is reached, then passes on in order', async () => {
  const gate = new ConnectionGate(1, 1_000)
  const leave = await gate.enter(never)
  const order: string[] = []
  const second = gate.enter(never).then((give) => {
    order.push('second')
    return give
  })
  const third = gate.enter(never).then((give) => {
    order.push('third')
    return give
  })
  expect([gate.held, gate.waiting]).toEqual([1, 2])
  leave()
  leave()
  ;(await second)()
  ;(await third)()
  expect(order).toEqual(['second', 'third'])
  expect([gate.held, gate.waiting]).toEqual([0, 0])
})

test('whoever waits too long is told that the backend is busy', async () => {
  const gate = new ConnectionGate(1, 10)
  const leave = await gate.enter(never)
  await expect(gate.enter(never)).rejects.toMatchObject({ kind: 'busy' })
  expect(gate.waiting).toBe(0)
  leave()
  ;(await gate.enter(never))()
})

test('a client that goes away leaves the queue', async () => {
  const gate = new ConnectionGate(1, 1_000)
  await gate.enter(never)
  const client = new AbortController()
  const waiting = gate.enter(client.signal)
  client.abort()
  await expect(waiting).rejects.toMatchObject({ kind: 'aborted' })
  expect(gate.waiting).toBe(0)
})
