import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchange, hostOf } from '../test/support/exchange.ts'
import { S3Caller } from '../test/support/s3-caller.ts'
import { presign, sign } from '../test/support/signer.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await startTestStore()
  await store.client().send(new CreateBucketCommand({ Bucket: 'bkt' }))
  await store.client().send(new PutObjectCommand({ Bucket: 'bkt', Key: 'a b/ü', Body: 'hello' }))
})
afterAll(() => store.remove())

const endpoint = () => ({ url: store.endpoint() })
const host = () => hostOf(endpoint())
const ask = (target: string, headers: readonly (readonly [string, string])[] = [], method = 'GET') =>
  exchange(endpoint(), { method, target, headers: [['host', host()], ...headers] })

describe('a request is refused', () => {
  test.each([
    ['without a signature', '/bkt/a'],
    ['without a signature, whatever it asks for', '/bkt?nonsense'],
  ])('%s', async (_name, target) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await ask(target, [], method)
      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied'])
    }
  })

  test.each([
    ['of another key', { accessKey: 'OTHERKEY' }, 403, 'InvalidAccessKeyId'],
    ['with another secret', { secretKey: 'other' }, 403, 'SignatureDoesNotMatch'],
    ['for another region', { region: 'us-east-1' }, 400, 'AuthorizationHeaderMalformed'],
  ])('%s', async (_name, change, status, code) => {
    const answer = await new S3Caller(endpoint(), { ...TEST_CREDENTIAL, ...change }).call({
      method: 'GET',
      bucket: 'bkt',
    })
    expect([answer.status, answer.code]).toEqual([status, code])
  })

  test('when anything that was signed is changed', async () => {
    const signed = sign(TEST_CREDENTIAL, {
      method: 'GET',
      host: host(),
      path: '/bkt/k',
      query: [['versionId', 'null']],
      headers: [['x-amz-meta-a', 'b']],
      payloadHash: 'UNSIGNED-PAYLOAD',
    })
    const changed = (name: string, value: string) => ({
      ...signed,
      headers: signed.headers.map((pair) => (pair[0] === name ? ([name, value] as const) : pair)),
    })
    for (const request of [
      { ...signed, method: 'DELETE' },
      { ...signed, target: '/bkt/l?versionId=null' },
      { ...signed, target: '/bkt/k' },
      changed('x-amz-meta-a', 'c'),
      changed('x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
    ]) {
      const answer = await exchange(endpoint(), request)
      expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch'])
    }
    const added = await exchange(endpoint(), { ...signed, headers: [...signed.headers, ['x-amz-acl', 'private']] })
    expect([added.status, added.code]).toEqual([403, 'AccessDenied'])
  })

  test('when it is 16 minutes old', async () => {
    const date = new Date(Date.now() - 16 * 60_000)
    const signed = sign(TEST_CREDENTIAL, {
      method: 'GET',
      host: host(),
      path: '/',
      payloadHash: 'UNSIGNED-PAYLOAD',
      date,
    })
    const answer = await exchange(endpoint(), signed)
    expect([answer.status, answer.code]).toEqual([403, 'RequestTimeTooSkewed'])
  })

  test('without a body when it is a HEAD', async () => {
    const answer = await ask('/bkt/a', [], 'HEAD')
    expect([answer.status, answer.body.length]).toEqual([403, 0])
    const head = store.client().send(new HeadObjectCommand({ Bucket: 'bkt', Key: 'none' }))
    await expect(head).rejects.toMatchObject({ name: 'NotFound' })
  })

  test('with 501 when the store does not know what it asks for', async () => {
    const caller = new S3Caller(endpoint(), TEST_CREDENTIAL)
    for (const name of ['logging', 'nonsense', 'policy', 'cors']) {
      const answer = await caller.call({ method: 'GET', bucket: 'bkt', query: [[name, '']] })
      expect([name, answer.status, answer.code]).toEqual([name, 501, 'NotImplemented'])
    }
    const deleted = await caller.call({ method: 'DELETE', bucket: 'bkt', query: [['nonsense', '']] })
    expect(deleted.status).toBe(501)
    expect(await caller.exists('bkt')).toBe(true)
  })

  test('with an S3 error when it is not HTTP, and the store goes on', async () => {
    const answer = await exchange(endpoint(), { method: 'GET', target: '/bkt', headers: [['no colon\r\nx', 'y']] })
    expect([answer.status, answer.code]).toEqual([400, 'BadRequest'])
    await store.client().send(new ListBucketsCommand({}))
  })
})

describe('a presigned URL', () => {
  test('reads and writes', async () => {
    const client = store.client()
    const get = await getSignedUrl(
      client,
      new GetObjectCommand({ Bucket: 'bkt', Key: 'a b/ü', ResponseContentType: 'text/x' }),
    )
    const got = await fetch(get)
    expect([await got.text(), got.headers.get('content-type')]).toEqual(['hello', 'text/x'])
    const put = await getSignedUrl(client, new PutObjectCommand({ Bucket: 'bkt', Key: 'signed', Metadata: { a: 'é' } }))
    const sent = await fetch(put, { method: 'PUT', body: 'by url' })
    expect(sent.status).toBe(200)
    const stored = await client.send(new GetObjectCommand({ Bucket: 'bkt', Key: 'signed' }))
    expect(await stored.Body?.transformToString()).toBe('by url')
    expect(Buffer.from(stored.Metadata?.['a'] ?? '', 'latin1').toString()).toBe('é')
  })

  test('cannot bring in what no header can hold', async () => {
    const query = (name: string, value: string) => ({ host: host(), path: '/bkt/a', query: [[name, value] as const] })
    for (const [method, name, value] of [
      ['GET', 'response-content-type', 'a\r\nb: c'],
      ['PUT', 'x-amz-meta-a', 'a\r\nb: c'],
      ['PUT', 'x-amz-meta-a b', 'c'],
    ] as const) {
      await store.client().send(new PutObjectCommand({ Bucket: 'bkt', Key: 'a', Body: 'x' }))
      const answer = await ask(
        presign(TEST_CREDENTIAL, { method, ...query(name, value) }, 60),
        [['content-length', '0']],
        method,
      )
      expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument'])
    }
  })

  test('is good for its time, its method and its path only', async () => {
    const request = { method: 'GET', host: host(), path: '/bkt/a%20b/%C3%BC' }
    const target = presign(TEST_CREDENTIAL, request, 60)
    expect((await ask(target)).body.toString()).toBe('hello')
    expect((await ask(target, [], 'HEAD')).status).toBe(403)
    expect((await ask(target.replace('a%20b', 'a%20c'))).code).toBe('SignatureDoesNotMatch')
    const old = presign(TEST_CREDENTIAL, { ...request, date: new Date(Date.now() - 61_000) }, 60)
    expect((await ask(old)).code).toBe('AccessDenied')
  })
})
