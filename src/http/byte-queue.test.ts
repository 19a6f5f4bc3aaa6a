import { expect, test } from 'vitest'
import { ByteQueue } from './byte-queue.ts'

function watched(): { queue: ByteQueue; calls: string[] } {
  const calls: string[] = []
  const queue = new ByteQueue({
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    abandon: () => calls.push('abandon'),
  })
  return { queue, calls }
}

async function text(queue: ByteQueue): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of queue) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

test('what is pushed before and after reading begins arrives in order', async () => {
  const { queue } = watched()
  queue.push(Buffer.from('a'))
  const read = text(queue)
  await Promise.resolve()
  queue.push(Buffer.from('b'))
  queue.end()
  expect(await read).toBe('ab')
})

test('a source that runs ahead is paused, and resumed once the reader caught up', async () => {
  const { queue, calls } = watched()
  for (let i = 0; i < 5; i++) queue.push(Buffer.alloc(64 * 1024))
  expect(calls).toEqual(['pause'])
  queue.end()
  await text(queue)
  expect(calls).toEqual(['pause', 'resume'])
})

test('a failure reaches the reader after the bytes that came before it', async () => {
  const { queue } = watched()
  queue.push(Buffer.from('a'))
  queue.fail(new Error('cut'))
  const seen: string[] = []
  await expect(
    (async () => {
      for await (const chunk of queue) seen.push(chunk.toString())
    })(),
  ).rejects.toThrow('cut')
  expect(seen).toEqual(['a'])
})

test('a reader that stops early abandons the source, once', async () => {
  const { queue, calls } = watched()
  queue.push(Buffer.from('a'))
  for await (const _ of queue) break
  queue.discard()
  expect(calls).toEqual(['abandon'])
})

test('a source that has ended is not abandoned', async () => {
  const { queue, calls } = watched()
  queue.end()
  expect(await text(queue)).toBe('')
  queue.discard()
  expect(calls).toEqual([])
})

test('the queue says when its reader starves', async () => {
  const { queue } = watched()
  const read = text(queue)
  await new Promise(setImmediate)
  expect(queue.starving).toBe(true)
  queue.push(Buffer.from('a'))
  expect(queue.starving).toBe(false)
  queue.end()
  await read
})
