import { randomFillSync } from 'node:crypto'
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { Client } from 'minio'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProxiedStore, startProxiedStore } from '../support/proxied-store.ts'

// Forms made and signed by minio-js, sent by Node's own fetch, through the proxy into the embedded store.

const ALICE = { accessKey: 'ALICEACCESSKEY', secretKey: 'alice-secret-key' }
const BUCKET = 'a-bkt'

let proxied: ProxiedStore
beforeAll(async () => {
  proxied = await startProxiedStore(BUCKET, [{ ...ALICE, buckets: [BUCKET] }])
})
afterAll(() => proxied.close())

interface Sent {
  readonly key: string
  readonly file: Buffer
  readonly maxBytes?: number
  readonly metadata?: string
}

async function send({ key, file, maxBytes = 100_000_000, metadata }: Sent): Promise<string> {
  const minio = new Client({
    endPoint: '127.0.0.1',
    port: proxied.port,
    useSSL: false,
    region: proxied.region,
    ...ALICE,
  })
  const policy = minio.newPostPolicy()
  policy.setBucket(BUCKET)
  policy.setKey(key)
  policy.setContentType('application/octet-stream')
  policy.setContentLengthRange(1, maxBytes)
  policy.setExpires(new Date(Date.now() + 600_000))
  if (metadata !== undefined) policy.setUserMetaData({ note: metadata })
  const { postURL, formData } = await minio.presignedPostPolicy(policy)
  const form = new FormData()
  for (const [name, value] of Object.entries(formData)) form.append(name, String(value))
  form.append('file', new Blob([new Uint8Array(file)]), 'any-name')
  const answer = await fetch(postURL, { method: 'POST', body: form })
  return `${answer.status} ${/<Code>(\w+)/.exec(await answer.text())?.[1] ?? ''}`.trim()
}

async function stored(key: string): Promise<{ bytes: Buffer; note: string | undefined; type: string | undefined }> {
  const object = await proxied.store.client().send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))
  const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? [])
  return { bytes, note: object.Metadata?.['note'], type: object.ContentType }
}

const leftOver = async (): Promise<number> => {
  const uploads = await proxied.store.client().send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))
  return uploads.Uploads?.length ?? 0
}

const MIB = 1024 * 1024

test.each([
  ['one byte', 1],
  ['5 MiB', 5 * MIB],
  ['5 MiB and a byte', 5 * MIB + 1],
  ['16 MiB', 16 * MIB],
])('a file of %s is stored byte for byte', async (_name, size) => {
  const key = `user/ä ö+%2F/${size}`
  const file = randomFillSync(Buffer.alloc(size))
  expect(await send({ key, file, metadata: 'hello' })).toBe('204')
  const object = await stored(key)
  expect(object.bytes.equals(file)).toBe(true)
  expect(object).toMatchObject({ note: 'hello', type: 'application/octet-stream' })
  expect(await leftOver()).toBe(0)
})

test('a file that is too large leaves nothing behind, neither object nor upload', async () => {
  expect(await send({ key: 'large', file: Buffer.alloc(12 * MIB), maxBytes: 11 * MIB })).toBe('400 EntityTooLarge')
  expect(await leftOver()).toBe(0)
  const listed = await proxied.store.client().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'large' }))
  expect(listed.KeyCount).toBe(0)
})

test('twenty files at once take turns or are told to come back, and each one stored is whole', async () => {
  const file = randomFillSync(Buffer.alloc(7 * MIB))
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => send({ key: `many/${at}`, file })))
  expect(new Set(outcomes)).toEqual(new Set(outcomes.includes('503 SlowDown') ? ['204', '503 SlowDown'] : ['204']))
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome === '204') expect((await stored(`many/${at}`)).bytes.equals(file)).toBe(true)
  }
  expect(await leftOver()).toBe(0)
}, 60_000)
