import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { S3Caller } from '../test/support/s3-caller.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let client: S3Client
const Bucket = 'listed'
/** `key id` in the order of the document; markers end with `†`. */
const all: string[] = []

const put = async (Key: string) =>
  `${Key} ${(await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))).VersionId}`
const mark = async (Key: string) => `${Key} ${(await client.send(new DeleteObjectCommand({ Bucket, Key }))).VersionId}†`

beforeAll(async () => {
  store = await startTestStore()
  client = store.client()
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const ofA = ['a null', await put('a'), await mark('a'), await put('a')]
  const ofDir = [await put('dir/1'), await put('dir/1')]
  const others = [await put('dir/2'), await mark('ü b'), await put('\uffee'), await put('\u{1f600}')]
  all.push(...ofA.reverse(), ...ofDir.reverse(), ...others)
})
afterAll(() => store.remove())

async function page(query: Partial<ListObjectVersionsCommandInput> = {}) {
  const pairs = Object.entries({
    prefix: query.Prefix,
    delimiter: query.Delimiter,
    'key-marker': query.KeyMarker,
    'version-id-marker': query.VersionIdMarker,
    'max-keys': query.MaxKeys?.toString(),
    'encoding-type': query.EncodingType,
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const caller = new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL)
  const answer = await caller.call({ method: 'GET', bucket: Bucket, query: [['versions', ''], ...pairs] })
  const xml = answer.body.toString()
  const text = (name: string, within = xml) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(within)?.[1]
  const entries = [...xml.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)].map(
    ([, kind, content]) => `${text('Key', content)} ${text('VersionId', content)}${kind === 'Version' ? '' : '†'}`,
  )
  const prefixes = [...xml.matchAll(/<CommonPrefixes><Prefix>([^<]*)</g)].map(([, prefix]) => prefix)
  const next = { KeyMarker: text('NextKeyMarker'), VersionIdMarker: text('NextVersionIdMarker') }
  return { status: answer.status, code: answer.code, entries, prefixes, next, truncated: text('IsTruncated'), xml }
}

describe('a listing of versions', () => {
  test('gives them by key in byte order, of each key the newest first', async () => {
    const { entries, truncated, xml } = await page()
    expect([entries, truncated]).toEqual([all, 'false'])
    expect([...xml.matchAll(/<IsLatest>true</g)]).toHaveLength(6)
  })

  test.each([1, 2, 3, 4, 7])('gives each once over pages of %d', async (MaxKeys) => {
    const found: string[] = []
    let marker: Partial<ListObjectVersionsCommandInput> = {}
    for (;;) {
      const { entries, truncated, next } = await page({ ...marker, MaxKeys })
      expect(entries.length).toBeLessThanOrEqual(MaxKeys)
      found.push(...entries)
      if (truncated === 'false') break
      marker = next as ListObjectVersionsCommandInput
    }
    expect(found).toEqual(all)
  })

  test('rolls keys up at a delimiter', async () => {
    const { entries, prefixes } = await page({ Delimiter: '/' })
    expect(entries).toEqual(all.filter((line) => !line.startsWith('dir/')))
    expect(prefixes).toEqual(['dir/'])
    const within = await page({ Delimiter: '/', Prefix: 'dir/' })
    expect([within.entries, within.prefixes]).toEqual([all.filter((line) => line.startsWith('dir/')), []])
    const first = await page({ Delimiter: '/', MaxKeys: 5 })
    expect([first.truncated, first.next]).toEqual(['true', { KeyMarker: 'dir/', VersionIdMarker: undefined }])
    const rest = await page({ Delimiter: '/', KeyMarker: 'dir/' })
    expect(rest.entries).toEqual(all.slice(-3))
  })

  test('goes on after a key without a version', async () => {
    expect((await page({ KeyMarker: 'a' })).entries).toEqual(all.slice(4))
  })

  test('goes on at the right place when the version that ended the page was deleted since', async () => {
    const [one, two, three] = [await put('gone'), await put('gone'), await put('gone')]
    const VersionIdMarker = two.split(' ')[1] ?? ''
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone', VersionId: VersionIdMarker }))
    const left = (await page({ Prefix: 'gone', KeyMarker: 'gone', VersionIdMarker })).entries
    expect(left).toEqual([one])
    for (const line of [one, three])
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone', VersionId: line.split(' ')[1] }))
  })

  test('percent-encodes keys, prefixes and markers when asked', async () => {
    const { entries } = await page({ EncodingType: 'url', Prefix: 'ü' })
    expect(entries).toEqual([`%C3%BC%20b ${all.at(-3)?.split(' ')[2]}`])
    const first = await page({ EncodingType: 'url', MaxKeys: 8 })
    expect(first.next.KeyMarker).toBe('%C3%BC%20b')
    const sdk = await client.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url', Delimiter: 'ü b' }))
    expect([sdk.EncodingType, sdk.CommonPrefixes]).toEqual(['url', [{ Prefix: '%C3%BC%20b' }]])
  })

  test('refuses what it cannot read', async () => {
    const refusals = [{ VersionIdMarker: 'v' }, { MaxKeys: -1 }, { EncodingType: 'x' as 'url' }]
    for (const query of refusals) {
      const { status, code } = await page(query)
      expect([status, code]).toEqual([400, 'InvalidArgument'])
    }
    expect(await page({ MaxKeys: 0 })).toMatchObject({ entries: [], truncated: 'false' })
  })
})
