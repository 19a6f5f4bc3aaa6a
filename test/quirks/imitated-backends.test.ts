import { Readable } from 'node:stream'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketLoggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, describe, expect, test } from 'vitest'
import type { BackendQuirk } from '../../src/s3/backend-quirks.ts'
import { hostOf, exchange } from '../support/exchange.ts'
import type { Call, S3Caller } from '../support/s3-caller.ts'
import { sign, UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { BUCKET, startTwoWays, type TwoWays } from './two-ways.ts'

// What an unaltered SDK gets from a backend that differs from S3, by itself and through the proxy. docs/backends.md
// names these tests.

const running: TwoWays[] = []
afterEach(async () => {
  for (const ways of running.splice(0)) await ways.close()
})

async function before(profile: string, ...quirks: readonly BackendQuirk[]): Promise<TwoWays> {
  const ways = await startTwoWays(profile, ...quirks)
  running.push(ways)
  return ways
}

const Bucket = BUCKET
const TEXT = 'twenty bytes of text'
const at = (Key: string) => ({ Bucket, Key })
/** As SDKs send what they cannot read twice: in chunks, with a checksum as the trailer. */
const streamed = (Key: string) =>
  new PutObjectCommand({ ...at(Key), Body: Readable.from([Buffer.from(TEXT)]), ContentLength: TEXT.length })
const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })
const textOf = async (client: S3Client, Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand(at(Key)))).Body?.transformToString()
const outcome = async (caller: S3Caller, call: Call): Promise<string> => {
  const { status, code } = await caller.call(call)
  return `${status} ${code}`.trim()
}

const WITHOUT_CHECKSUMS = ['ceph', 'hetzner', 'generic'] as const

describe.each(WITHOUT_CHECKSUMS)('under the profile %s', (profile) => {
  test('Q1: an upload in chunks with a checksum trailer, which the backend refuses, is verified here and stored', async () => {
    const { direct, proxied } = await before(profile, 'no-trailers', 'ignores-checksums')
    await expect(direct.send(streamed('k'))).rejects.toEqual(refused(400, 'XAmzContentSHA256Mismatch'))
    const stored = await proxied.send(streamed('k'))
    expect(stored.ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==$/)
    expect(await textOf(proxied, 'k')).toBe(TEXT)
  })

  test('Q2: checksums that the backend refuses are verified here and not sent, in one piece and in parts', async () => {
    const { direct, proxied } = await before(profile, 'refuses-checksums')
    const put = (ChecksumCRC32?: string) =>
      new PutObjectCommand({ ...at('k'), Body: TEXT, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) })
    await expect(direct.send(put())).rejects.toEqual(refused(501, 'NotImplemented'))
    expect((await proxied.send(put())).ChecksumCRC32).toBeDefined()
    await expect(proxied.send(put('AAAAAA=='))).rejects.toEqual(refused(400, 'BadDigest'))
    const create = new CreateMultipartUploadCommand({ ...at('parts'), ChecksumAlgorithm: 'CRC32C' })
    await expect(direct.send(create)).rejects.toEqual(refused(501, 'NotImplemented'))
    const { UploadId } = await proxied.send(create)
    const part = { ...at('parts'), UploadId, PartNumber: 1, Body: TEXT, ChecksumAlgorithm: 'CRC32C' } as const
    const { ETag, ChecksumCRC32C } = await proxied.send(new UploadPartCommand(part))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32C }] }
    const MpuObjectSize = TEXT.length
    await proxied.send(new CompleteMultipartUploadCommand({ ...at('parts'), UploadId, MultipartUpload, MpuObjectSize }))
    expect([await textOf(proxied, 'k'), await textOf(proxied, 'parts')]).toEqual([TEXT, TEXT])
  })

  test('Q3: documents of which the backend demands a Content-MD5, which SDKs no longer send, get one', async () => {
    const { direct, proxied } = await before(profile, 'needs-content-md5')
    const rule = { ID: 'r', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const
    const documents = [
      () => new PutObjectTaggingCommand({ ...at('k'), Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }),
      () => new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
      () => new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k' }] } }),
    ] as const
    await proxied.send(new PutObjectCommand({ ...at('k'), Body: TEXT }))
    for (const document of documents) {
      await expect(direct.send(document() as DeleteObjectsCommand)).rejects.toEqual(refused(400, 'InvalidRequest'))
      const answer = await proxied.send(document() as DeleteObjectsCommand)
      expect(answer.$metadata.httpStatusCode).toBe(200)
    }
    await expect(proxied.send(new HeadObjectCommand(at('k')))).rejects.toEqual(refused(404, 'NotFound'))
  })
})

describe('answers', () => {
  test('Q5: a page of HTML for what the backend does not have, or when it is busy, becomes an error of S3', async () => {
    const { direct, proxied, proxiedCaller } = await before('aws', 'html-errors')
    const ask = () => new GetBucketLoggingCommand({ Bucket })
    await expect(direct.send(ask())).rejects.not.toEqual(refused(501, 'NotImplemented'))
    await expect(proxied.send(ask())).rejects.toEqual(refused(501, 'NotImplemented'))
    const answer = await proxiedCaller.call({ method: 'GET', bucket: Bucket, query: [['logging', '']] })
    expect(answer.headers.get('content-type')).toBe('application/xml')
    const busy = await before('generic', 'html-errors', 'always-busy')
    await expect(busy.direct.send(new GetObjectCommand(at('k')))).rejects.not.toEqual(refused(503, 'SlowDown'))
    await expect(busy.proxied.send(new GetObjectCommand(at('k')))).rejects.toEqual(refused(503, 'SlowDown'))
  })

  test('Q5: an error without a message gets one', async () => {
    const { directCaller, proxiedCaller } = await before('ceph', 'empty-messages')
    const missing = { method: 'GET', bucket: Bucket, key: 'missing' }
    expect((await directCaller.call(missing)).body.toString()).toContain('<Message></Message>')
    expect((await proxiedCaller.call(missing)).body.toString()).toContain('<Message>The key does not exist.</Message>')
  })

  test('Q9: a copy or a completion that fails after its 200 is an error by status, or, after blanks, in the body', async () => {
    const copy = () => new CopyObjectCommand({ ...at('copy'), CopySource: `${Bucket}/missing` })
    const late = await before('ceph', 'late-errors')
    const source = ['x-amz-copy-source', `${Bucket}/missing`] as const
    const raw: Call = { method: 'PUT', bucket: Bucket, key: 'copy', headers: [source] }
    expect(await outcome(late.directCaller, raw)).toBe('200 NoSuchKey')
    expect(await outcome(late.proxiedCaller, raw)).toBe('404 NoSuchKey')
    const blank = await before('ceph', 'keep-alive-blanks')
    await expect(blank.proxied.send(copy())).rejects.toThrow('The key does not exist')
    await blank.proxied.send(new PutObjectCommand({ ...at('k'), Body: TEXT }))
    await blank.proxied.send(new CopyObjectCommand({ ...at('copy'), CopySource: `${Bucket}/k` }))
    const { UploadId } = await blank.proxied.send(new CreateMultipartUploadCommand(at('parts')))
    const part = { ...at('parts'), UploadId, PartNumber: 1, Body: TEXT }
    const { ETag } = await blank.proxied.send(new UploadPartCommand(part))
    const complete = (tag: string | undefined) =>
      new CompleteMultipartUploadCommand({
        ...at('parts'),
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: tag }] },
      })
    await expect(blank.proxied.send(complete('"00000000000000000000000000000000"'))).rejects.toThrow('A part was not')
    await blank.proxied.send(complete(ETag))
    expect([await textOf(blank.proxied, 'copy'), await textOf(blank.proxied, 'parts')]).toEqual([TEXT, TEXT])
  })

  test('Q10: a backend that has too much to do is 503 SlowDown, which SDKs try again after a while', async () => {
    const { proxiedCaller } = await before('ceph', 'always-busy')
    const answer = await proxiedCaller.call({ method: 'GET', bucket: Bucket, key: 'k' })
    expect(`${answer.status} ${answer.code} ${answer.headers.get('retry-after')}`).toBe('503 SlowDown 1')
  })
})

describe('keys with dot segments', () => {
  const KEYS = ['a/../b', './a', '..', 'a/.']

  test.each(['minio', 'generic'])(
    'Q11: are refused by name under %s, before the backend refuses them',
    async (profile) => {
      const { directCaller, proxiedCaller } = await before(profile, 'refuses-dot-segments')
      for (const key of KEYS) {
        const put = { method: 'PUT', bucket: Bucket, key, body: TEXT }
        expect(await outcome(directCaller, put)).toBe('400 XMinioInvalidResourceName')
        expect(await outcome(proxiedCaller, put)).toBe('400 InvalidURI')
      }
      expect(await outcome(proxiedCaller, { method: 'PUT', bucket: Bucket, key: 'a..b/...', body: TEXT })).toBe('200')
    },
  )

  test.each(['ceph', 'hetzner', 'aws'])('Q11: are stored byte for byte under %s', async (profile) => {
    const { directCaller, proxiedCaller } = await before(profile)
    for (const key of KEYS) await proxiedCaller.put(Bucket, key, key)
    expect((await directCaller.keys(Bucket)).sort()).toEqual([...KEYS].sort())
    for (const key of KEYS) expect((await proxiedCaller.read(Bucket, key)).body.toString()).toBe(key)
  })
})

test.each(['ceph', 'hetzner', 'minio', 'aws', 'generic'])(
  'Q15: an upload in HTTP chunks reaches a backend that demands a length with its length (%s)',
  async (profile) => {
    const { directCaller, proxiedCaller } = await before(profile, 'needs-content-length')
    const send = async ({ endpoint, key }: S3Caller): Promise<string> => {
      const signed = sign(key, {
        method: 'PUT',
        host: hostOf(endpoint),
        path: `/${Bucket}/k`,
        headers: [
          ['x-amz-decoded-content-length', String(TEXT.length)],
          ['x-amz-trailer', 'x-amz-checksum-crc32'],
        ],
        payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      })
      const framed = `14\r\n${TEXT}\r\n0\r\nx-amz-checksum-crc32:3Ztt3A==\r\n\r\n`
      const body = Buffer.from(`${framed.length.toString(16)}\r\n${framed}\r\n0\r\n\r\n`)
      const headers = [...signed.headers, ['transfer-encoding', 'chunked'] as const]
      const answer = await exchange(endpoint, { ...signed, headers, body })
      return `${answer.status} ${answer.code}`.trim()
    }
    expect(await send(directCaller)).toBe('411 MissingContentLength')
    expect(await send(proxiedCaller)).toBe('200')
    expect((await proxiedCaller.read(Bucket, 'k')).body.toString()).toBe(TEXT)
    const plain = { method: 'PUT', bucket: Bucket, key: 'k', payloadHash: UNSIGNED_PAYLOAD, body: TEXT }
    expect(await outcome(proxiedCaller, plain)).toBe('200')
  },
)
