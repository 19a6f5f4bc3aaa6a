import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, describe, expect, test } from 'vitest'
import type { BackendQuirk } from '../src/s3/backend-quirks.ts'
import { exchange, hostOf } from '../test/support/exchange.ts'
import { RawConnection } from '../test/support/raw-socket.ts'
import { S3Caller } from '../test/support/s3-caller.ts'
import { sha256Hex, sign, UNSIGNED_PAYLOAD } from '../test/support/signer.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

const Bucket = 'bkt'
const running: TestStore[] = []
afterEach(async () => {
  for (const store of running.splice(0)) await store.remove()
})

/** A store with a bucket, which imitates from then on. */
async function imitating(...imitate: BackendQuirk[]): Promise<TestStore> {
  const quirks: BackendQuirk[] = []
  const store = await startTestStore({ imitate: quirks })
  running.push(store)
  await store.client().send(new CreateBucketCommand({ Bucket }))
  await store.client().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  quirks.push(...imitate)
  await store.restart()
  return store
}

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })
const caller = (store: TestStore) => new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL)
const outcome = async (store: TestStore, ...call: Parameters<S3Caller['call']>) => {
  const answer = await caller(store).call(...call)
  return `${answer.status} ${answer.code}`
}

/** An upload in aws-chunked framing; `length` says how long it will be on the wire. */
async function putChunked(store: TestStore, payloadHash: string, body: string, length?: number) {
  const endpoint = { url: store.endpoint() }
  const signed = sign(TEST_CREDENTIAL, {
    method: 'PUT',
    host: hostOf(endpoint),
    path: `/${Bucket}/chunked`,
    headers: [
      ['x-amz-decoded-content-length', '5'],
      ['content-encoding', 'aws-chunked'],
      ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ],
    payloadHash,
  })
  const framing =
    length === undefined ? (['transfer-encoding', 'chunked'] as const) : (['content-length', `${length}`] as const)
  const sent = length === undefined ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
  const answer = await exchange(endpoint, { ...signed, headers: [...signed.headers, framing], body: Buffer.from(sent) })
  return `${answer.status} ${answer.code}`
}

const TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
const WRONG = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'

describe('an imitated backend', () => {
  test('refuses trailers', async () => {
    const right = WRONG.replace('AAAAAA==', 'NhCmhg==')
    const store = await imitating('no-trailers')
    expect(await putChunked(store, TRAILER, right, right.length)).toBe('400 XAmzContentSHA256Mismatch')
    const other = await imitating()
    expect(await putChunked(other, TRAILER, right, right.length)).toBe('200 ')
    expect(await putChunked(other, TRAILER, right)).toBe('200 ')
  })

  test('needs Content-Length', async () => {
    const store = await imitating('needs-content-length')
    expect(await putChunked(store, TRAILER, WRONG)).toBe('411 MissingContentLength')
    expect(await outcome(store, { method: 'PUT', bucket: Bucket, key: 'k', body: 'y' })).toBe('200 ')
  })

  test('needs Content-MD5 where S3 takes a checksum', async () => {
    const store = await imitating('needs-content-md5')
    const Delete = { Objects: [{ Key: 'k' }] }
    const removal = store.client().send(new DeleteObjectsCommand({ Bucket, Delete }))
    await expect(removal).rejects.toEqual(refused(400, 'InvalidRequest'))
    const body = '<Delete><Object><Key>k</Key></Object></Delete>'
    const md5 = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(body))).toString('base64')
    const headers = [['content-md5', md5] as const]
    const request = { method: 'POST', bucket: Bucket, query: [['delete', ''] as const], body, headers }
    expect(await outcome(store, request)).toBe('400 InvalidDigest')
  })

  test('ignores checksums', async () => {
    const store = await imitating('ignores-checksums')
    expect(await putChunked(store, TRAILER, WRONG, WRONG.length)).toBe('200 ')
    const wrong = {
      method: 'PUT',
      bucket: Bucket,
      key: 'k',
      body: 'y',
      headers: [['x-amz-checksum-crc32', 'nonsense'] as const],
    }
    expect(await outcome(store, wrong)).toBe('200 ')
    const client = store.client({ responseChecksumValidation: 'WHEN_REQUIRED' })
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
    expect([await got.Body?.transformToString(), got.ChecksumCRC32]).toEqual(['y', undefined])
    const at = { Bucket, Key: 'parts' }
    const created = await client.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }))
    expect(created.ChecksumAlgorithm).toBeUndefined()
    const { UploadId } = created
    const part = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }))
    expect(part.ChecksumCRC32).toBeUndefined()
    const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumSHA256: 'AAAA' }]
    const done = await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }))
    expect([done.ETag?.endsWith('-1"'), done.ChecksumSHA256]).toEqual([true, undefined])
  })

  test('refuses checksums, and what speaks of them', async () => {
    const store = await imitating('refuses-checksums')
    for (const name of ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm', 'x-amz-checksum-mode']) {
      const headers = [[name, 'AAAAAA=='] as const]
      expect(await outcome(store, { method: 'PUT', bucket: Bucket, key: 'k', headers })).toBe('501 NotImplemented')
    }
    expect(await outcome(store, { method: 'PUT', bucket: Bucket, key: 'k', body: 'y' })).toBe('200 ')
  })

  test('refuses dot segments in keys and sources', async () => {
    const store = await imitating('refuses-dot-segments')
    for (const key of ['a/../b', '..', './a'])
      expect(await outcome(store, { method: 'PUT', bucket: Bucket, key })).toBe('400 XMinioInvalidResourceName')
    const headers = [['x-amz-copy-source', `/${Bucket}/a/%2E%2E/k`] as const]
    const copy = { method: 'PUT', bucket: Bucket, key: 'a', headers }
    expect(await outcome(store, copy)).toBe('400 XMinioInvalidResourceName')
    expect(await outcome(store, { method: 'PUT', bucket: Bucket, key: 'a..b/...' })).toBe('200 ')
  })

  test('says nothing with its errors', async () => {
    const store = await imitating('empty-messages')
    const { body } = await caller(store).call({ method: 'GET', bucket: Bucket, key: 'missing' })
    expect(body.toString()).toContain('<Code>NoSuchKey</Code><Message></Message><Key>missing</Key>')
  })

  test('stands behind a load balancer that speaks HTML', async () => {
    const store = await imitating('html-errors')
    const logging = await caller(store).call({ method: 'GET', bucket: Bucket, query: [['logging', '']] })
    expect([logging.status, logging.headers.get('content-type')]).toEqual([501, 'text/html'])
    expect(logging.body.toString()).toMatch(/^<html>/)
    expect(await outcome(store, { method: 'GET', bucket: Bucket, key: 'missing' })).toBe('404 NoSuchKey')
    const busy = await imitating('html-errors', 'always-busy')
    const answer = await caller(busy).call({ method: 'GET', bucket: Bucket })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/html'])
  })

  test('is always busy, for those whose signature is right', async () => {
    const store = await imitating('always-busy')
    expect(await outcome(store, { method: 'GET', bucket: Bucket, key: 'k' })).toBe('503 SlowDown')
    const stranger = new S3Caller({ url: store.endpoint() }, { ...TEST_CREDENTIAL, secretKey: 'other' })
    expect((await stranger.call({ method: 'GET', bucket: Bucket })).code).toBe('SignatureDoesNotMatch')
  })

  test('tells only in the document that a copy failed', async () => {
    const store = await imitating('late-errors')
    const copy = (source: string) =>
      caller(store).call({ method: 'PUT', bucket: Bucket, key: 'copy', headers: [['x-amz-copy-source', source]] })
    const failed = await copy(`${Bucket}/missing`)
    expect([failed.status, failed.code]).toEqual([200, 'NoSuchKey'])
    expect((await copy(`${Bucket}/k`)).body.toString()).toContain('<CopyObjectResult')
    const sdk = store.client().send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/missing` }))
    await expect(sdk).rejects.toThrow('The key does not exist')
    expect(await outcome(store, { method: 'GET', bucket: Bucket, key: 'missing' })).toBe('404 NoSuchKey')
  })

  test('sends blanks until a copy or an upload is complete', async () => {
    const store = await imitating('keep-alive-blanks')
    const copy = (source: string) =>
      caller(store).call({ method: 'PUT', bucket: Bucket, key: 'copy', headers: [['x-amz-copy-source', source]] })
    const copied = await copy(`${Bucket}/k`)
    expect(copied.headers.get('content-length')).toBeUndefined()
    expect(copied.body.toString()).toMatch(/^<\?xml [^>]*\?>\n {2,}<CopyObjectResult [^?]*$/)
    const failed = await copy(`${Bucket}/missing`)
    expect(failed.status).toBe(200)
    expect(failed.body.toString()).toMatch(/^<\?xml [^>]*\?>\n {2,}<Error><Code>NoSuchKey<\/Code>/)
    const client = store.client()
    const at = { Bucket, Key: 'parts' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at))
    const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    const done = await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }))
    expect(done.Key).toBe('parts')
  })

  test('sends no blank before it has the whole request', async () => {
    const store = await imitating('keep-alive-blanks')
    const { port, host } = new URL(store.endpoint())
    const body = '<CompleteMultipartUpload/>'
    const query = [['uploadId', 'none'] as const]
    const order = { method: 'POST', host, path: `/${Bucket}/k`, query, payloadHash: UNSIGNED_PAYLOAD }
    const { method, target, headers } = sign(TEST_CREDENTIAL, order)
    const lines = [...headers, ['content-length', `${body.length}`]].map((pair) => pair.join(': '))
    const connection = await RawConnection.open(Number(port))
    await connection.write(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n<`)
    expect((await connection.answer())?.outcome).toBe('404 NoSuchUpload')
    connection.destroy()
  })
})

test('a bucket can stand in the host name', async () => {
  const store = await startTestStore({ hostnames: ['s3.test'] })
  running.push(store)
  await store.client().send(new CreateBucketCommand({ Bucket }))
  const ask = async (method: string, host: string, path: string, body = '') => {
    const signed = sign(TEST_CREDENTIAL, { method, host, path, payloadHash: sha256Hex(body) })
    const headers = [...signed.headers, ['content-length', `${body.length}`] as const]
    const answer = await exchange({ url: store.endpoint() }, { ...signed, headers, body: Buffer.from(body) })
    return `${answer.status} ${answer.body}`
  }
  expect(await ask('PUT', `${Bucket}.s3.test:9000`, '/a/b', 'hello')).toBe('200 ')
  expect(await ask('GET', 's3.test', `/${Bucket}/a/b`)).toBe('200 hello')
  expect(await ask('GET', `${Bucket}.s3.test`, '/')).toContain('<Key>a/b</Key>')
})
