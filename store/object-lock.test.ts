import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type ObjectLockRetention,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { S3Caller } from '../test/support/s3-caller.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
const Bucket = 'locked'
const DAY_MS = 24 * 3600 * 1000

beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  await client.send(new CreateBucketCommand({ Bucket: 'free' }))
})
afterAll(() => store.remove())

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })
const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))
const remove = (Key: string, VersionId?: string, BypassGovernanceRetention?: boolean) =>
  client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }))
const retain = (Key: string, Retention: ObjectLockRetention, BypassGovernanceRetention?: boolean) =>
  client.send(new PutObjectRetentionCommand({ Bucket, Key, Retention, BypassGovernanceRetention }))
const hold = (Key: string, Status: 'ON' | 'OFF') =>
  client.send(new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status } }))
const inDays = (days: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY_MS)
const configure = (name: string, rule?: object) =>
  client.send(
    new PutObjectLockConfigurationCommand({
      Bucket: name,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', ...(rule && { Rule: { DefaultRetention: rule } }) },
    }),
  )

describe('a bucket with object lock', () => {
  test('is versioned for ever', async () => {
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled')
    const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })
    await expect(client.send(suspend)).rejects.toEqual(refused(409, 'InvalidBucketState'))
  })

  test('has a default retention when it is given one', async () => {
    const name = 'by-default'
    await client.send(new CreateBucketCommand({ Bucket: name }))
    await expect(configure(name)).rejects.toEqual(refused(409, 'InvalidBucketState'))
    await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }))
    const get = () => client.send(new GetObjectLockConfigurationCommand({ Bucket: name }))
    await expect(get()).rejects.toEqual(refused(404, 'ObjectLockConfigurationNotFoundError'))
    await configure(name, { Mode: 'GOVERNANCE', Days: 3 })
    expect((await get()).ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } },
    })
    const at = { Bucket: name, Key: 'k' }
    await put('k', { Bucket: name })
    const head = await client.send(new HeadObjectCommand(at))
    expect(head.ObjectLockMode).toBe('GOVERNANCE')
    expect(Math.abs((head.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now() - 3 * DAY_MS)).toBeLessThan(60_000)
    const ObjectLockRetainUntilDate = inDays(9)
    await put('k', { Bucket: name, ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate })
    expect(await client.send(new HeadObjectCommand(at))).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate,
    })
    await configure(name)
    expect((await get()).ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' })
  })

  test.each([
    ['both days and years', { Mode: 'GOVERNANCE', Days: 1, Years: 1 }, 'MalformedXML'],
    ['neither', { Mode: 'GOVERNANCE' }, 'MalformedXML'],
    ['another mode', { Mode: 'governance', Days: 1 }, 'MalformedXML'],
    ['no days', { Mode: 'GOVERNANCE', Days: 0 }, 'InvalidArgument'],
    ['too many years', { Mode: 'GOVERNANCE', Years: 101 }, 'InvalidArgument'],
  ])('refuses a default of %s', async (_name, rule, code) => {
    await expect(configure(Bucket, rule)).rejects.toEqual(refused(400, code))
  })
})

describe('a retention', () => {
  test('of governance keeps a version from all but a bypass', async () => {
    const until = inDays(1)
    const { VersionId = '' } = await put('governed', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until })
    const got = await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'governed', VersionId }))
    expect(got.Retention).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: until })
    await expect(remove('governed', VersionId)).rejects.toEqual(refused(403, 'AccessDenied'))
    await put('governed')
    await remove('governed')
    await expect(remove('governed', VersionId)).rejects.toEqual(refused(403, 'AccessDenied'))
    const many = (BypassGovernanceRetention: boolean) =>
      client.send(
        new DeleteObjectsCommand({
          Bucket,
          Delete: { Objects: [{ Key: 'governed', VersionId }, { Key: 'other' }] },
          BypassGovernanceRetention,
        }),
      )
    const answer = await many(false)
    expect(answer.Errors).toMatchObject([{ Key: 'governed', VersionId, Code: 'AccessDenied' }])
    expect(answer.Deleted).toMatchObject([{ Key: 'other' }])
    expect((await many(true)).Errors).toBeUndefined()
  })

  test('of governance is prolonged by anybody, shortened and taken away by a bypass', async () => {
    await put('prolonged')
    await retain('prolonged', { Mode: 'GOVERNANCE', RetainUntilDate: inDays(2) })
    await retain('prolonged', { Mode: 'GOVERNANCE', RetainUntilDate: inDays(3) })
    for (const shorter of [
      { Mode: 'GOVERNANCE' as const, RetainUntilDate: inDays(1) },
      { Mode: 'COMPLIANCE' as const, RetainUntilDate: inDays(9) },
      {},
    ]) {
      await expect(retain('prolonged', shorter)).rejects.toEqual(refused(403, 'AccessDenied'))
    }
    await retain('prolonged', { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) }, true)
    await retain('prolonged', {}, true)
    const gone = client.send(new GetObjectRetentionCommand({ Bucket, Key: 'prolonged' }))
    await expect(gone).rejects.toEqual(refused(404, 'NoSuchObjectLockConfiguration'))
  })

  test('of compliance yields to nothing', async () => {
    const { VersionId } = await put('complied')
    await retain('complied', { Mode: 'COMPLIANCE', RetainUntilDate: inDays(2) })
    await expect(remove('complied', VersionId, true)).rejects.toEqual(refused(403, 'AccessDenied'))
    const shorter = { Mode: 'COMPLIANCE', RetainUntilDate: inDays(1) } as const
    await expect(retain('complied', shorter, true)).rejects.toEqual(refused(403, 'AccessDenied'))
    const governed = { Mode: 'GOVERNANCE', RetainUntilDate: inDays(9) } as const
    await expect(retain('complied', governed, true)).rejects.toEqual(refused(403, 'AccessDenied'))
    await retain('complied', { Mode: 'COMPLIANCE', RetainUntilDate: inDays(3) })
  })

  test('ends', async () => {
    const until = new Date(Date.now() + 1500)
    const { VersionId } = await put('ended', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until })
    await expect(remove('ended', VersionId)).rejects.toEqual(refused(403, 'AccessDenied'))
    await expect
      .poll(
        () =>
          remove('ended', VersionId).then(
            () => 'gone',
            () => 'there',
          ),
        { timeout: 8_000 },
      )
      .toBe('gone')
  })
})

test('a legal hold keeps a version until it is lifted', async () => {
  const { VersionId } = await put('held', { ObjectLockLegalHoldStatus: 'ON' })
  expect((await client.send(new GetObjectCommand({ Bucket, Key: 'held' }))).ObjectLockLegalHoldStatus).toBe('ON')
  await expect(remove('held', VersionId, true)).rejects.toEqual(refused(403, 'AccessDenied'))
  await hold('held', 'OFF')
  const { LegalHold } = await client.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'held' }))
  expect(LegalHold).toEqual({ Status: 'OFF' })
  await remove('held', VersionId)
  await put('held')
  const none = client.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'held' }))
  await expect(none).rejects.toEqual(refused(404, 'NoSuchObjectLockConfiguration'))
})

test('a lock comes with copies and uploads in parts that ask for one, and with no others', async () => {
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(1) } as const
  await put('original', { ...lock, ObjectLockLegalHoldStatus: 'ON' })
  const copy = (more: object) =>
    client.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/original`, ...more }))
  const headOf = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key }))
  await copy({})
  const plain = await headOf('copied')
  expect([plain.ObjectLockMode, plain.ObjectLockLegalHoldStatus]).toEqual([undefined, undefined])
  await copy(lock)
  expect(await headOf('copied')).toMatchObject(lock)
  const at = { Bucket, Key: 'assembled' }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, ...lock }))
  const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }))
  expect(await headOf('assembled')).toMatchObject(lock)
})

test('locks are there after a restart', async () => {
  const lock = {
    ObjectLockMode: 'COMPLIANCE',
    ObjectLockRetainUntilDate: inDays(1),
    ObjectLockLegalHoldStatus: 'OFF',
  } as const
  const { VersionId } = await put('restarted', lock)
  await hold('restarted', 'ON')
  await store.restart()
  client = store.client()
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'restarted' }))
  expect(head).toMatchObject({ ...lock, ObjectLockLegalHoldStatus: 'ON' })
  await expect(remove('restarted', VersionId, true)).rejects.toEqual(refused(403, 'AccessDenied'))
})

describe('a lock is refused', () => {
  const until = new Date(Date.now() + DAY_MS).toISOString()
  const mode = 'x-amz-object-lock-mode'
  const date = 'x-amz-object-lock-retain-until-date'
  test.each<[string, Record<string, string>]>([
    ['without a date', { [mode]: 'GOVERNANCE' }],
    ['without a mode', { [date]: until }],
    ['of another mode', { [mode]: 'governance', [date]: until }],
    ['with a date that is none', { [mode]: 'GOVERNANCE', [date]: 'tomorrow' }],
    ['until yesterday', { [mode]: 'GOVERNANCE', [date]: new Date(Date.now() - DAY_MS).toISOString() }],
    ['of a hold that is neither', { 'x-amz-object-lock-legal-hold': 'on' }],
  ])('%s', async (_name, headers) => {
    const caller = new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL)
    const answer = await caller.call({ method: 'PUT', bucket: Bucket, key: 'bad', headers: Object.entries(headers) })
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument'])
  })

  test('in a bucket without object lock', async () => {
    const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(until) } as const
    const there = { Bucket: 'free', Key: 'k' }
    await client.send(new PutObjectCommand({ ...there, Body: 'x' }))
    const requests = [
      () => client.send(new PutObjectCommand({ ...there, Body: 'y', ...lock })),
      () => client.send(new CreateMultipartUploadCommand({ ...there, ...lock })),
      () => client.send(new CopyObjectCommand({ ...there, CopySource: `${Bucket}/original`, ...lock })),
      () => client.send(new GetObjectRetentionCommand(there)),
      () => client.send(new PutObjectLegalHoldCommand({ ...there, LegalHold: { Status: 'ON' } })),
    ]
    for (const request of requests) await expect(request()).rejects.toEqual(refused(400, 'InvalidRequest'))
    const past = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(0) } as const
    await put('k')
    await expect(retain('k', past)).rejects.toEqual(refused(400, 'InvalidArgument'))
  })
})
