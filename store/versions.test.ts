import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { S3Caller } from '../test/support/s3-caller.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
const Bucket = 'versioned'

beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
  await client.send(new CreateBucketCommand({ Bucket }))
  await setVersioning('Enabled')
})
afterAll(() => store.remove())

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })
const setVersioning = (Status: 'Enabled' | 'Suspended', name = Bucket) =>
  client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status } }))
const put = async (Key: string, Body: string, name = Bucket) =>
  (await client.send(new PutObjectCommand({ Bucket: name, Key, Body }))).VersionId
const read = async (Key: string, VersionId?: string, name = Bucket) => {
  const got = await client.send(new GetObjectCommand({ Bucket: name, Key, VersionId }))
  return [await got.Body?.transformToString(), got.VersionId]
}
const remove = (Key: string, VersionId?: string, name = Bucket) =>
  client.send(new DeleteObjectCommand({ Bucket: name, Key, VersionId }))
const versions = async (Prefix: string, name = Bucket) => {
  const listed = await client.send(new ListObjectVersionsCommand({ Bucket: name, Prefix }))
  return [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])]
    .map(({ Key, VersionId, IsLatest }) => `${Key} ${VersionId}${IsLatest ? ' latest' : ''}`)
    .sort()
}
const raw = (method: string, key: string, versionId?: string) =>
  new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL).call({
    method,
    bucket: Bucket,
    key,
    query: versionId === undefined ? [] : [['versionId', versionId]],
  })

test('versioning is off until it is enabled, and can only be suspended after', async () => {
  const name = 'switched'
  await client.send(new CreateBucketCommand({ Bucket: name }))
  const status = async () => (await client.send(new GetBucketVersioningCommand({ Bucket: name }))).Status
  expect(await status()).toBeUndefined()
  await setVersioning('Suspended', name)
  expect(await status()).toBe('Suspended')
  await setVersioning('Enabled', name)
  expect(await status()).toBe('Enabled')
  await expect(setVersioning('Off' as 'Enabled', name)).rejects.toEqual(refused(400, 'MalformedXML'))
  const withMfa = { Status: 'Enabled', MFADelete: 'Enabled' } as const
  const command = new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: withMfa })
  await expect(client.send(command)).rejects.toEqual(refused(501, 'NotImplemented'))
  await expect(setVersioning('Enabled', 'nowhere')).rejects.toEqual(refused(404, 'NoSuchBucket'))
})

describe('a versioned object', () => {
  test('keeps what was overwritten under its version id', async () => {
    const [one, two] = [await put('kept', 'one'), await put('kept', 'two')]
    expect(one).toMatch(/^[0-9a-f]{32}$/)
    expect(await read('kept')).toEqual(['two', two])
    expect(await read('kept', one)).toEqual(['one', one])
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'kept', VersionId: one }))
    expect([head.ContentLength, head.VersionId]).toEqual([3, one])
    expect(await versions('kept')).toEqual([`kept ${one}`, `kept ${two} latest`].sort())
    for (const other of ['null', 'v1', one?.replace(/.$/, 'g')])
      await expect(read('kept', other)).rejects.toEqual(refused(404, 'NoSuchVersion'))
  })

  test('is hidden by a delete marker, and comes back when the marker goes', async () => {
    const one = await put('hidden', 'one')
    const marker = await remove('hidden')
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[0-9a-f]{32}$/) })
    await expect(read('hidden')).rejects.toEqual(refused(404, 'NoSuchKey'))
    expect(await read('hidden', one)).toEqual(['one', one])
    const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'hidden' }))
    expect(listed.KeyCount).toBe(0)
    const removed = await remove('hidden', marker.VersionId)
    expect(removed).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId })
    expect(await read('hidden')).toEqual(['one', one])
  })

  test('says of a delete marker what it is', async () => {
    await put('marked', 'x')
    const { VersionId = '' } = await remove('marked')
    for (const method of ['GET', 'HEAD']) {
      const latest = await raw(method, 'marked')
      expect([latest.status, latest.headers.get('x-amz-delete-marker')]).toEqual([404, 'true'])
      expect(latest.headers.get('x-amz-version-id')).toBe(VersionId)
      const named = await raw(method, 'marked', VersionId)
      expect([named.status, named.headers.get('x-amz-delete-marker')]).toEqual([405, 'true'])
      expect(named.headers.get('allow')).toBe('DELETE')
      expect(named.headers.get('last-modified')).toMatch(/GMT$/)
    }
    const tagging = client.send(new GetObjectTaggingCommand({ Bucket, Key: 'marked', VersionId }))
    await expect(tagging).rejects.toEqual(refused(405, 'MethodNotAllowed'))
    const CopySource = `${Bucket}/marked?versionId=${VersionId}`
    const copied = client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }))
    await expect(copied).rejects.toEqual(refused(400, 'InvalidRequest'))
  })

  test('that never was is deleted by a marker too', async () => {
    const { VersionId } = await remove('never')
    expect(await versions('never')).toEqual([`never ${VersionId} latest`])
  })

  test('loses a version for good, and the one before becomes the latest', async () => {
    const [one, two] = [await put('lost', 'one'), await put('lost', 'two')]
    expect(await remove('lost', two)).toMatchObject({ VersionId: two })
    expect(await read('lost')).toEqual(['one', one])
    await remove('lost', two)
    await remove('lost', one)
    expect(await versions('lost')).toEqual([])
    await expect(read('lost')).rejects.toEqual(refused(404, 'NoSuchKey'))
  })

  test('has tags by version', async () => {
    const [one, two] = [await put('tagged', 'one'), await put('tagged', 'two')]
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] }
    const tagged = await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', VersionId: one, Tagging }))
    expect(tagged.VersionId).toBe(one)
    const tagsOf = async (VersionId?: string) => {
      const got = await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged', VersionId }))
      return [got.VersionId, got.TagSet?.length]
    }
    expect([await tagsOf(one), await tagsOf()]).toEqual([
      [one, 1],
      [two, 0],
    ])
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged', VersionId: one }))
    expect(await tagsOf(one)).toEqual([one, 0])
    expect(await read('tagged', one)).toEqual(['one', one])
  })

  test('is copied by version, back onto itself too', async () => {
    const [one, two] = [await put('source', 'one'), await put('source', 'two')]
    const copy = (Key: string, versionId?: string) =>
      client.send(
        new CopyObjectCommand({
          Bucket,
          Key,
          CopySource: `${Bucket}/source${versionId ? `?versionId=${versionId}` : ''}`,
        }),
      )
    const old = await copy('target', one)
    expect(old).toMatchObject({ CopySourceVersionId: one, VersionId: expect.any(String) })
    expect((await read('target'))[0]).toBe('one')
    expect((await copy('target')).CopySourceVersionId).toBe(two)
    expect((await read('target'))[0]).toBe('two')
    await expect(copy('source')).rejects.toEqual(refused(400, 'InvalidRequest'))
    await expect(copy('source', two)).rejects.toEqual(refused(400, 'InvalidRequest'))
    const { VersionId } = await copy('source', one)
    expect(await read('source')).toEqual(['one', VersionId])
  })

  test('is made of parts, and a part of a version', async () => {
    const one = await put('whole', 'one')
    await put('whole', 'two')
    const at = { Bucket, Key: 'assembled' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at))
    const CopySource = `${Bucket}/whole?versionId=${one}`
    const part = await client.send(new UploadPartCopyCommand({ ...at, UploadId, PartNumber: 1, CopySource }))
    expect(part.CopySourceVersionId).toBe(one)
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.CopyPartResult?.ETag }] }
    const complete = () => client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }))
    const { VersionId } = await complete()
    expect(await read('assembled')).toEqual(['one', VersionId])
    expect((await complete()).VersionId).toBe(VersionId)
    expect(await versions('assembled')).toHaveLength(1)
  })

  test('is overwritten under conditions on what is there now', async () => {
    const at = { Bucket, Key: 'conditional' }
    const { ETag } = await client.send(new PutObjectCommand({ ...at, Body: 'one' }))
    const create = (Body: string) => client.send(new PutObjectCommand({ ...at, Body, IfNoneMatch: '*' }))
    await expect(create('two')).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await remove('conditional')
    await create('three')
    const replaceFirst = client.send(new PutObjectCommand({ ...at, Body: 'four', IfMatch: ETag }))
    await expect(replaceFirst).rejects.toEqual(refused(412, 'PreconditionFailed'))
  })

  test('is completed and copied under conditions', async () => {
    const at = { Bucket, Key: 'completed' }
    const { ETag } = await client.send(new PutObjectCommand({ ...at, Body: 'one' }))
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at))
    const part = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] }
    const complete = (condition: object) =>
      client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload, ...condition }))
    await expect(complete({ IfNoneMatch: '*' })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await expect(complete({ IfMatch: '"other"' })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await complete({ IfMatch: ETag })
    expect((await read('completed'))[0]).toBe('part')
    const copy = (condition: object) =>
      client.send(new CopyObjectCommand({ ...at, CopySource: `${Bucket}/kept`, ...condition }))
    await expect(copy({ IfNoneMatch: '*' })).rejects.toEqual(refused(412, 'PreconditionFailed'))
    await expect(copy({ IfMatch: ETag })).rejects.toEqual(refused(412, 'PreconditionFailed'))
  })

  test('is deleted with many others, by key and by version', async () => {
    const [one, two] = [await put('many/a', 'one'), await put('many/a', 'two')]
    const three = await put('many/b', 'three')
    const Objects = [
      { Key: 'many/a', VersionId: one },
      { Key: 'many/b' },
      { Key: 'many/b' },
      { Key: 'many/c', VersionId: one },
    ]
    const { Deleted = [], Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(Errors).toBeUndefined()
    const [first, second, third, fourth] = Deleted
    expect([first, fourth]).toEqual([
      { Key: 'many/a', VersionId: one },
      { Key: 'many/c', VersionId: one },
    ])
    expect(second).toMatchObject({ Key: 'many/b', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) })
    expect(third).toEqual(second)
    const marker = second?.DeleteMarkerVersionId ?? ''
    expect(await versions('many/')).toEqual(
      [`many/a ${two} latest`, `many/b ${three}`, `many/b ${marker} latest`].sort(),
    )
    const again = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'many/b', VersionId: marker }] } }),
    )
    expect(again.Deleted).toMatchObject([{ VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker }])
  })
})

describe('a bucket whose versioning is suspended', () => {
  const name = 'suspended'

  test('has one version null beside those with an id', async () => {
    await client.send(new CreateBucketCommand({ Bucket: name }))
    expect(await put('k', 'before', name)).toBeUndefined()
    await setVersioning('Enabled', name)
    const one = await put('k', 'one', name)
    expect(await read('k', 'null', name)).toEqual(['before', 'null'])
    await setVersioning('Suspended', name)
    expect(await put('k', 'null again', name)).toBe('null')
    expect(await versions('k', name)).toEqual([`k ${one}`, 'k null latest'].sort())
    expect(await read('k', undefined, name)).toEqual(['null again', 'null'])
  })

  test('marks by the version null, in place of the object of that version', async () => {
    expect(await remove('k', undefined, name)).toMatchObject({ DeleteMarker: true, VersionId: 'null' })
    await expect(read('k', 'null', name)).rejects.toEqual(refused(405, 'MethodNotAllowed'))
    const left = await versions('k', name)
    expect(left).toEqual([expect.stringMatching(/^k [0-9a-f]{32}$/), 'k null latest'])
    expect(await remove('k', 'null', name)).toMatchObject({ DeleteMarker: true, VersionId: 'null' })
    expect((await read('k', undefined, name))[0]).toBe('one')
  })

  test('is deleted when its last version is gone', async () => {
    const [{ VersionId = '' } = {}] =
      (await client.send(new ListObjectVersionsCommand({ Bucket: name }))).Versions ?? []
    const { VersionId: marker } = await remove('k', undefined, name)
    const drop = () => client.send(new DeleteBucketCommand({ Bucket: name }))
    await expect(drop()).rejects.toEqual(refused(409, 'BucketNotEmpty'))
    await remove('k', VersionId, name)
    await expect(drop()).rejects.toEqual(refused(409, 'BucketNotEmpty'))
    await remove('k', marker, name)
    await drop()
  })
})

test('all versions, settings and finished uploads are there after a restart', async () => {
  const before = await versions('')
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'finished' }))
  const at = { Bucket, Key: 'finished', UploadId }
  const { ETag } = await client.send(new UploadPartCommand({ ...at, PartNumber: 1, Body: 'part' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  const { VersionId } = await client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload }))
  await store.restart()
  client = store.client()
  expect((await versions('')).filter((line) => !line.startsWith('finished'))).toEqual(before)
  expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled')
  const again = await client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload }))
  expect(again.VersionId).toBe(VersionId)
})
