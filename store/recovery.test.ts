import { appendFile, cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { S3Caller } from '../test/support/s3-caller.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'
import { openEngine } from './engine.ts'
import { startStore } from './store.ts'

const Bucket = 'bkt'
let store: TestStore
beforeEach(async () => {
  store = await startTestStore()
  await store.client().send(new CreateBucketCommand({ Bucket }))
})
afterEach(() => store.remove())

const put = (Key: string, Body: string | Buffer) => store.client().send(new PutObjectCommand({ Bucket, Key, Body }))
const read = async (Key: string) => {
  const got = await store.client().send(new GetObjectCommand({ Bucket, Key }))
  return (await got.Body?.transformToString()) ?? ''
}
const keys = async () => {
  const listed = await store.client().send(new ListObjectsV2Command({ Bucket }))
  return listed.Contents?.map(({ Key }) => Key)
}
const dataFiles = async () => {
  const names = await readdir(join(store.path, 'data'), { recursive: true })
  return names.filter((name) => name.includes('/'))
}

test('everything is there after a restart', async () => {
  const large = 'x'.repeat(2_000_000)
  await put('small', 'content')
  await put('large', large)
  await put('deleted', 'x')
  await store.client().send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }))
  const at = { Bucket, Key: 'upload' }
  const { UploadId } = await store.client().send(new CreateMultipartUploadCommand({ ...at, Metadata: { a: 'b' } }))
  const { ETag } = await store.client().send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: large }))
  await store.restart()
  expect(await keys()).toEqual(['large', 'small'])
  expect([await read('small'), await read('large')]).toEqual(['content', large])
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await store.client().send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }))
  await store.restart()
  const got = await store.client().send(new GetObjectCommand(at))
  expect([await got.Body?.transformToString(), got.Metadata]).toEqual([large, { a: 'b' }])
  expect(await dataFiles()).toHaveLength(2)
})

test('a change that was cut off while it was written never was', async () => {
  await put('kept', 'content')
  await put('cut', 'never acknowledged')
  await store.restart(async () => {
    const journal = join(store.path, 'journal')
    await truncate(journal, (await readFile(journal)).length - 5)
  })
  expect(await keys()).toEqual(['kept'])
  await put('next', 'content')
  await store.restart()
  expect(await keys()).toEqual(['kept', 'next'])
})

test('files that nothing refers to are removed at the start', async () => {
  await put('kept', 'x'.repeat(5000))
  await store.restart(async () => {
    const [file = ''] = await dataFiles()
    await writeFile(join(store.path, 'data', `${file.slice(0, -2)}zz`), 'an orphan')
    await writeFile(join(store.path, 'tmp', 'half'), 'an upload under way')
    await writeFile(join(store.path, 'journal.next'), 'a rewrite under way')
  })
  expect(await dataFiles()).toHaveLength(1)
  expect(await readdir(join(store.path, 'tmp'))).toEqual([])
  expect(await readdir(store.path)).not.toContain('journal.next')
  expect((await read('kept')).length).toBe(5000)
})

test('a damaged journal is not taken for a short one', async () => {
  await put('one', 'x')
  await put('two', 'x')
  const copy = await mkdtemp(join(tmpdir(), 's3-store-damaged-'))
  await cp(store.path, copy, { recursive: true })
  await rm(join(copy, 'lock'))
  const bytes = await readFile(join(copy, 'journal'))
  bytes[bytes.indexOf('"one"') + 1] = 0x58
  await writeFile(join(copy, 'journal'), bytes)
  await expect(openEngine(copy, 'never')).rejects.toThrow('damaged')
  await appendFile(join(copy, 'journal'), 'and more')
  await expect(openEngine(copy, 'never')).rejects.toThrow('damaged')
  await rm(copy, { recursive: true })
})

test('replaced and deleted objects leave no files behind', async () => {
  for (let i = 0; i < 3; i++) await put('k', `${i}`.repeat(5000))
  await store.client().send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  await expect.poll(dataFiles).toEqual([])
})

test('a journal that is mostly history is rewritten while the store runs', async () => {
  const engine = await openEngine(join(store.path, 'second'), 'never')
  const change = (i: number) =>
    engine.commits.change({ bucket: `b${i % 7}` }, () => [{ op: 'bucket-create', bucket: `b${i % 7}`, createdMs: i }])
  for (let i = 0; i < 10_050; i++) await change(i)
  await engine.close()
  const journal = (await readFile(join(store.path, 'second', 'journal'), 'utf8')).split('\n')
  expect(journal.length).toBeLessThan(100)
  const again = await openEngine(join(store.path, 'second'), 'never')
  expect([...again.state.buckets.all()].map(({ value }) => value.createdMs)).toEqual(
    Array.from({ length: 7 }, (_, i) => 10_049 - ((10_049 - i) % 7)),
  )
  await again.close()
})

test('a folder belongs to one store at a time, until its process is gone', async () => {
  const options = { path: store.path, host: '127.0.0.1', port: 0, credential: TEST_CREDENTIAL }
  await expect(startStore(options)).rejects.toThrow(`in use by the store of process ${process.pid}`)
  await store.restart(() => writeFile(join(store.path, 'lock'), '4194999 1\n'))
  await store.restart(() => writeFile(join(store.path, 'lock'), `${process.pid} 1\n`))
  expect(await keys()).toBeUndefined()
})

test('an object whose file is lost or cut is an internal error, not half an answer', async () => {
  await put('lost', 'x'.repeat(5000))
  const [file = ''] = await dataFiles()
  const path = join(store.path, 'data', file)
  const status = async () => {
    const answer = await new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL).call({
      method: 'GET',
      bucket: Bucket,
      key: 'lost',
    })
    return `${answer.status} ${answer.code}`
  }
  await truncate(path, 4999)
  expect(await status()).toBe('500 InternalError')
  await rm(path)
  expect(await status()).toBe('500 InternalError')
  expect(store.faults.map(String)).toEqual([expect.stringContaining('shorter'), expect.stringContaining('ENOENT')])
})

test('a folder of the first format goes on in the second, and one of a later format is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3-store-format-'))
  const write = (records: readonly object[]) => {
    const json = JSON.stringify(records)
    return appendFile(join(folder, 'journal'), `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`)
  }
  const object = {
    headers: [],
    metadata: [],
    tags: [],
    storageClass: 'STANDARD',
    size: 0,
    etag: 'e',
    modifiedMs: 1,
    pieces: [],
  }
  await write([{ op: 'format', version: 1 }])
  await write([{ op: 'bucket-create', bucket: 'old', createdMs: 1 }])
  for (const key of ['a', 'b', 'a']) await write([{ op: 'object-put', bucket: 'old', key, object }])
  await write([{ op: 'object-delete', bucket: 'old', key: 'b' }])
  const engine = await openEngine(folder, 'never')
  expect([...(engine.state.buckets.get('old')?.objects.from(() => false) ?? [])]).toEqual([
    { key: 'a', value: { version: object, isLatest: true } },
  ])
  await engine.close()
  expect(await readFile(join(folder, 'journal'), 'utf8')).toMatch(/\[\{"op":"format","version":2\}\]\n$/)
  await write([{ op: 'format', version: 3 }])
  await expect(openEngine(folder, 'never')).rejects.toThrow('written by a newer version of this program')
  await rm(folder, { recursive: true })
})
