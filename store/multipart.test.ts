import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checksumOf } from '../src/codec/checksum.ts'
import { startTestStore, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
const Bucket = 'bkt'
const MIB = 1024 * 1024

beforeAll(async () => {
  store = await startTestStore()
  client = store.client({ requestChecksumCalculation: 'WHEN_REQUIRED' })
  await client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => store.remove())

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })

async function begin(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
  const at = { Bucket, Key, UploadId }
  return {
    at,
    put: async (PartNumber: number, Body: Buffer, extra: object = {}): Promise<CompletedPart> => {
      const { ETag, ...rest } = await client.send(new UploadPartCommand({ ...at, PartNumber, Body, ...extra }))
      const checksums = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith('Checksum')))
      return { PartNumber, ETag, ...checksums }
    },
    complete: (Parts: CompletedPart[], extra: object = {}) =>
      client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts }, ...extra })),
  }
}

const bytes = (size: number, fill: string) => Buffer.alloc(size, fill)
const md5 = (data: Buffer) => createHash('md5').update(data).digest()

describe('an upload in parts', () => {
  test('becomes an object of all its bytes and attributes', async () => {
    const parts = [bytes(5 * MIB, 'one'), bytes(5 * MIB + 1, 'two'), bytes(10, 'three')]
    const upload = await begin('whole', { Metadata: { a: 'b' }, ContentType: 'text/x', Tagging: 'k=v' })
    const done = [
      await upload.put(3, parts[0] as Buffer),
      await upload.put(7, parts[1] as Buffer),
      await upload.put(9, parts[2] as Buffer),
    ]
    const missing = client.send(new HeadObjectCommand({ Bucket, Key: 'whole' }))
    await expect(missing).rejects.toEqual(refused(404, 'NotFound'))
    const completed = await upload.complete(done, { MpuObjectSize: 10 * MIB + 11 })
    const etag = `"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-3"`
    expect(completed.ETag).toBe(etag)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'whole' }))
    expect(got).toMatchObject({ ETag: etag, Metadata: { a: 'b' }, ContentType: 'text/x', TagCount: 1 })
    expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), Buffer.concat(parts))).toBe(0)
    const across = await client.send(
      new GetObjectCommand({ Bucket, Key: 'whole', Range: `bytes=${5 * MIB - 2}-${5 * MIB + 1}` }),
    )
    expect(await across.Body?.transformToString()).toBe(`${parts[0]?.subarray(-2)}tw`)
    const second = await client.send(new GetObjectCommand({ Bucket, Key: 'whole', PartNumber: 7 }))
    expect(second).toMatchObject({
      PartsCount: 3,
      ContentLength: 5 * MIB + 1,
      ContentRange: `bytes ${5 * MIB}-${10 * MIB}/${10 * MIB + 11}`,
    })
    await second.Body?.transformToByteArray()
    expect(await upload.complete(done)).toMatchObject({ ETag: etag, Key: 'whole' })
    await expect(upload.complete(done.slice(1))).rejects.toEqual(refused(404, 'NoSuchUpload'))
    const aborted = client.send(new AbortMultipartUploadCommand(upload.at))
    await expect(aborted).rejects.toEqual(refused(404, 'NoSuchUpload'))
  })

  test('takes only the parts that are listed, as they were sent last', async () => {
    const upload = await begin('chosen')
    const first = await upload.put(1, bytes(5 * MIB, 'a'))
    await upload.put(2, bytes(3, 'old'))
    const second = await upload.put(2, bytes(3, 'new'))
    await upload.put(3, bytes(3, 'not'))
    await upload.complete([first, second])
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'chosen', Range: 'bytes=-4' }))
    expect(await got.Body?.transformToString()).toBe('anew')
  })

  test('is refused when its list is wrong, and can still be completed after', async () => {
    const upload = await begin('wrong')
    const [small, large] = [await upload.put(1, bytes(100, 'a')), await upload.put(2, bytes(5 * MIB, 'b'))]
    await expect(upload.complete([small, large])).rejects.toEqual(refused(400, 'EntityTooSmall'))
    await expect(upload.complete([large, small])).rejects.toEqual(refused(400, 'InvalidPartOrder'))
    await expect(upload.complete([{ ...small, ETag: large.ETag }])).rejects.toEqual(refused(400, 'InvalidPart'))
    await expect(upload.complete([{ ...small, PartNumber: 5 }])).rejects.toEqual(refused(400, 'InvalidPart'))
    await expect(upload.complete([small], { MpuObjectSize: 99 })).rejects.toEqual(refused(400, 'InvalidRequest'))
    await expect(upload.complete([small], { IfMatch: '"x"' })).rejects.toEqual(refused(404, 'NoSuchKey'))
    await upload.complete([small], { IfNoneMatch: '*' })
    await expect(upload.put(1, bytes(1, 'c'))).rejects.toEqual(refused(404, 'NoSuchUpload'))
  })

  test('leaves nothing when it is aborted', async () => {
    const upload = await begin('aborted')
    const part = await upload.put(1, bytes(5, 'x'))
    await client.send(new AbortMultipartUploadCommand(upload.at))
    await expect(upload.complete([part])).rejects.toEqual(refused(404, 'NoSuchUpload'))
    await expect(client.send(new AbortMultipartUploadCommand(upload.at))).rejects.toEqual(refused(404, 'NoSuchUpload'))
    expect((await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'aborted' }))).KeyCount).toBe(0)
  })

  test('lists its parts by number, page by page', async () => {
    const upload = await begin('parts')
    for (const number of [12, 3, 7]) await upload.put(number, bytes(number, 'x'))
    const first = await client.send(new ListPartsCommand({ ...upload.at, MaxParts: 2 }))
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '7', StorageClass: 'STANDARD' })
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [3, 3],
      [7, 7],
    ])
    const second = await client.send(new ListPartsCommand({ ...upload.at, PartNumberMarker: '7' }))
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([12])
    expect(second.IsTruncated).toBe(false)
  })

  test('is listed with the others by key and time, by prefix and delimiter, page by page', async () => {
    const Prefix = 'up/'
    const ids: (string | undefined)[] = []
    for (const key of ['up/b', 'up/a', 'up/b', 'up/c/1', 'up/c/2', 'up/ü +']) ids.push((await begin(key)).at.UploadId)
    const list = (query: object) => client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...query }))
    const all = await list({})
    expect(all.Uploads?.map(({ Key }) => Key)).toEqual(['up/a', 'up/b', 'up/b', 'up/c/1', 'up/c/2', 'up/ü +'])
    expect(all.Uploads?.map(({ UploadId }) => UploadId)).toEqual([ids[1], ids[0], ids[2], ids[3], ids[4], ids[5]])
    const found: (string | undefined)[] = []
    let marker: object = {}
    for (;;) {
      const page = await list({ Delimiter: '/', MaxUploads: 1, EncodingType: 'url', ...marker })
      found.push(
        ...(page.Uploads ?? []).map(({ Key }) => decodeURIComponent(Key ?? '')),
        ...(page.CommonPrefixes ?? []).map((each) => each.Prefix),
      )
      if (page.IsTruncated !== true) break
      marker = { KeyMarker: decodeURIComponent(page.NextKeyMarker ?? ''), UploadIdMarker: page.NextUploadIdMarker }
    }
    expect(found).toEqual(['up/a', 'up/b', 'up/b', 'up/c/', 'up/ü +'])
  })

  test('takes parts out of existing objects', async () => {
    const source = Buffer.concat([bytes(6 * MIB, 'source'), Buffer.from('tail')])
    await client.send(new PutObjectCommand({ Bucket, Key: 'copied from/ä?', Body: source }))
    const upload = await begin('copied to')
    const CopySource = encodeURIComponent(`${Bucket}/copied from/ä?`)
    const copy = async (PartNumber: number, CopySourceRange?: string) => {
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({ ...upload.at, PartNumber, CopySource, CopySourceRange }),
      )
      return { PartNumber, ETag: CopyPartResult?.ETag }
    }
    const done = [
      await copy(1),
      await copy(2, `bytes=1-${6 * MIB}`),
      await copy(3, `bytes=${6 * MIB + 1}-${6 * MIB + 3}`),
    ]
    expect(done[2]?.ETag).toBe(`"${md5(Buffer.from('ail')).toString('hex')}"`)
    await expect(copy(4, `bytes=0-${6 * MIB + 4}`)).rejects.toEqual(refused(400, 'InvalidArgument'))
    await upload.complete(done)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'copied to' }))
    const expected = Buffer.concat([source, source.subarray(1, 6 * MIB + 1), Buffer.from('ail')])
    expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), expected)).toBe(0)
  })
})

describe('the checksum of an upload in parts', () => {
  const parts = [bytes(5 * MIB, 'abc'), bytes(77, 'xyz')]
  const whole = Buffer.concat(parts)

  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    'by %s is made of those of its parts',
    async (ChecksumAlgorithm) => {
      const upload = await begin('composite', { ChecksumAlgorithm })
      const done: CompletedPart[] = []
      for (const [i, part] of parts.entries()) done.push(await upload.put(i + 1, part, { ChecksumAlgorithm }))
      const completed = await upload.complete(done)
      const lower = ChecksumAlgorithm.toLowerCase() as Lowercase<typeof ChecksumAlgorithm>
      const each = parts.map((part) => Buffer.from(checksumOf(lower, part), 'base64'))
      const expected = `${checksumOf(lower, Buffer.concat(each))}-2`
      expect(completed[`Checksum${ChecksumAlgorithm}`]).toBe(expected)
      expect(completed.ChecksumType).toBe('COMPOSITE')
      const part = await client.send(
        new HeadObjectCommand({ Bucket, Key: 'composite', PartNumber: 2, ChecksumMode: 'ENABLED' }),
      )
      expect(part[`Checksum${ChecksumAlgorithm}`]).toBe(checksumOf(lower, parts[1] ?? Buffer.alloc(0)))
    },
  )

  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('by %s can be that of the whole', async (ChecksumAlgorithm) => {
    const upload = await begin('full', { ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' })
    const done: CompletedPart[] = []
    for (const [i, part] of parts.entries()) done.push(await upload.put(i + 1, part))
    const lower = ChecksumAlgorithm.toLowerCase() as Lowercase<typeof ChecksumAlgorithm>
    const wrong = {
      [`Checksum${ChecksumAlgorithm}`]: checksumOf(lower, Buffer.from('other')),
      ChecksumType: 'FULL_OBJECT',
    }
    await expect(upload.complete(done, wrong)).rejects.toEqual(refused(400, 'BadDigest'))
    const right = { [`Checksum${ChecksumAlgorithm}`]: checksumOf(lower, whole), ChecksumType: 'FULL_OBJECT' }
    const completed = await upload.complete(done, right)
    expect(completed).toMatchObject(right)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'full', ChecksumMode: 'ENABLED' }))
    expect(got.ChecksumType).toBe('FULL_OBJECT')
    await got.Body?.transformToByteArray()
  })

  test('by CRC32C may be told at its end, with or without the number of parts', async () => {
    const each = parts.map((part) => Buffer.from(checksumOf('crc32c', part), 'base64'))
    const composite = checksumOf('crc32c', Buffer.concat(each))
    const ends = async (ChecksumCRC32C: string) => {
      const upload = await begin('told', { ChecksumAlgorithm: 'CRC32C' })
      const done: CompletedPart[] = []
      for (const [i, part] of parts.entries()) {
        done.push(await upload.put(i + 1, part, { ChecksumAlgorithm: 'CRC32C' }))
      }
      return upload.complete(done, { ChecksumCRC32C })
    }
    for (const told of [composite, `${composite}-2`]) {
      expect(await ends(told)).toMatchObject({ ChecksumCRC32C: `${composite}-2` })
    }
    for (const wrong of [`${composite}-3`, checksumOf('crc32c', whole)]) {
      await expect(ends(wrong)).rejects.toEqual(refused(400, 'BadDigest'))
    }
  })

  test('must be that of the upload on each part', async () => {
    const upload = await begin('mismatch', { ChecksumAlgorithm: 'SHA256' })
    await expect(upload.put(1, bytes(3, 'x'))).rejects.toEqual(refused(400, 'InvalidRequest'))
    const other = upload.put(1, bytes(3, 'x'), { ChecksumAlgorithm: 'CRC32' })
    await expect(other).rejects.toEqual(refused(400, 'InvalidRequest'))
    const part = await upload.put(1, bytes(3, 'x'), { ChecksumAlgorithm: 'SHA256' })
    const spoiled = upload.complete([{ ...part, ChecksumSHA256: checksumOf('sha256', Buffer.from('y')) }])
    await expect(spoiled).rejects.toEqual(refused(400, 'InvalidPart'))
    await expect(begin('x', { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' })).rejects.toEqual(
      refused(400, 'InvalidRequest'),
    )
  })
})

test('lib-storage uploads a stream of unknown length', async () => {
  const body = bytes(12 * MIB + 5, 'stream')
  const pieces = Array.from({ length: 13 }, (_, i) => body.subarray(i * MIB, (i + 1) * MIB))
  const upload = new Upload({
    client: store.client(),
    params: { Bucket, Key: 'streamed', Body: Readable.from(pieces) },
  })
  await upload.done()
  const got = await store.client().send(new GetObjectCommand({ Bucket, Key: 'streamed' }))
  expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), body)).toBe(0)
})
