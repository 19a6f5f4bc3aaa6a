import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { Client } from './client.ts'
import { LARGE_BYTES, sha256OfFile, textOf, writeLargeFile } from './client-bench.ts'
import type { Declare } from './client-checks.ts'

const MEBIBYTE = 1024 * 1024

/** Declares what a client does with one object. */
export function checkObjects(declare: Declare, client: Client): void {
  checkSmall(declare)
  checkLarge(declare)
  checkStreams(declare, client)
  checkConditions(declare)

  declare('get a range', ['getRange'], async ({ succeed, buckets, master, path, proxy }) => {
    await master.put(buckets.left, 'digits', '0123456789'.repeat(100))
    proxy.backendSaw.forget()
    await succeed({ do: 'getRange', bucket: buckets.left, key: 'digits', first: 13, last: 27, file: path('range') })
    expect(textOf(path('range'))).toBe('345678901234567')
    expect(proxy.backendSaw.requests().some(({ headers }) => headers.get('range')?.startsWith('bytes=13-'))).toBe(true)
  })

  declare('metadata', ['put', 'readMetadata'], async ({ succeed, buckets, write }) => {
    const metadata = { colour: 'sea green', 'two-words': 'x=1; y="2"' }
    await succeed({ do: 'put', bucket: buckets.left, key: 'described', file: write('described', 'text'), metadata })
    const { metadata: read } = await succeed({ do: 'readMetadata', bucket: buckets.left, key: 'described' })
    expect(read).toMatchObject(metadata)
  })
}

function checkSmall(declare: Declare): void {
  declare('put and get: 0 B, 1 B, small', ['put', 'get'], async ({ succeed, buckets, master, write, path }) => {
    for (const [key, text] of [
      ['small.txt', 'some bytes\n'],
      ['empty.txt', ''],
      ['one.txt', '1'],
    ] as const) {
      await succeed({ do: 'put', bucket: buckets.left, key, file: write(key, text) })
      expect((await master.read(buckets.left, key)).body.toString()).toBe(text)
      await succeed({ do: 'get', bucket: buckets.left, key, file: path(`back-${key}`) })
      expect(textOf(path(`back-${key}`))).toBe(text)
    }
  })
}

function checkLarge(declare: Declare): void {
  declare('put and get: 5 MiB + 1', ['put', 'get'], async ({ succeed, buckets, master, path }) => {
    writeFileSync(path('odd'), randomBytes(5 * MEBIBYTE + 1))
    const sha256 = await sha256OfFile(path('odd'))
    await succeed({ do: 'put', bucket: buckets.left, key: 'odd', file: path('odd') })
    expect(await master.read(buckets.left, 'odd')).toMatchObject({ sha256 })
    await succeed({ do: 'get', bucket: buckets.left, key: 'odd', file: path('odd-back') })
    expect(await sha256OfFile(path('odd-back'))).toBe(sha256)
  })

  declare('put and get: 100 MiB in parts', ['upload', 'download'], async ({ succeed, buckets, master, path }) => {
    await writeLargeFile(path('large'))
    const sha256 = await sha256OfFile(path('large'))
    await succeed({ do: 'upload', bucket: buckets.left, key: 'large', file: path('large') })
    const stored = await master.read(buckets.left, 'large')
    expect(stored).toMatchObject({ sha256, etag: expect.stringMatching(/-\d+"$/) })
    expect(stored.body.length).toBe(LARGE_BYTES)
    await succeed({ do: 'download', bucket: buckets.left, key: 'large', file: path('large-back') })
    expect(await sha256OfFile(path('large-back'))).toBe(sha256)
  })
}

function checkStreams(declare: Declare, client: Client): void {
  declare('put a stream of unknown length', ['putStream'], async ({ succeed, buckets, master, path, write }) => {
    writeFileSync(path('long-stream'), randomBytes(17 * MEBIBYTE + 3))
    for (const file of [path('long-stream'), write('short-stream', 'a few bytes')]) {
      await succeed({ do: 'putStream', bucket: buckets.left, key: 'streamed', file })
      expect(await master.read(buckets.left, 'streamed')).toMatchObject({ sha256: await sha256OfFile(file) })
    }
  })

  if (client.checksums.length === 0) return
  declare('put with each checksum it offers', ['putChecked'], async ({ succeed, buckets, master, write, path }) => {
    for (const algorithm of client.checksums) {
      const text = `covered by ${algorithm}`
      const at = { bucket: buckets.left, key: `checked/${algorithm}` }
      await succeed({ do: 'putChecked', ...at, file: write('checked', text), algorithm })
      expect((await master.read(at.bucket, at.key)).body.toString()).toBe(text)
      await succeed({ do: 'get', ...at, file: path('checked-back') })
      expect(textOf(path('checked-back'))).toBe(text)
    }
  })
}

function checkConditions(declare: Declare): void {
  declare('conditional get', ['getIfChanged'], async ({ succeed, buckets, master, path }) => {
    const at = { bucket: buckets.left, key: 'watched' }
    await master.put(at.bucket, at.key, 'first state')
    const { etag } = await master.read(at.bucket, at.key)
    expect(await succeed({ do: 'getIfChanged', ...at, etag, file: path('unchanged') })).toMatchObject({
      changed: false,
    })
    await master.put(at.bucket, at.key, 'second state')
    expect(await succeed({ do: 'getIfChanged', ...at, etag, file: path('changed') })).toMatchObject({ changed: true })
    expect(textOf(path('changed'))).toBe('second state')
  })

  declare('conditional put', ['putIfAbsent'], async ({ succeed, named, buckets, master, write }) => {
    const at = { bucket: buckets.left, key: 'once' }
    await succeed({ do: 'putIfAbsent', ...at, file: write('once', 'the first') })
    const second = await named.send({ do: 'putIfAbsent', ...at, file: write('once', 'the second') })
    expect(second).toMatchObject({ ok: false, code: expect.stringMatching(/^(PreconditionFailed|412)$/) })
    expect((await master.read(at.bucket, at.key)).body.toString()).toBe('the first')
  })
}
