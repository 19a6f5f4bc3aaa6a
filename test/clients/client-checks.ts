import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { programsAreCompulsory } from '../support/environment.ts'
import { Lab } from '../support/lab.ts'
import type { Scheme } from '../support/proxy.ts'
import { AWKWARD_KEYS } from './awkward-keys.ts'
import type { CheckName } from './check-table.ts'
import type { Client, ClientRequest } from './client.ts'
import { type ClientBench, curl, LARGE_BYTES, openBench, sha256OfFile, textOf, writeLargeFile } from './client-bench.ts'
import { checkRefusals } from './refusal-checks.ts'

/** Declares a check of the table; `client` must be able to do all of `needs`. */
export type Declare = (
  check: CheckName,
  needs: readonly ClientRequest['do'][],
  run: (bench: ClientBench) => Promise<void>,
) => void

/** Declares all checks of a client, over http and over https. */
export async function checkClient(client: Client): Promise<void> {
  const run = inject('run')
  const lab = new Lab(run.directory)
  const version = await client.version(lab)
  await lab.close()
  const possible = run.backend !== undefined && (version !== undefined || programsAreCompulsory)

  describe.runIf(possible).each<Scheme>(['http', 'https'])(`${client.name} over %s`, (scheme) => {
    let bench: ClientBench | undefined
    beforeAll(async () => {
      expect(version, `${client.name} must be installed`).toBeDefined()
      bench = await openBench(run, client, scheme)
    })
    afterAll(() => bench?.close())
    const declare: Declare = (check, needs, body) => {
      if (!needs.every((operation) => client.offers.has(operation))) return
      test(check, async ({ task }) => {
        task.meta.check = { client: `${client.name} (${version})`, scheme, check }
        if (bench === undefined) throw new Error('the bench did not open')
        await body(bench)
      })
    }
    checkBuckets(declare)
    checkObjects(declare)
    checkMovement(declare)
    checkPresigned(declare)
    checkAwkwardKeys(declare, client)
    checkRefusals(declare, client)
  })
}

function checkBuckets(declare: Declare): void {
  declare('create a bucket', ['createBucket'], async ({ succeed, buckets, master }) => {
    await succeed({ do: 'createBucket', bucket: buckets.fresh })
    expect(await master.exists(buckets.fresh)).toBe(true)
  })

  declare('head a bucket', ['headBucket'], async ({ succeed, buckets }) => {
    await succeed({ do: 'headBucket', bucket: buckets.left })
  })

  declare('list buckets: only its own', ['listBuckets'], async ({ succeed, buckets }) => {
    const { buckets: seen } = await succeed({ do: 'listBuckets' })
    expect(seen).toEqual(expect.arrayContaining([buckets.left, buckets.right]))
    expect(seen).not.toContain(buckets.other)
  })
}

function checkObjects(declare: Declare): void {
  declare('put and get: small, empty', ['put', 'get'], async ({ succeed, buckets, master, write, path }) => {
    for (const [key, text] of [
      ['small.txt', 'some bytes\n'],
      ['empty.txt', ''],
    ] as const) {
      await succeed({ do: 'put', bucket: buckets.left, key, file: write(key, text) })
      expect((await master.read(buckets.left, key)).body.toString()).toBe(text)
      await succeed({ do: 'get', bucket: buckets.left, key, file: path(`back-${key}`) })
      expect(textOf(path(`back-${key}`))).toBe(text)
    }
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

function checkMovement(declare: Declare): void {
  declare('list with a prefix', ['list'], async ({ succeed, buckets, master }) => {
    for (const key of ['logs/1', 'logs/2', 'logs/deep/3', 'log', 'other/4']) await master.put(buckets.right, key, key)
    const { keys } = await succeed({ do: 'list', bucket: buckets.right, prefix: 'logs/' })
    expect(keys?.toSorted()).toEqual(['logs/1', 'logs/2', 'logs/deep/3'])
  })

  declare('copy to another bucket', ['copy'], async ({ succeed, buckets, master }) => {
    await master.put(buckets.left, 'from here/ü & co', 'copied text')
    const to = { toBucket: buckets.right, toKey: 'to/there' }
    await succeed({ do: 'copy', bucket: buckets.left, key: 'from here/ü & co', ...to })
    expect((await master.read(buckets.right, 'to/there')).body.toString()).toBe('copied text')
  })

  declare('delete one object', ['delete'], async ({ succeed, buckets, master }) => {
    await master.put(buckets.left, 'doomed', 'x')
    await succeed({ do: 'delete', bucket: buckets.left, key: 'doomed' })
    expect(await master.exists(buckets.left, 'doomed')).toBe(false)
  })

  declare('delete many objects', ['deleteMany'], async ({ succeed, buckets, master }) => {
    const keys = ['many/1', 'many/two words', 'many/ü&<3>']
    for (const key of [...keys, 'many/kept']) await master.put(buckets.left, key, key)
    await succeed({ do: 'deleteMany', bucket: buckets.left, keys })
    expect((await master.keys(buckets.left)).filter((key) => key.startsWith('many/'))).toEqual(['many/kept'])
  })
}

function checkPresigned(declare: Declare): void {
  declare('presigned GET', ['presignGet'], async (bench) => {
    const { succeed, buckets, master } = bench
    await master.put(buckets.left, 'shared/by url', 'for whoever has the link')
    const { url = '' } = await succeed({ do: 'presignGet', bucket: buckets.left, key: 'shared/by url' })
    expect(url).toContain('X-Amz-Signature=')
    expect(await curl(bench, url)).toEqual({ status: 200, text: 'for whoever has the link' })
  })

  declare('presigned PUT', ['presignPut'], async (bench) => {
    const { succeed, buckets, master, write } = bench
    const { url = '' } = await succeed({ do: 'presignPut', bucket: buckets.left, key: 'dropped/by url' })
    expect(await curl(bench, url, ['-T', write('dropped', 'from whoever has it')])).toMatchObject({ status: 200 })
    expect((await master.read(buckets.left, 'dropped/by url')).body.toString()).toBe('from whoever has it')
  })
}

function checkAwkwardKeys(declare: Declare, client: Client): void {
  declare('awkward keys', ['put', 'get', 'delete'], async ({ succeed, buckets, master, write, path }) => {
    const keys = AWKWARD_KEYS.map(([, key]) => `awkward/${key}`).filter((key) => client.canName(key))
    const there = async (key: string, index: number) => {
      const file = write(`awkward-${index}`, `text of ${key}`)
      await succeed({ do: 'put', bucket: buckets.right, key, file })
      await succeed({ do: 'get', bucket: buckets.right, key, file: path(`awkward-back-${index}`) })
      expect(textOf(path(`awkward-back-${index}`))).toBe(`text of ${key}`)
    }
    // Two at a time: a command line client spends its time starting up.
    for (let i = 0; i < keys.length; i += 2) {
      await Promise.all(keys.slice(i, i + 2).map((key, offset) => there(key, i + offset)))
    }
    // Past the proxy: what was named is what is there.
    const stored = (await master.keys(buckets.right)).filter((key) => key.startsWith('awkward/'))
    expect(stored.toSorted()).toEqual(keys.toSorted())
    const { keys: listed } = await succeed({ do: 'list', bucket: buckets.right, prefix: 'awkward/' })
    expect(listed).toHaveLength(keys.length)
    expect(listed).toEqual(expect.arrayContaining(keys.filter((key) => client.canList(key))))
    for (const key of keys.slice(0, 3)) await succeed({ do: 'delete', bucket: buckets.right, key })
    expect(await master.exists(buckets.right, keys[0])).toBe(false)
    expect(await master.exists(buckets.right, keys[2])).toBe(false)
  })
}
