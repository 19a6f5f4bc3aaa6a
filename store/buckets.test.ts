import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestStore, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
})
afterAll(() => store.remove())

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })

describe('a bucket', () => {
  test('is made once, found, listed and deleted when it is empty', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'one' }))
    const again = client.send(new CreateBucketCommand({ Bucket: 'one' }))
    await expect(again).rejects.toEqual(refused(409, 'BucketAlreadyOwnedByYou'))
    const head = await client.send(new HeadBucketCommand({ Bucket: 'one' }))
    expect(head.BucketRegion).toBe('eu-central-1')
    await client.send(new PutObjectCommand({ Bucket: 'one', Key: 'k', Body: '' }))
    await expect(client.send(new DeleteBucketCommand({ Bucket: 'one' }))).rejects.toEqual(
      refused(409, 'BucketNotEmpty'),
    )
    await client.send(new CreateBucketCommand({ Bucket: 'another' }))
    const { Buckets } = await client.send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['another', 'one'])
    await client.send(new DeleteBucketCommand({ Bucket: 'another' }))
    await expect(client.send(new HeadBucketCommand({ Bucket: 'another' }))).rejects.toEqual(refused(404, 'NotFound'))
    await expect(client.send(new DeleteBucketCommand({ Bucket: 'another' }))).rejects.toEqual(
      refused(404, 'NoSuchBucket'),
    )
  })

  test('of many is found page by page', async () => {
    for (let i = 0; i < 5; i++) await client.send(new CreateBucketCommand({ Bucket: `paged-${i}` }))
    const names: (string | undefined)[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await client.send(new ListBucketsCommand({ Prefix: 'paged-', MaxBuckets: 2, ContinuationToken }))
      names.push(...(page.Buckets ?? []).map(({ Name }) => Name))
      ContinuationToken = page.ContinuationToken
    } while (ContinuationToken !== undefined)
    expect(names).toEqual(['paged-0', 'paged-1', 'paged-2', 'paged-3', 'paged-4'])
  })

  test('lies in the region of the store', async () => {
    const at = (LocationConstraint: string) =>
      new CreateBucketCommand({
        Bucket: 'located',
        CreateBucketConfiguration: { LocationConstraint: LocationConstraint as 'eu-central-1' },
      })
    await expect(client.send(at('mars-1'))).rejects.toEqual(refused(400, 'InvalidLocationConstraint'))
    await client.send(at('eu-central-1'))
    const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket: 'located' }))
    expect(LocationConstraint).toBe('eu-central-1')
  })

  test('is private and not versioned, and says of what nobody can configure that it is not implemented', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'plain' }))
    const acl = await client.send(new GetBucketAclCommand({ Bucket: 'plain' }))
    expect(acl.Grants).toMatchObject([{ Permission: 'FULL_CONTROL', Grantee: { ID: acl.Owner?.ID } }])
    expect((await client.send(new GetBucketVersioningCommand({ Bucket: 'plain' }))).Status).toBeUndefined()
    await expect(client.send(new GetBucketPolicyCommand({ Bucket: 'plain' }))).rejects.toEqual(
      refused(501, 'NotImplemented'),
    )
  })

  test('must have a name that S3 allows', async () => {
    await expect(client.send(new CreateBucketCommand({ Bucket: 'Upper' }))).rejects.toEqual(
      refused(400, 'InvalidBucketName'),
    )
  })
})

describe('a listing', () => {
  const Bucket = 'listed'
  const keys = Array.from({ length: 1100 }, (_, i) => `dir-${String(i % 11).padStart(2, '0')}/key ${i} ü`)
  const special = ['\u{1f600}', '\uffee', 'with\u0001control', 'z&<>"']
  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket }))
    for (const Key of [...keys, ...special]) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  })

  const inBytes = (names: readonly string[]) => names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

  test('of version 2 gives all keys in byte order over its pages', async () => {
    const found: string[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, ContinuationToken, EncodingType: 'url' }))
      expect(page.KeyCount).toBe(page.Contents?.length)
      found.push(...(page.Contents ?? []).map(({ Key }) => decodeURIComponent(Key ?? '')))
      ContinuationToken = page.NextContinuationToken
      expect(page.IsTruncated).toBe(ContinuationToken !== undefined)
    } while (ContinuationToken !== undefined)
    expect(found).toEqual(inBytes([...keys, ...special]))
  })

  test('of version 1 goes on from the last key', async () => {
    const first = await client.send(new ListObjectsCommand({ Bucket, Prefix: 'dir-', EncodingType: 'url' }))
    expect([first.Contents?.length, first.IsTruncated, first.NextMarker]).toEqual([1000, true, undefined])
    const Marker = decodeURIComponent(first.Contents?.at(-1)?.Key ?? '')
    const second = await client.send(new ListObjectsCommand({ Bucket, Prefix: 'dir-', Marker }))
    expect([second.Contents?.length, second.IsTruncated]).toEqual([100, false])
    expect(second.Contents?.[0]?.Owner?.ID).toBeTruthy()
  })

  test('by a delimiter gives folders, page by page, in both versions', async () => {
    const expected = Array.from({ length: 11 }, (_, i) => `dir-${String(i).padStart(2, '0')}/`)
    const folders: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const page = await client.send(
        new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 4, Prefix: 'dir', Marker }),
      )
      folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix))
      Marker = page.NextMarker
    } while (Marker !== undefined)
    expect(folders).toEqual(expected)
    const whole = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', EncodingType: 'url' }))
    expect(whole.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(expected)
    expect(whole.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''))).toEqual(inBytes(special))
    expect(whole.KeyCount).toBe(15)
  })

  test('begins after a key, ends at its limit, and names owners when asked', async () => {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket, StartAfter: 'dir-10/zzz', MaxKeys: 2, FetchOwner: true, EncodingType: 'url' }),
    )
    expect(page).toMatchObject({ KeyCount: 2, MaxKeys: 2, IsTruncated: true, StartAfter: 'dir-10/zzz' })
    expect(page.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''))).toEqual(['with\u0001control', 'z&<>"'])
    expect(page.Contents?.[0]?.Owner?.ID).toBeTruthy()
    const none = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false })
  })

  test('refuses what it cannot read', async () => {
    const list = (query: object) => client.send(new ListObjectsV2Command({ Bucket, ...query }))
    await expect(list({ MaxKeys: -1 })).rejects.toEqual(refused(400, 'InvalidArgument'))
    await expect(list({ ContinuationToken: 'a' })).rejects.toEqual(refused(400, 'InvalidArgument'))
    await expect(list({ EncodingType: 'x' })).rejects.toEqual(refused(400, 'InvalidArgument'))
    await expect(list({ Bucket: 'nowhere' })).rejects.toEqual(refused(404, 'NoSuchBucket'))
  })
})
