import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ClientSession } from './client.ts'
import { type ClientBench, sha256OfFile, textOf } from './client-bench.ts'
import type { Declare } from './client-checks.ts'
import { checkRefusals } from './refusal-checks.ts'
import { restic } from './restic.ts'
import { SYNCED, writeFolder } from './sync-checks.ts'

const MEBIBYTE = 1024 * 1024

/** What restic does with a repository; it writes packs and reads ranges of them, and knows no object by name. */
export function checkRepositories(declare: Declare): void {
  checkFiles(declare)
  checkFolders(declare)
  checkForgetting(declare)
  checkRefusals(declare, restic)

  declare('create a bucket', ['createBucket'], async ({ succeed, buckets, master }) => {
    await succeed({ do: 'createBucket', bucket: buckets.fresh })
    expect(await master.exists(buckets.fresh, 'config')).toBe(true)
  })

  declare('list with a prefix', ['list'], async (bench) => {
    const bucket = await repository(bench)
    await bench.succeed({ do: 'put', bucket, key: '', file: bench.write('listed', 'listed') })
    for (const prefix of ['data/', 'snapshots/']) {
      const { keys } = await bench.succeed({ do: 'list', bucket, prefix })
      expect(keys?.toSorted()).toEqual((await objects(bench, bucket, prefix)).toSorted())
    }
  })
}

function checkFiles(declare: Declare): void {
  declare('put and get: 0 B, 1 B, small', ['put', 'get'], async (bench) => {
    const bucket = await repository(bench)
    const folder = bench.lab.folder('small')
    const texts = { empty: '', one: '1', small: 'some bytes\n' }
    writeFolder(folder, texts)
    await bench.succeed({ do: 'put', bucket, key: folder, file: folder })
    for (const [name, text] of Object.entries(texts)) {
      await bench.succeed({ do: 'get', bucket, key: join(folder, name), file: bench.path('small-back') })
      expect(textOf(bench.path('small-back'))).toBe(text)
    }
  })

  declare('put and get: 5 MiB + 1', ['put', 'download'], async (bench) => {
    const bucket = await repository(bench)
    const file = bench.path('odd')
    writeFileSync(file, randomBytes(5 * MEBIBYTE + 1))
    await bench.succeed({ do: 'put', bucket, key: file, file })
    const folder = bench.lab.folder('odd')
    await bench.succeed({ do: 'download', bucket, key: file, file: folder })
    expect(await sha256OfFile(join(folder, file))).toBe(await sha256OfFile(file))
  })

  declare('put a stream of unknown length', ['putStream', 'download'], async (bench) => {
    const bucket = await repository(bench)
    const file = bench.path('stream')
    writeFileSync(file, randomBytes(17 * MEBIBYTE + 3))
    await bench.succeed({ do: 'putStream', bucket, key: 'streamed', file })
    const folder = bench.lab.folder('streamed')
    await bench.succeed({ do: 'download', bucket, key: '/streamed', file: folder })
    expect(await sha256OfFile(join(folder, 'streamed'))).toBe(await sha256OfFile(file))
  })
}

function checkFolders(declare: Declare): void {
  declare('sync a folder up', ['syncUp', 'headBucket'], async (bench) => {
    const bucket = await repository(bench)
    const folder = fullFolder(bench)
    const direct = await pastTheProxy(bench)
    for (const changed of ['as it was at first', 'longer than it was at first']) {
      writeFolder(folder, { 'changed.txt': changed })
      await bench.succeed({ do: 'syncUp', folder, bucket, prefix: '' })
      const back = bench.lab.folder('direct')
      expect(await direct.send({ do: 'syncDown', bucket, prefix: '', folder: back })).toMatchObject({ ok: true })
      expect(digests(join(back, folder))).toEqual(digests(folder))
    }
    await bench.succeed({ do: 'headBucket', bucket })
  })

  declare('sync a folder down', ['syncDown'], async (bench) => {
    const bucket = await repository(bench)
    const folder = fullFolder(bench)
    const direct = await pastTheProxy(bench)
    for (const changed of ['as it was at first', 'longer than it was at first']) {
      writeFolder(folder, { 'changed.txt': changed })
      expect(await direct.send({ do: 'syncUp', folder, bucket, prefix: '' })).toMatchObject({ ok: true })
      const back = bench.lab.folder('down')
      await bench.succeed({ do: 'syncDown', bucket, prefix: '', folder: back })
      expect(digests(join(back, folder))).toEqual(digests(folder))
    }
  })
}

function checkForgetting(declare: Declare): void {
  declare('delete one object', ['delete'], async (bench) => {
    const bucket = await repository(bench)
    const [doomed = ''] = await snapshots(bench, ['doomed'])
    const before = await objects(bench, bucket, 'snapshots/')
    await bench.succeed({ do: 'delete', bucket, key: doomed })
    expect(before).toContain(doomed)
    expect(await objects(bench, bucket, 'snapshots/')).toEqual(before.filter((name) => name !== doomed))
  })

  declare('delete many objects', ['deleteMany', 'headBucket'], async (bench) => {
    const bucket = await repository(bench)
    const doomed = await snapshots(bench, ['first', 'second'])
    const before = await objects(bench, bucket, 'data/')
    await bench.succeed({ do: 'deleteMany', bucket, keys: doomed })
    for (const name of await objects(bench, bucket, 'snapshots/')) expect(doomed).not.toContain(name)
    // The packs that held only what was forgotten.
    const after = await objects(bench, bucket, 'data/')
    expect(before.filter((name) => !after.includes(name)).length).toBeGreaterThanOrEqual(4)
    await bench.succeed({ do: 'headBucket', bucket })
  })
}

/** The repository that the checks share, for it takes seconds to make one: made by the first that asks. */
async function repository({ buckets, master, succeed }: ClientBench): Promise<string> {
  const bucket = `${buckets.right}/repository`
  if (!(await master.exists(buckets.right, 'repository/config'))) await succeed({ do: 'createBucket', bucket })
  return bucket
}

/** A session with the master key that goes to the backend itself. */
function pastTheProxy({ lab, master }: ClientBench): Promise<ClientSession> {
  const { accessKey, secretKey, region } = master.key
  const endpoint = master.endpoint.url
  return restic.open({ lab, endpoint, authority: undefined, region, findsRegion: 'by asking', accessKey, secretKey })
}

/** A folder of files of all sorts. */
function fullFolder({ lab }: ClientBench): string {
  const folder = lab.folder('full')
  writeFolder(folder, { ...SYNCED, one: '1', "it's (so) *bold*!": 'quotes', 'smile-😀': 'an emoji' })
  writeFileSync(join(folder, 'odd'), randomBytes(5 * MEBIBYTE + 1))
  return folder
}

/** Backs up a file of each name, which have nothing in common; what restic calls the snapshots. */
async function snapshots(bench: ClientBench, files: readonly string[]): Promise<readonly string[]> {
  const bucket = await repository(bench)
  const before = await objects(bench, bucket, 'snapshots/')
  for (const name of files) {
    writeFileSync(bench.path(name), randomBytes(MEBIBYTE))
    await bench.succeed({ do: 'put', bucket, key: name, file: bench.path(name) })
  }
  const made = (await objects(bench, bucket, 'snapshots/')).filter((name) => !before.includes(name))
  expect(made).toHaveLength(files.length)
  return made
}

/** Past the proxy: the names of a repository's objects in one of its folders. */
async function objects({ master }: ClientBench, repositoryName: string, folder: string): Promise<string[]> {
  const [bucket = '', ...path] = repositoryName.split('/')
  const keys = await master.keys(bucket, `${[...path, folder].join('/')}`)
  return keys.map((key) => key.slice(key.lastIndexOf('/') + 1))
}

/** Each file below a folder by its relative name, with the digest of what it holds. */
function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  )
}
