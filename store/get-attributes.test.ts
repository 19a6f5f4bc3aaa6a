import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  type GetObjectAttributesCommandInput,
  type ObjectAttributes,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestStore, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
const Bucket = 'bkt'
const MIB = 1024 * 1024
const ALL: ObjectAttributes[] = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']

beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
})
afterAll(() => store.remove())

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })
const attributes = async (Key: string, more: Partial<GetObjectAttributesCommandInput> = {}) => {
  const command = new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ALL, ...more })
  const { $metadata: _, ...found } = await client.send(command)
  return found
}

async function upload(Key: string, ChecksumAlgorithm: 'SHA256' | undefined) {
  const at = { Bucket, Key }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm }))
  const put = async (PartNumber: number, size: number) => {
    const Body = Buffer.alloc(size, PartNumber)
    const sent = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ChecksumAlgorithm }))
    return { PartNumber, ETag: sent.ETag, ChecksumSHA256: sent.ChecksumSHA256 }
  }
  const Parts = [await put(2, 5 * MIB), await put(5, 5 * MIB), await put(9, 10)]
  await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }))
  return Parts.map(({ PartNumber, ChecksumSHA256 }) => ({ PartNumber, ChecksumSHA256 }))
}

describe('the attributes of an object', () => {
  test('are those that were asked for', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumAlgorithm: 'CRC32C' })
    const { VersionId } = await client.send(put)
    expect(await attributes('k')).toEqual({
      ETag: '5d41402abc4b2a76b9719d911017c592',
      Checksum: { ChecksumCRC32C: 'mnG7TA==', ChecksumType: 'FULL_OBJECT' },
      StorageClass: 'STANDARD',
      ObjectSize: 5,
      VersionId,
      LastModified: expect.any(Date),
    })
    const two = await attributes('k', { ObjectAttributes: ['ObjectSize', 'ETag'] })
    expect(Object.keys(two).sort()).toEqual(['ETag', 'LastModified', 'ObjectSize', 'VersionId'])
  })

  test('name the parts that have checksums, page by page', async () => {
    const parts = await upload('parts', 'SHA256')
    const { ObjectParts, Checksum } = await attributes('parts')
    expect(Checksum).toMatchObject({ ChecksumType: 'COMPOSITE', ChecksumSHA256: expect.stringMatching(/-3$/) })
    expect(ObjectParts).toMatchObject({ TotalPartsCount: 3, IsTruncated: false, Parts: parts })
    expect(ObjectParts?.Parts?.map(({ Size }) => Size)).toEqual([5 * MIB, 5 * MIB, 10])
    const page = await attributes('parts', { MaxParts: 1, PartNumberMarker: '2' })
    expect(page.ObjectParts).toMatchObject({
      IsTruncated: true,
      MaxParts: 1,
      PartNumberMarker: '2',
      NextPartNumberMarker: '5',
      Parts: [parts[1]],
    })
  })

  test('only count parts that have none', async () => {
    const plain = store.client({ requestChecksumCalculation: 'WHEN_REQUIRED' })
    const former = client
    client = plain
    await upload('counted', undefined)
    client = former
    const { ObjectParts, Checksum } = await attributes('counted')
    expect([ObjectParts, Checksum]).toEqual([{ TotalPartsCount: 3 }, undefined])
  })

  test('are refused where there are none', async () => {
    await expect(attributes('missing')).rejects.toEqual(refused(404, 'NoSuchKey'))
    const { VersionId } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
    await expect(attributes('k')).rejects.toEqual(refused(404, 'NoSuchKey'))
    await expect(attributes('k', { VersionId })).rejects.toEqual(refused(405, 'MethodNotAllowed'))
    for (const name of ['Etag', 'ETag;Checksum', ' ']) {
      const wrong = attributes('parts', { ObjectAttributes: [name as 'ETag'] })
      await expect(wrong).rejects.toEqual(refused(400, 'InvalidArgument'))
    }
  })
})
