import { describe, expect, test } from 'vitest'
import { isXmlProblem, readXml } from '../xml-reader.ts'
import { childText } from './fields.ts'
import { type ListedBucket, pageOfBuckets, parseBucketList, writeBucketList } from './list-buckets.ts'

const bucket = (name: string): ListedBucket => ({ name, creationDate: '2026-01-02T03:04:05.000Z', region: undefined })
const names = (buckets: readonly ListedBucket[]) => buckets.map(({ name }) => name)

describe("the backend's list", () => {
  test('gives buckets, owner and token', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Owner><ID>master</ID><DisplayName>Master User</DisplayName></Owner>
      <Buckets><Bucket><Name>a</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket>
      <Bucket><Name>b</Name><BucketRegion>fsn1</BucketRegion></Bucket><Bucket/></Buckets>
      <ContinuationToken>t</ContinuationToken></ListAllMyBucketsResult>`
    expect(parseBucketList(Buffer.from(xml))).toEqual({
      buckets: [bucket('a'), { name: 'b', creationDate: '', region: 'fsn1' }],
      owner: { id: 'master', displayName: 'Master User' },
      continuationToken: 't',
    })
  })

  test('may be empty', () => {
    expect(parseBucketList(Buffer.from('<ListAllMyBucketsResult/>'))).toEqual({
      buckets: [],
      owner: { id: '', displayName: '' },
      continuationToken: undefined,
    })
  })

  test('is a problem when it is something else', () => {
    expect(parseBucketList(Buffer.from('<html></html>'))).toHaveProperty('problem', 'wrong-root')
  })
})

describe('a page', () => {
  const buckets = ['b2', 'a', 'b1', 'c'].map(bucket)

  test('is sorted and holds all by default', () => {
    expect(names(pageOfBuckets(buckets, {}, 'fsn1').buckets)).toEqual(['a', 'b1', 'b2', 'c'])
  })

  test('keeps to the prefix', () => {
    expect(names(pageOfBuckets(buckets, { prefix: 'b' }, 'fsn1').buckets)).toEqual(['b1', 'b2'])
  })

  test('continues where the one before ended, and the last one says so', () => {
    const seen: string[] = []
    let continuationToken: string | undefined
    do {
      const page = pageOfBuckets(buckets, { maxBuckets: '3', continuationToken }, 'fsn1')
      seen.push(...names(page.buckets))
      continuationToken = page.continuationToken
    } while (continuationToken !== undefined)
    expect(seen).toEqual(['a', 'b1', 'b2', 'c'])
  })

  test('is complete when it just fits', () => {
    expect(pageOfBuckets(buckets, { maxBuckets: '4' }, 'fsn1').continuationToken).toBeUndefined()
  })

  test('of another region is empty', () => {
    expect(pageOfBuckets(buckets, { bucketRegion: 'nbg1' }, 'fsn1').buckets).toEqual([])
    expect(pageOfBuckets(buckets, { bucketRegion: 'fsn1' }, 'fsn1').buckets).toHaveLength(4)
  })

  test.each([
    [{ maxBuckets: '0' }],
    [{ maxBuckets: '10001' }],
    [{ maxBuckets: '-1' }],
    [{ maxBuckets: '1e3' }],
    [{ maxBuckets: '' }],
    [{ continuationToken: '' }],
    [{ continuationToken: 'not base64!' }],
    [{ continuationToken: '_w' }],
  ])('is refused for %j', (request) => {
    expect(() => pageOfBuckets(buckets, request, 'fsn1')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  })
})

describe('the answer to ListBuckets', () => {
  const owner = { id: 'proxy', displayName: 'users' }

  test('shows our owner and, without parameters, no region', () => {
    const page = { buckets: [bucket('a')], continuationToken: undefined }
    const bytes = writeBucketList(page, { owner, region: 'fsn1', request: { prefix: undefined } })
    expect(bytes.toString()).toContain('<Owner><ID>proxy</ID><DisplayName>users</DisplayName></Owner>')
    expect(parseBucketList(bytes)).toMatchObject({ buckets: [bucket('a')], owner })
  })

  test('shows region, prefix and token to a client that pages', () => {
    const page = { buckets: [bucket('a')], continuationToken: 'YQ' }
    const root = readXml(writeBucketList(page, { owner, region: 'fsn1', request: { prefix: 'a', maxBuckets: '1' } }))
    if (isXmlProblem(root)) throw new Error(root.problem)
    expect(childText(root, 'Prefix')).toBe('a')
    expect(childText(root, 'ContinuationToken')).toBe('YQ')
    expect(root.children[1]?.children[0]?.children.at(-1)).toMatchObject({ name: 'BucketRegion', text: 'fsn1' })
  })
})
