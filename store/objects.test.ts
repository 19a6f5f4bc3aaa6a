import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestStore, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
const Bucket = 'bkt'

beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
  await client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => store.remove())

const put = (Key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })

const AWKWARD_KEYS = [
  'a b',
  'a+b',
  'a%2Fb',
  'a//b',
  '/leading',
  'trailing/',
  'ümläut/日本語',
  '😀',
  'a/../b',
  './c',
  '..',
  '__proto__',
  'con',
  'quote\'"<&>',
  'tab\tand\u0001control',
  'line\r\nend',
  '%',
  '?x=y&z#f',
  'x'.repeat(1024),
  `${'é'.repeat(510)}/ab`,
]

describe('an object', () => {
  test.each(AWKWARD_KEYS.map((key) => [key.length > 30 ? `${key.slice(0, 20)}… (${key.length})` : key, key]))(
    'with the key %j is put, listed, read and deleted under just that key',
    async (_name, key) => {
      const body = `content of ${key}`
      await put(key, body)
      const listed = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }))
      expect(listed.Contents?.map((entry) => decodeURIComponent(entry.Key ?? ''))).toEqual([key])
      const got = await client.send(new GetObjectCommand({ Bucket, Key: key }))
      expect(await got.Body?.transformToString()).toBe(body)
      await client.send(new DeleteObjectCommand({ Bucket, Key: key }))
      await expect(client.send(new GetObjectCommand({ Bucket, Key: key }))).rejects.toEqual(refused(404, 'NoSuchKey'))
    },
  )

  test('with a key of 1,025 bytes is refused', async () => {
    await expect(put('x'.repeat(1025), '')).rejects.toEqual(refused(400, 'KeyTooLongError'))
  })

  test.each([0, 1, 1024, 1025, 300_000, 5_000_001])('of %i bytes comes back whole', async (size) => {
    const body = Buffer.alloc(size, 'some bytes, ')
    await put('sized', body)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'sized' }))
    expect(got.ContentLength).toBe(size)
    expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), body)).toBe(0)
  })

  test('keeps what was said about it', async () => {
    const said = {
      CacheControl: 'max-age=3',
      ContentDisposition: 'attachment; filename="x"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      ContentType: 'text/x-test',
      StorageClass: 'STANDARD_IA',
      WebsiteRedirectLocation: '/elsewhere',
    } as const
    const Expires = new Date('2030-01-01T00:00:00Z')
    await put('said', 'x', { ...said, Expires, Metadata: { one: '1', 'two-words': 'a  b' }, Tagging: 'k1=v%201&k2=' })
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'said' }))
    expect(head).toMatchObject({
      ...said,
      Metadata: { one: '1', 'two-words': 'a  b' },
      ContentLength: 1,
      AcceptRanges: 'bytes',
    })
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'said' }))
    expect(got).toMatchObject({ ...said, ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT', TagCount: 2 })
    await put('said', 'y')
    const next = await client.send(new HeadObjectCommand({ Bucket, Key: 'said' }))
    expect(next).toMatchObject({ ContentType: 'application/octet-stream', Metadata: {} })
    expect([next.CacheControl, next.StorageClass, next.ContentEncoding]).toEqual([undefined, undefined, undefined])
  })

  test('answers with the response headers that the reader asks for', async () => {
    await put('overridden', 'x', { ContentType: 'text/plain', CacheControl: 'no-store' })
    const got = await client.send(
      new GetObjectCommand({
        Bucket,
        Key: 'overridden',
        ResponseContentType: 'text/html',
        ResponseContentDisposition: 'attachment; filename="ü"',
        ResponseCacheControl: 'max-age=1',
        ResponseContentLanguage: 'fr',
        ResponseContentEncoding: 'br',
        ResponseExpires: new Date(0),
      }),
    )
    expect(got).toMatchObject({
      ContentType: 'text/html',
      CacheControl: 'max-age=1',
      ContentLanguage: 'fr',
      ContentEncoding: 'br',
    })
    expect(Buffer.from(got.ContentDisposition ?? '', 'latin1').toString()).toBe('attachment; filename="ü"')
  })

  test.each([
    ['bytes=0-4', '01234', 'bytes 0-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=5-500', '56789', 'bytes 5-9/10'],
  ])('gives the range %s', async (Range, expected, contentRange) => {
    await put('ranged', '0123456789')
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range }))
    expect(await got.Body?.transformToString()).toBe(expected)
    expect(got).toMatchObject({
      ContentRange: contentRange,
      ContentLength: expected.length,
      $metadata: { httpStatusCode: 206 },
    })
  })

  test('refuses a range beyond its end', async () => {
    await put('ranged', '0123456789')
    const beyond = client.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range: 'bytes=10-' }))
    await expect(beyond).rejects.toEqual(refused(416, 'InvalidRange'))
  })

  test('is read under conditions', async () => {
    const { ETag } = await put('conditional', 'x')
    const read = (conditions: object) =>
      client.send(new GetObjectCommand({ Bucket, Key: 'conditional', ...conditions }))
    const old = new Date(Date.now() - 60_000)
    const young = new Date(Date.now() + 60_000)
    await read({ IfMatch: ETag, IfUnmodifiedSince: young })
    await read({ IfNoneMatch: '"other"' })
    await read({ IfModifiedSince: old })
    await expect(read({ IfMatch: '"other"' })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await expect(read({ IfUnmodifiedSince: old })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await expect(read({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } })
    await expect(read({ IfModifiedSince: young })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } })
  })

  test('is written under conditions', async () => {
    const { ETag } = await put('written', 'first', { IfNoneMatch: '*' })
    await expect(put('written', 'second', { IfNoneMatch: '*' })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await expect(put('written', 'second', { IfMatch: '"other"' })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await expect(put('missing', 'second', { IfMatch: ETag })).rejects.toEqual(refused(404, 'NoSuchKey'))
    await put('written', 'second', { IfMatch: ETag })
    const racing = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => put('raced', `${i}`, { IfNoneMatch: '*' })),
    )
    expect(racing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const stale = client.send(new DeleteObjectCommand({ Bucket, Key: 'written', IfMatch: ETag }))
    await expect(stale).rejects.toEqual(refused(412, 'PreconditionFailed'))
  })

  test('that is replaced while it is read keeps its bytes for the reader', async () => {
    const first = Buffer.alloc(8_000_000, 'first')
    await put('replaced', first)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'replaced' }))
    await put('replaced', Buffer.alloc(2_000_000, 'second'))
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'replaced' }))
    expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), first)).toBe(0)
  })

  test('has tags of its own life', async () => {
    await put('tagged', 'x', { Tagging: 'a=1' })
    const TagSet = [
      { Key: 'b', Value: '2' },
      { Key: 'ü', Value: '' },
    ]
    const tags = async () => (await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet
    expect(await tags()).toEqual([{ Key: 'a', Value: '1' }])
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }))
    expect(await tags()).toEqual(TagSet)
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }))
    expect(await tags()).toEqual([])
    await expect(put('tagged', 'x', { Tagging: 'a=1&a=2' })).rejects.toEqual(refused(400, 'InvalidTag'))
    const none = client.send(new GetObjectTaggingCommand({ Bucket, Key: 'none' }))
    await expect(none).rejects.toEqual(refused(404, 'NoSuchKey'))
  })

  test('of which many are deleted at once', async () => {
    const keys = ['multi/1', 'multi/<2>', 'multi/\u0002', 'multi/missing']
    await Promise.all(keys.slice(0, 3).map((key) => put(key, 'x')))
    const Objects = keys.map((Key) => ({ Key }))
    const result = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.filter((_, i) => i !== 2) } }),
    )
    expect(result.Deleted?.map(({ Key }) => Key)).toEqual(['multi/1', 'multi/<2>', 'multi/missing'])
    await put('multi/1', 'x')
    const quiet = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Quiet: true, Objects: [{ Key: 'multi/1' }, { Key: 'x', VersionId: 'v' }] },
      }),
    )
    expect(quiet.Deleted).toBeUndefined()
    expect(quiet.Errors).toBeUndefined()
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'multi/\u0002' }))
    expect((await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'multi/' }))).KeyCount).toBe(0)
  })

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'gives back its %s',
    async (ChecksumAlgorithm) => {
      const answered = await put('checked', 'hello', { ChecksumAlgorithm })
      const name = `Checksum${ChecksumAlgorithm}` as const
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'checked', ChecksumMode: 'ENABLED' }))
      expect(head[name]).toBe(answered[name])
      expect(head[name]).toMatch(/=$/)
      expect(head.ChecksumType).toBe('FULL_OBJECT')
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'checked', ChecksumMode: 'ENABLED' }))
      expect(got[name]).toBe(answered[name])
      expect(await got.Body?.transformToString()).toBe('hello')
      const part = await client.send(
        new HeadObjectCommand({ Bucket, Key: 'checked', ChecksumMode: 'ENABLED', Range: 'bytes=0-1' }),
      )
      expect(part[name]).toBeUndefined()
      const plain = await client.send(new HeadObjectCommand({ Bucket, Key: 'checked' }))
      expect(plain[name]).toBeUndefined()
    },
  )

  test('is its own part 1', async () => {
    await put('whole', 'hello')
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'whole', PartNumber: 1 }))
    expect([await got.Body?.transformToString(), got.ContentRange]).toEqual(['hello', 'bytes 0-4/5'])
    const second = client.send(new GetObjectCommand({ Bucket, Key: 'whole', PartNumber: 2 }))
    await expect(second).rejects.toEqual(refused(416, 'InvalidPartNumber'))
  })

  test('is not kept with what the store cannot do', async () => {
    await expect(put('sse', 'x', { ServerSideEncryption: 'AES256' })).rejects.toEqual(refused(501, 'NotImplemented'))
    await expect(put('acl', 'x', { ACL: 'public-read' })).rejects.toEqual(refused(400, 'AccessControlListNotSupported'))
    await expect(put('lock', 'x', { ObjectLockLegalHoldStatus: 'ON' })).rejects.toEqual(refused(400, 'InvalidRequest'))
    await expect(put('class', 'x', { StorageClass: 'NONE' as 'STANDARD' })).rejects.toEqual(
      refused(400, 'InvalidStorageClass'),
    )
    await expect(put('meta', 'x', { Metadata: { large: 'x'.repeat(2050) } })).rejects.toEqual(
      refused(400, 'MetadataTooLarge'),
    )
    await put('private', 'x', { ACL: 'private' })
  })

  test('of a bucket that is not there is not stored', async () => {
    const lost = client.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'k', Body: Buffer.alloc(3_000_000) }))
    await expect(lost).rejects.toEqual(refused(404, 'NoSuchBucket'))
  })

  test('has no version but null', async () => {
    await put('versioned', 'x')
    const read = (VersionId: string) => client.send(new GetObjectCommand({ Bucket, Key: 'versioned', VersionId }))
    expect(await (await read('null')).Body?.transformToString()).toBe('x')
    await expect(read('v1')).rejects.toEqual(refused(404, 'NoSuchVersion'))
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'versioned', VersionId: 'v1' }))
    await read('null')
  })
})
