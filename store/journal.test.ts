import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Journal } from './journal.ts'
import type { JournalRecord } from './records.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'))
  path = join(folder, 'journal')
})
afterEach(() => rm(folder, { recursive: true }))

const bucket = (name: string): JournalRecord => ({ op: 'bucket-create', bucket: name, createdMs: 1 })

async function contents(): Promise<JournalRecord[]> {
  const records: JournalRecord[] = []
  const journal = await Journal.open(path, 'always', (record) => records.push(record))
  await journal.close()
  return records
}

async function write(...batches: JournalRecord[][]): Promise<void> {
  const journal = await Journal.open(path, 'always', () => undefined)
  for (const batch of batches) await journal.append(batch)
  await journal.close()
}

test('a journal gives back what was written, in order', async () => {
  await write([bucket('one')], [bucket('two'), bucket('größe\n\u0001')])
  expect(await contents()).toEqual([bucket('one'), bucket('two'), bucket('größe\n\u0001')])
})

test('an incomplete last line is dropped, wherever it was cut, and the next line is whole', async () => {
  await write([bucket('kept')])
  const before = (await stat(path)).size
  await write([bucket('lost')])
  const whole = await readFile(path)
  for (let length = before; length < whole.length; length++) {
    await writeFile(path, whole.subarray(0, length))
    expect(await contents()).toEqual([bucket('kept')])
    expect((await stat(path)).size).toBe(before)
  }
  await truncate(path, whole.length - 3).catch(() => undefined)
  await write([bucket('next')])
  expect((await contents()).at(-1)).toEqual(bucket('next'))
})

test('a last line of garbage is dropped', async () => {
  await write([bucket('kept')])
  await appendFile(path, Buffer.alloc(300))
  await appendFile(path, '\n')
  expect(await contents()).toEqual([bucket('kept')])
})

test('damage with intact changes after it is refused, not cut off', async () => {
  await write([bucket('one')], [bucket('two')], [bucket('three')])
  const bytes = await readFile(path)
  bytes[bytes.indexOf('two')] = 0x58
  await writeFile(path, bytes)
  await expect(contents()).rejects.toThrow(/damaged at byte/)
  expect(await readFile(path)).toEqual(bytes)
})

test('a rewritten journal holds the given changes and takes new ones', async () => {
  const journal = await Journal.open(path, 'always', () => undefined)
  for (let i = 0; i < 100; i++) await journal.append([bucket(`b${i}`)])
  const records = Array.from({ length: 600 }, (_, i) => bucket(`kept${i}`))
  await journal.rewrite(records)
  await journal.append([bucket('after')])
  expect(journal.records).toBe(601)
  await journal.close()
  expect(await contents()).toEqual([...records, bucket('after')])
})
