import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checksumOf } from '../src/codec/checksum.ts'
import { startTestStore, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
  await client.send(new CreateBucketCommand({ Bucket: 'sources' }))
  await client.send(new CreateBucketCommand({ Bucket: 'targets' }))
})
afterAll(() => store.remove())

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })

const SOURCE = {
  CacheControl: 'no-store',
  ContentType: 'text/x',
  Metadata: { a: '1' },
  Tagging: 'k=v',
  StorageClass: 'STANDARD_IA',
} as const
const putSource = (Key: string, Body: string | Buffer = 'source') =>
  client.send(new PutObjectCommand({ Bucket: 'sources', Key, Body, ...SOURCE }))
const copy = (Key: string, more: Partial<CopyObjectCommandInput> & { CopySource: string }) =>
  client.send(new CopyObjectCommand({ Bucket: 'targets', Key, ...more }))
const read = async (Key: string, Bucket = 'targets') => {
  const got = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await got.Body?.transformToByteArray()) ?? [])
}

describe('a copy', () => {
  test('leads on where it is told, not where its source does', async () => {
    const source = { Bucket: 'sources', Key: 'leads', Body: 'x', WebsiteRedirectLocation: '/old' }
    await client.send(new PutObjectCommand(source))
    await copy('leads-on', { CopySource: 'sources/leads', WebsiteRedirectLocation: '/new' })
    await copy('leads-nowhere', { CopySource: 'sources/leads' })
    const redirectOf = async (Key: string) =>
      (await client.send(new HeadObjectCommand({ Bucket: 'targets', Key }))).WebsiteRedirectLocation
    expect([await redirectOf('leads-on'), await redirectOf('leads-nowhere')]).toEqual(['/new', undefined])
  })

  test.each(['small', 'large'])('of a %s object has its bytes, attributes and tags, and outlives it', async (size) => {
    const body = size === 'small' ? Buffer.from('source') : Buffer.alloc(3_000_000, 'source')
    const { ETag } = await putSource('k /ü+%', body)
    const { CopyObjectResult } = await copy('copied', { CopySource: `/sources/${encodeURIComponent('k /ü+%')}` })
    expect(CopyObjectResult).toMatchObject({
      ETag,
      ChecksumCRC32: checksumOf('crc32', body),
      ChecksumType: 'FULL_OBJECT',
    })
    const head = await client.send(new HeadObjectCommand({ Bucket: 'targets', Key: 'copied' }))
    expect(head).toMatchObject({ CacheControl: 'no-store', ContentType: 'text/x', Metadata: { a: '1' }, ETag })
    expect(head.StorageClass).toBeUndefined()
    const tags = await client.send(new GetObjectTaggingCommand({ Bucket: 'targets', Key: 'copied' }))
    expect(tags.TagSet).toEqual([{ Key: 'k', Value: 'v' }])
    await putSource('k /ü+%', 'replaced')
    expect(Buffer.compare(await read('copied'), body)).toBe(0)
  })

  test('can be described anew', async () => {
    await putSource('k')
    await copy('described', {
      CopySource: 'sources/k',
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
      ContentType: 'text/y',
      TaggingDirective: 'REPLACE',
      Tagging: 'n=w',
      StorageClass: 'GLACIER_IR',
    })
    const got = await client.send(new HeadObjectCommand({ Bucket: 'targets', Key: 'described' }))
    expect(got).toMatchObject({ Metadata: { b: '2' }, ContentType: 'text/y', StorageClass: 'GLACIER_IR' })
    expect(got.CacheControl).toBeUndefined()
    const tags = await client.send(new GetObjectTaggingCommand({ Bucket: 'targets', Key: 'described' }))
    expect(tags.TagSet).toEqual([{ Key: 'n', Value: 'w' }])
    await expect(copy('x', { CopySource: 'sources/k', MetadataDirective: 'OTHER' as 'COPY' })).rejects.toEqual(
      refused(400, 'InvalidArgument'),
    )
  })

  test('onto itself must change something', async () => {
    await putSource('self')
    const self = (more: object) =>
      client.send(new CopyObjectCommand({ Bucket: 'sources', Key: 'self', CopySource: 'sources/self', ...more }))
    await expect(self({})).rejects.toEqual(refused(400, 'InvalidRequest'))
    await self({ MetadataDirective: 'REPLACE', Metadata: { changed: 'yes' } })
    await self({ StorageClass: 'STANDARD_IA' })
    const head = await client.send(new HeadObjectCommand({ Bucket: 'sources', Key: 'self' }))
    expect(head).toMatchObject({ Metadata: { changed: 'yes' }, StorageClass: 'STANDARD_IA' })
    expect((await read('self', 'sources')).toString()).toBe('source')
  })

  test('is made under conditions on its source and its target', async () => {
    const { ETag } = await putSource('cond')
    const CopySource = 'sources/cond'
    const [old, young] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)]
    await copy('cond', { CopySource, CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: old, IfNoneMatch: '*' })
    for (const condition of [
      { CopySourceIfMatch: '"x"' },
      { CopySourceIfNoneMatch: ETag },
      { CopySourceIfModifiedSince: young },
      { CopySourceIfUnmodifiedSince: old },
      { IfNoneMatch: '*' },
      { IfMatch: '"x"' },
    ]) {
      await expect(copy('cond', { CopySource, ...condition })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    }
    await copy('cond', { CopySource, IfMatch: ETag, CopySourceIfModifiedSince: old })
  })

  test('of what is not there is refused', async () => {
    await expect(copy('x', { CopySource: 'sources/none' })).rejects.toEqual(refused(404, 'NoSuchKey'))
    await expect(copy('x', { CopySource: 'nowhere/none' })).rejects.toEqual(refused(404, 'NoSuchBucket'))
    await expect(copy('x', { CopySource: 'sources/' })).rejects.toEqual(refused(400, 'InvalidArgument'))
    await putSource('versioned')
    await expect(copy('x', { CopySource: 'sources/versioned?versionId=v1' })).rejects.toEqual(
      refused(404, 'NoSuchVersion'),
    )
    await copy('x', { CopySource: 'sources/versioned?versionId=null' })
  })

  test('of an object that was uploaded in parts has the ETag and checksum of its bytes', async () => {
    const body = Buffer.alloc(11_000_000, 'parts')
    const params = { Bucket: 'sources', Key: 'parts', Body: body, ChecksumAlgorithm: 'SHA256' as const }
    const uploaded = await new Upload({ client, params }).done()
    expect(uploaded.ETag).toMatch(/-3"$/)
    const { CopyObjectResult } = await copy('parts', { CopySource: 'sources/parts' })
    expect(CopyObjectResult?.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`)
    expect(CopyObjectResult?.ChecksumSHA256).toBe(checksumOf('sha256', body))
    const other = await copy('parts', { CopySource: 'sources/parts', ChecksumAlgorithm: 'CRC64NVME' })
    expect(other.CopyObjectResult?.ChecksumCRC64NVME).toBe(checksumOf('crc64nvme', body))
    expect(Buffer.compare(await read('parts'), body)).toBe(0)
  })
})
