import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checksumOf } from '../src/codec/checksum.ts'
import { type Fault, frame, streamingForm } from '../test/support/chunked-body.ts'
import { type Answer, exchange, hostOf } from '../test/support/exchange.ts'
import { S3Caller } from '../test/support/s3-caller.ts'
import { encodePath, sha256Hex, sign } from '../test/support/signer.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

// Raw requests, signed and framed by the tests' own code.

let store: TestStore
let caller: S3Caller
const bucket = 'bkt'
const key = 'object'
const FORMER = 'the former object'

beforeAll(async () => {
  store = await startTestStore()
  caller = new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL)
  await caller.makeBucket(bucket)
})
afterAll(() => store.remove())
beforeEach(() => caller.put(bucket, key, FORMER))

const body = Buffer.alloc(20_000, 'new content ')
const chunks = [body.subarray(0, 8192), body.subarray(8192, 16_384), body.subarray(16_384)]

type Headers = readonly (readonly [string, string])[]

interface Streamed {
  readonly signed: boolean
  readonly checksum?: 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'
  readonly fault?: Fault
  readonly headers?: Headers
  readonly pieces?: readonly Buffer[]
  /** Cuts the framed body here. */
  readonly sendBytes?: number
  readonly decodedLength?: number | undefined
  readonly transfer?: 'length' | 'chunked'
}

async function putStreamed(order: Streamed): Promise<Answer> {
  const { signed, fault, pieces = chunks } = order
  const trailer = trailerOf(order, pieces)
  const request = sign(TEST_CREDENTIAL, {
    method: 'PUT',
    host: hostOf({ url: store.endpoint() }),
    path: encodePath(bucket, key),
    headers: [...(order.headers ?? []), ...announcements(order, pieces, trailer)],
    payloadHash: streamingForm({ signed, trailer: trailer !== undefined }),
  })
  const framed = frame(pieces, { seed: signed ? request.seed : undefined, trailer, fault })
  const sent = framed.subarray(0, order.sendBytes ?? framed.length)
  const [framing, wire] = order.transfer === 'chunked' ? inHttpChunk(sent) : [contentLength(framed), sent]
  const afterBody = sent.length < framed.length ? 'end' : 'wait'
  return await exchange(caller.endpoint, { ...request, headers: [...request.headers, framing], body: wire, afterBody })
}

function trailerOf({ checksum, fault }: Streamed, pieces: readonly Buffer[]): readonly [string, string] | undefined {
  if (checksum === undefined) return undefined
  const covered = fault === 'checksum' ? Buffer.from('other') : Buffer.concat(pieces)
  return [`x-amz-checksum-${checksum}`, checksumOf(checksum, covered)]
}

function announcements(
  order: Streamed,
  pieces: readonly Buffer[],
  trailer: readonly [string, string] | undefined,
): Headers {
  const length = 'decodedLength' in order ? order.decodedLength : Buffer.concat(pieces).length
  return [
    ...(length === undefined ? [] : [['x-amz-decoded-content-length', String(length)] as const]),
    ...(trailer === undefined ? [] : [['x-amz-trailer', trailer[0]] as const]),
  ]
}

const contentLength = (bytes: Buffer) => ['content-length', String(bytes.length)] as const

function inHttpChunk(bytes: Buffer): [readonly [string, string], Buffer] {
  const wire = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')])
  return [['transfer-encoding', 'chunked'], wire]
}

async function expectStored(answer: Answer, bytes = body): Promise<void> {
  expect([answer.status, answer.code]).toEqual([200, ''])
  const stored = await caller.read(bucket, key)
  expect(stored.sha256).toBe(sha256Hex(bytes))
  expect(answer.headers.get('etag')).toBe(stored.etag)
}

async function expectUntouched(): Promise<void> {
  const stored = await caller.read(bucket, key)
  expect(stored.body.toString()).toBe(FORMER)
  expect(await readdir(join(store.path, 'tmp'))).toEqual([])
}

describe('a body is stored', () => {
  const put = (order: { payloadHash?: string; headers?: Headers }) =>
    caller.call({ method: 'PUT', bucket, key, body, ...order })
  test('with its SHA-256', async () => expectStored(await put({})))
  test('unsigned', async () => expectStored(await put({ payloadHash: 'UNSIGNED-PAYLOAD' })))
  test('with a Content-MD5', async () =>
    expectStored(await put({ headers: [['content-md5', checksumOf('md5', body)]] })))
  test('in signed chunks', async () => expectStored(await putStreamed({ signed: true })))
  test.each(['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const)(
    'in signed and in unsigned chunks with a trailing %s, which is echoed',
    async (checksum) => {
      for (const signed of [true, false]) {
        const answer = await putStreamed({ signed, checksum })
        await expectStored(answer)
        expect(answer.headers.get(`x-amz-checksum-${checksum}`)).toBe(checksumOf(checksum, body))
        const headers = [['x-amz-checksum-mode', 'ENABLED'] as const]
        const head = await caller.call({ method: 'HEAD', bucket, key, headers })
        expect(head.headers.get(`x-amz-checksum-${checksum}`)).toBe(checksumOf(checksum, body))
      }
    },
  )
  test('in unsigned chunks without a trailer', async () => expectStored(await putStreamed({ signed: false })))
  test('in chunks within HTTP chunks', async () =>
    expectStored(await putStreamed({ signed: true, transfer: 'chunked' })))
  test('as one chunk', async () => expectStored(await putStreamed({ signed: true, pieces: [body] })))
  test('empty, in chunks', async () => {
    await expectStored(await putStreamed({ signed: true, checksum: 'crc32', pieces: [] }), Buffer.alloc(0))
  })

  test('without the word aws-chunked in its Content-Encoding', async () => {
    await expectStored(await putStreamed({ signed: true, headers: [['content-encoding', 'aws-chunked, gzip']] }))
    const head = await caller.call({ method: 'HEAD', bucket, key })
    expect(head.headers.get('content-encoding')).toBe('gzip')
    await expectStored(await putStreamed({ signed: true, headers: [['content-encoding', 'aws-chunked']] }))
    expect((await caller.call({ method: 'HEAD', bucket, key })).headers.has('content-encoding')).toBe(false)
  })

  test('as it is when only its Content-Encoding says aws-chunked', async () => {
    const framed = frame([body], { seed: undefined, trailer: undefined })
    await caller.call({ method: 'PUT', bucket, key, body: framed, headers: [['content-encoding', 'aws-chunked']] })
    expect((await caller.read(bucket, key)).sha256).toBe(sha256Hex(framed))
  })
})

describe('a body is refused, and the former object stays', () => {
  const wrongHash = sha256Hex('other')
  const wrongMd5 = checksumOf('md5', Buffer.from('other'))
  const wrongCrc = checksumOf('crc32', Buffer.from('other'))
  const two: Headers = [
    ['x-amz-checksum-crc32', checksumOf('crc32', body)],
    ['x-amz-checksum-sha1', checksumOf('sha1', body)],
  ]
  test.each<[string, number, string, { payloadHash?: string; headers?: Headers }]>([
    ['another SHA-256', 400, 'XAmzContentSHA256Mismatch', { payloadHash: wrongHash }],
    ['another MD5', 400, 'BadDigest', { headers: [['content-md5', wrongMd5]] }],
    ['an MD5 that is none', 400, 'InvalidDigest', { headers: [['content-md5', 'abc']] }],
    ['another checksum', 400, 'BadDigest', { headers: [['x-amz-checksum-crc32', wrongCrc]] }],
    ['a checksum that is none', 400, 'InvalidRequest', { headers: [['x-amz-checksum-crc32', 'abc']] }],
    ['an empty checksum', 400, 'InvalidRequest', { headers: [['x-amz-checksum-crc32', '']] }],
    ['two checksums', 400, 'InvalidRequest', { headers: two }],
    ['an unknown checksum', 400, 'InvalidRequest', { headers: [['x-amz-checksum-xxhash64', 'AAAAAAAAAAA=']] }],
    ['a hash that is none', 400, 'InvalidArgument', { payloadHash: 'nonsense' }],
  ])('with %s', async (_name, status, code, order) => {
    const answer = await caller.call({ method: 'PUT', bucket, key, body, ...order })
    expect([answer.status, answer.code]).toEqual([status, code])
    await expectUntouched()
  })

  test.each<[string, number, string, Streamed]>([
    ['a wrong last chunk signature', 403, 'SignatureDoesNotMatch', { signed: true, fault: 'last chunk signature' }],
    [
      'a wrong last chunk signature before a trailer',
      403,
      'SignatureDoesNotMatch',
      { signed: true, checksum: 'crc32', fault: 'last chunk signature' },
    ],
    [
      'a wrong trailer signature',
      403,
      'SignatureDoesNotMatch',
      { signed: true, checksum: 'crc32', fault: 'trailer signature' },
    ],
    [
      'a wrong trailing checksum in signed chunks',
      400,
      'BadDigest',
      { signed: true, checksum: 'sha256', fault: 'checksum' },
    ],
    [
      'a wrong trailing checksum in unsigned chunks',
      400,
      'BadDigest',
      { signed: false, checksum: 'crc64nvme', fault: 'checksum' },
    ],
    ['less than the declared length', 400, 'IncompleteBody', { signed: true, decodedLength: body.length + 1 }],
    ['more than the declared length', 400, 'IncompleteBody', { signed: true, decodedLength: body.length - 1 }],
    ['no declared length', 411, 'MissingContentLength', { signed: true, decodedLength: undefined }],
    [
      'a small chunk in its midst',
      403,
      'InvalidChunkSizeError',
      { signed: true, pieces: [body.subarray(0, 100), body] },
    ],
    [
      'a checksum in both header and trailer',
      400,
      'InvalidRequest',
      { signed: false, checksum: 'crc32', headers: [['x-amz-checksum-crc32', checksumOf('crc32', body)]] },
    ],
    [
      'no trailer where one was announced',
      400,
      'MalformedTrailerError',
      { signed: false, headers: [['x-amz-trailer', 'x-amz-checksum-crc32']] },
    ],
  ])('with %s', async (_name, status, code, order) => {
    const answer = await putStreamed(order)
    expect([answer.status, answer.code]).toEqual([status, code])
    await expectUntouched()
  })

  test.each([100, 8300, 16_700, 20_300])('when the connection ends after %i bytes', async (sendBytes) => {
    expect((await putStreamed({ signed: true, sendBytes })).status).not.toBe(200)
    await expectUntouched()
  })

  test('when it is longer than 5 GiB', async () => {
    const signed = sign(TEST_CREDENTIAL, {
      method: 'PUT',
      host: hostOf(caller.endpoint),
      path: encodePath(bucket, key),
      payloadHash: 'UNSIGNED-PAYLOAD',
    })
    const headers = [...signed.headers, ['content-length', String(5 * 1024 ** 3 + 1)] as const]
    const answer = await exchange(caller.endpoint, { ...signed, headers, body: Buffer.alloc(10), afterBody: 'end' })
    expect([answer.status, answer.code]).toEqual([400, 'EntityTooLarge'])
    await expectUntouched()
  })
})

test('a refused upload of 20 MB gets its answer while it is still being sent', async () => {
  const large = Buffer.alloc(20_000_000)
  const answer = await caller.call({
    method: 'PUT',
    bucket: 'nowhere',
    key,
    body: large,
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket'])
})

test('a client that waits for 100 Continue is refused without it', async () => {
  const headers: Headers = [['expect', '100-continue']]
  const signed = sign(TEST_CREDENTIAL, {
    method: 'PUT',
    host: hostOf(caller.endpoint),
    path: encodePath('nowhere', key),
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  const answer = await exchange(
    caller.endpoint,
    { ...signed, headers: [...signed.headers, ...headers, ['content-length', '10']] },
    3000,
  )
  expect([answer.status, answer.headers.get('connection')]).toEqual([404, 'close'])
})
