import { Readable } from 'node:stream'
import { Client } from 'minio'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: Client
beforeAll(async () => {
  store = await startTestStore()
  const port = Number(new URL(store.endpoint()).port)
  client = new Client({ endPoint: '127.0.0.1', port, useSSL: false, ...TEST_CREDENTIAL })
  await client.makeBucket('bkt', TEST_CREDENTIAL.region)
})
afterAll(() => store.remove())

async function readAll(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

test('minio-js puts, describes, lists, copies and deletes', async () => {
  await client.putObject('bkt', 'a b/ü+%', 'hello', 5, { 'x-amz-meta-a': 'b' })
  const found = await client.statObject('bkt', 'a b/ü+%')
  expect([found.size, found.metaData['a']]).toEqual([5, 'b'])
  await client.copyObject('bkt', 'copy', '/bkt/a b/ü+%')
  const names: (string | undefined)[] = []
  for await (const item of client.listObjectsV2('bkt', '', true)) names.push((item as { name?: string }).name)
  expect(names).toEqual(['a b/ü+%', 'copy'])
  await client.removeObjects('bkt', ['a b/ü+%', 'copy'])
  await expect(client.statObject('bkt', 'copy')).rejects.toThrow('Not Found')
})

test('minio-js uploads streams of known and unknown length', async () => {
  const body = Buffer.alloc(20_000_000, 'stream')
  await client.putObject('bkt', 'known', Readable.from([body]), body.length)
  await client.putObject('bkt', 'unknown', Readable.from([body.subarray(0, 1000), body.subarray(1000)]))
  for (const name of ['known', 'unknown']) {
    expect(Buffer.compare(await readAll(await client.getObject('bkt', name)), body)).toBe(0)
  }
  expect((await readAll(await client.getPartialObject('bkt', 'known', 10, 5))).toString()).toBe(
    body.subarray(10, 15).toString(),
  )
})

test('minio-js presigns', async () => {
  const put = await client.presignedPutObject('bkt', 'presigned', 60)
  expect((await fetch(put, { method: 'PUT', body: 'by url' })).status).toBe(200)
  const get = await client.presignedGetObject('bkt', 'presigned', 60)
  expect(await (await fetch(get)).text()).toBe('by url')
})
