import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { AuditEvent } from './event.ts'
import { openFileSink } from './file-sink.ts'
import { fanOut } from './sink.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-audit-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const newFile = (): string => join(folder, `${(files += 1)}.jsonl`)
const event = (id: string) => ({ event_id: id }) as AuditEvent
const ids = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as AuditEvent).event_id)

describe('a file sink', () => {
  test('has an event in the file once its write resolves', async () => {
    const file = newFile()
    const { sink } = await openFileSink(file)
    await sink.write(event('a'))
    expect(ids(file)).toEqual(['a'])
    await sink.close()
  })

  test('keeps the order of events that come together, one line each', async () => {
    const file = newFile()
    const { sink } = await openFileSink(file)
    const wanted = Array.from({ length: 500 }, (_, i) => `e${i}`)
    const writes = wanted.map((id) => sink.write(event(id)))
    expect(sink.pending).toBe(500)
    await Promise.all(writes)
    expect(ids(file)).toEqual(wanted)
    expect(sink.pending).toBe(0)
    await sink.close()
  })

  test('creates its folder, and the file for its owner only', async () => {
    const file = join(folder, 'deep', 'er', 'audit.jsonl')
    const { sink } = await openFileSink(file)
    await sink.close()
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['nothing of a complete file', 'x\ny\n', 'x\ny\n', 0],
    ['a half line', 'x\n{"half', 'x\n', 6],
    ['a file that is one half line', '{"half', '', 6],
    ['a half line longer than what is scanned at once', `x\n${'y'.repeat(200_000)}`, 'x\n', 200_000],
    ['nothing of an empty file', '', '', 0],
  ])('cuts off %s when it opens, and says how much', async (_name, before, after, expected) => {
    const file = newFile()
    writeFileSync(file, before)
    const { sink, cutBytes } = await openFileSink(file)
    expect(readFileSync(file, 'utf8')).toBe(after)
    expect(cutBytes).toBe(expected)
    await sink.write(event('a'))
    expect(readFileSync(file, 'utf8')).toBe(`${after}{"event_id":"a"}\n`)
    await sink.close()
  })

  test('writes what is pending before it closes, and refuses what comes after', async () => {
    const file = newFile()
    const { sink } = await openFileSink(file)
    const written = sink.write(event('a'))
    await sink.close()
    await written
    expect(ids(file)).toEqual(['a'])
    await expect(sink.write(event('b'))).rejects.toThrow('closed')
    await sink.close()
  })

  test.skipIf(process.platform !== 'linux')('rejects an event that the disk does not take', async () => {
    const { sink } = await openFileSink('/dev/full')
    await expect(sink.write(event('a'))).rejects.toThrow('ENOSPC')
    await expect(sink.write(event('b'))).rejects.toThrow('ENOSPC')
    await sink.close()
  })

  test('fails to open where no file can be', async () => {
    await expect(openFileSink(folder)).rejects.toThrow('EISDIR')
  })

  test('fails to open where the system makes no folders', async () => {
    await expect(openFileSink('/proc/no-such/folder/audit.jsonl')).rejects.toThrow(/ENOENT/)
  })

  test('an acknowledged event survives kill -9', async () => {
    const file = newFile()
    const script = `
      import { openFileSink } from ${JSON.stringify(join(import.meta.dirname, 'file-sink.ts'))}
      const { sink } = await openFileSink(${JSON.stringify(file)})
      await Promise.all(['a', 'b', 'c'].map((event_id) => sink.write({ event_id })))
      process.kill(process.pid, 'SIGKILL')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    expect(ids(file)).toEqual(['a', 'b', 'c'])
  })
})

describe('several sinks', () => {
  test('each get the event, and a failure of one is a failure', async () => {
    const [one, other] = [newFile(), newFile()]
    const sinks = await Promise.all([openFileSink(one), openFileSink(other)])
    const sink = fanOut(sinks.map((opened) => opened.sink))
    await sink.write(event('a'))
    expect([ids(one), ids(other)]).toEqual([['a'], ['a']])
    await sinks[1]?.sink.close()
    await expect(sink.write(event('b'))).rejects.toThrow('closed')
    await sink.close()
  })

  test('no sink at all takes every event', async () => {
    const sink = fanOut([])
    await sink.write(event('a'))
    await sink.close()
    expect(sink.pending).toBe(0)
  })
})
