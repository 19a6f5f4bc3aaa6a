import {
  CreateBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketTaggingCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  type LifecycleRule,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { S3Caller } from '../test/support/s3-caller.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
const Bucket = 'bkt'

beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
})
afterAll(() => store.remove())

const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) })
const raw = (method: string, subresource: string, body = '') =>
  new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL).call({
    method,
    bucket: Bucket,
    query: [[subresource, '']],
    body,
  })

describe('the tags of a bucket', () => {
  const tagsOf = async (name = Bucket) => (await client.send(new GetBucketTaggingCommand({ Bucket: name }))).TagSet
  const tag = (TagSet: { Key: string; Value: string }[]) =>
    client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))

  test('are kept, replaced, taken away, and there after a restart', async () => {
    await expect(tagsOf()).rejects.toEqual(refused(404, 'NoSuchTagSet'))
    await tag([{ Key: 'a', Value: '1' }])
    const TagSet = [{ Key: 'b', Value: 'größe <&>' }]
    await tag(TagSet)
    await store.restart()
    client = store.client()
    expect(await tagsOf()).toEqual(TagSet)
    await client.send(new DeleteBucketTaggingCommand({ Bucket }))
    await expect(tagsOf()).rejects.toEqual(refused(404, 'NoSuchTagSet'))
  })

  test('are those of its making', async () => {
    const Tags = [{ Key: 'made', Value: 'so' }]
    await client.send(new CreateBucketCommand({ Bucket: 'tagged', CreateBucketConfiguration: { Tags } }))
    expect(await tagsOf('tagged')).toEqual(Tags)
  })

  test('follow the rules of tags', async () => {
    const twice = { Key: 'a', Value: '1' }
    await expect(tag([twice, twice])).rejects.toEqual(refused(400, 'InvalidTag'))
    const many = Array.from({ length: 51 }, (_, i) => ({ Key: `${i}`, Value: '' }))
    await expect(tag(many)).rejects.toEqual(refused(400, 'BadRequest'))
    await tag(many.slice(1))
  })
})

describe('the lifecycle rules of a bucket', () => {
  const set = (Rules: LifecycleRule[]) =>
    client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
  const get = () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))

  test('are given back as they were sent, with names where they had none', async () => {
    await expect(get()).rejects.toEqual(refused(404, 'NoSuchLifecycleConfiguration'))
    const rules: LifecycleRule[] = [
      {
        ID: 'all & more',
        Status: 'Enabled',
        Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }], ObjectSizeGreaterThan: 5 } },
        Expiration: { Days: 30 },
        NoncurrentVersionExpiration: { NoncurrentDays: 3, NewerNoncurrentVersions: 2 },
        Transitions: [{ Days: 0, StorageClass: 'GLACIER' }],
      },
      { Status: 'Disabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ]
    const { TransitionDefaultMinimumObjectSize } = await set(rules)
    expect(TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K')
    await store.restart()
    client = store.client()
    const found = await get()
    expect(found.Rules).toEqual([rules[0], { ...rules[1], ID: expect.stringMatching(/./) }])
    expect(found.TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K')
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }))
    await expect(get()).rejects.toEqual(refused(404, 'NoSuchLifecycleConfiguration'))
  })

  const rule = (content: string) => `<Rule><Status>Enabled</Status><Prefix/>${content}</Rule>`
  const expiration = '<Expiration><Days>1</Days></Expiration>'
  test.each([
    ['without a rule', '', 'MalformedXML'],
    ['with something else', '<Other/>', 'MalformedXML'],
    ['with an unknown element', rule(`${expiration}<Other/>`), 'MalformedXML'],
    ['with another status', `<Rule><Status>On</Status><Prefix/>${expiration}</Rule>`, 'MalformedXML'],
    ['without a filter', `<Rule><Status>Enabled</Status>${expiration}</Rule>`, 'MalformedXML'],
    ['with two filters', rule(`<Filter/>${expiration}`), 'MalformedXML'],
    ['that does nothing', rule(''), 'InvalidRequest'],
    ['with an action that says nothing', rule('<Expiration/>'), 'MalformedXML'],
    ['after no days', rule('<Expiration><Days>0</Days></Expiration>'), 'InvalidArgument'],
    ['after words', rule('<Expiration><Days>one</Days></Expiration>'), 'MalformedXML'],
    ['at noon', rule('<Expiration><Date>2030-01-01T12:00:00Z</Date></Expiration>'), 'InvalidArgument'],
    ['with a name twice', rule(`<ID>a</ID>${expiration}`).repeat(2), 'InvalidArgument'],
    ['with a long name', rule(`<ID>${'a'.repeat(256)}</ID>${expiration}`), 'InvalidArgument'],
  ])('are refused %s', async (_name, content, code) => {
    const answer = await raw('PUT', 'lifecycle', `<LifecycleConfiguration>${content}</LifecycleConfiguration>`)
    expect([answer.status, answer.code]).toEqual([400, code])
  })
})

describe('an access control list', () => {
  test('is taken when it gives nobody but the owner anything', async () => {
    await client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
    await client.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'bucket-owner-full-control' }))
    const { body } = await raw('GET', 'acl')
    expect((await raw('PUT', 'acl', body.toString())).status).toBe(200)
  })

  test('is refused otherwise', async () => {
    const unsupported = refused(400, 'AccessControlListNotSupported')
    const publicBucket = client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
    await expect(publicBucket).rejects.toEqual(unsupported)
    const granted = client.send(new PutObjectAclCommand({ Bucket, Key: 'k', GrantRead: 'id=somebody' }))
    await expect(granted).rejects.toEqual(unsupported)
    const { body } = await raw('GET', 'acl')
    const other = await raw('PUT', 'acl', body.toString().replaceAll('s3-iam-proxy-store', 'somebody'))
    expect([other.status, other.code]).toEqual([400, 'AccessControlListNotSupported'])
    expect((await raw('PUT', 'acl')).code).toBe('MissingRequestBodyError')
    const lost = client.send(new PutObjectAclCommand({ Bucket, Key: 'lost', ACL: 'private' }))
    await expect(lost).rejects.toEqual(refused(404, 'NoSuchKey'))
  })
})

test.each([
  ['encryption', 404, 'ServerSideEncryptionConfigurationNotFoundError'],
  ['ownershipControls', 404, 'OwnershipControlsNotFoundError'],
  ['replication', 404, 'ReplicationConfigurationNotFoundError'],
  ['website', 404, 'NoSuchWebsiteConfiguration'],
  ['cors', 501, 'NotImplemented'],
  ['logging', 501, 'NotImplemented'],
])('a bucket says of %s that there is none', async (subresource, status, code) => {
  const answer = await raw('GET', subresource)
  expect([answer.status, answer.code]).toEqual([status, code])
})
