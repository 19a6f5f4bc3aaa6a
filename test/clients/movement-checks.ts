import { expect } from 'vitest'
import { awkwardKeys, AWKWARD_PREFIX } from './awkward-keys.ts'
import type { Client } from './client.ts'
import { curl, textOf } from './client-bench.ts'
import type { Declare } from './client-checks.ts'
import { fill, listedPrefix } from './many-objects.ts'

/** Declares what a client does with many objects, or with objects of other places. */
export function checkMovement(declare: Declare, client: Client): void {
  checkLists(declare)
  checkDeletions(declare, client)
  checkPresigned(declare)
  checkAwkwardKeys(declare, client)

  declare('copy to another bucket', ['copy'], async ({ succeed, buckets, master }) => {
    const key = client.canCopy?.('from here/ü & co') === false ? 'from-here/ü&co' : 'from here/ü & co'
    await master.put(buckets.left, key, 'copied text')
    const to = { toBucket: buckets.right, toKey: 'to/there' }
    await succeed({ do: 'copy', bucket: buckets.left, key, ...to })
    expect((await master.read(buckets.right, 'to/there')).body.toString()).toBe('copied text')
  })
}

function checkLists(declare: Declare): void {
  declare('list with a prefix', ['list'], async ({ succeed, buckets, master }) => {
    for (const key of ['logs/1', 'logs/2', 'logs/deep/3', 'log', 'other/4']) await master.put(buckets.right, key, key)
    const { keys } = await succeed({ do: 'list', bucket: buckets.right, prefix: 'logs/' })
    expect(keys?.toSorted()).toEqual(['logs/1', 'logs/2', 'logs/deep/3'])
  })

  declare('list 1,100 keys', ['list'], async ({ succeed, buckets, master }) => {
    const wanted = await listedPrefix(master, buckets.listed)
    const { keys } = await succeed({ do: 'list', bucket: buckets.listed, prefix: 'listed/' })
    expect(keys?.toSorted()).toEqual(wanted.toSorted())
  })
}

function checkDeletions(declare: Declare, client: Client): void {
  declare('delete one object', ['delete'], async ({ succeed, buckets, master }) => {
    await master.put(buckets.left, 'doomed', 'x')
    await succeed({ do: 'delete', bucket: buckets.left, key: 'doomed' })
    expect(await master.exists(buckets.left, 'doomed')).toBe(false)
  })

  declare('delete many objects', ['deleteMany'], async ({ succeed, buckets, master }) => {
    const keys = ['many/1', 'many/two words', 'many/ü&<3>']
    for (const key of [...keys, 'many/kept']) await master.put(buckets.left, key, key)
    await succeed({ do: 'deleteMany', bucket: buckets.left, keys })
    expect(await master.keys(buckets.left, 'many/')).toEqual(['many/kept'])
  })

  declare('delete 1,000 objects', ['deletePrefix'], async ({ succeed, buckets, master, backend }) => {
    await fill(master, buckets.right, 'thousand/', 1_000)
    // Whoever takes the prefix without its slash deletes this one, too. MinIO hides what is below an object's name.
    const kept = client.keepsFolderOfObject === true || backend === 'minio' ? 'thousands' : 'thousand'
    await master.put(buckets.right, kept, 'kept')
    await succeed({ do: 'deletePrefix', bucket: buckets.right, prefix: 'thousand/' })
    expect(await master.keys(buckets.right, 'thousand')).toEqual([kept])
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
  declare('awkward keys', ['put', 'get', 'delete'], async ({ succeed, buckets, master, write, path, backend }) => {
    const keys = awkwardKeys(client, backend)
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
    expect((await master.keys(buckets.right, AWKWARD_PREFIX)).toSorted()).toEqual(keys.toSorted())
    const { keys: listed } = await succeed({ do: 'list', bucket: buckets.right, prefix: AWKWARD_PREFIX })
    expect(listed).toHaveLength(keys.length)
    expect(listed).toEqual(expect.arrayContaining(keys.filter((key) => client.canList(key))))
    for (const key of keys.slice(0, 3)) await succeed({ do: 'delete', bucket: buckets.right, key })
    expect(await master.exists(buckets.right, keys[0])).toBe(false)
    expect(await master.exists(buckets.right, keys[2])).toBe(false)
  })
}
