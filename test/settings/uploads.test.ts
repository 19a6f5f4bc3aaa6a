import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorReply, xmlReply } from '../support/plausible-replies.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { BackendRequest } from '../support/recording-backend.ts'
import type { SigningKey } from '../support/signer.ts'
import { type Order, type Pair, signedBy, unsignedRequest } from '../support/wire-requests.ts'

const UPLOADS = ['alice/1', 'alice/1', 'alice/2', 'alice/d/3', 'alice/d/4', 'alice/e f', 'bob/1', 'bob/2', 'carol'].map(
  (key, at) => ({ key, id: `id-${at}` }),
)

/** A list in pages of two, percent-encoded when that is asked for. */
function listOf({ target }: BackendRequest): string {
  const query = new URLSearchParams(target.split('?')[1])
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? '']
  const left = UPLOADS.filter(
    ({ key, id }) => key > keyMarker || (key === keyMarker && idMarker !== '' && id > idMarker),
  )
  const page = left.filter(({ key }) => key.startsWith(query.get('prefix') ?? '')).slice(0, 2)
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text
  const last = page.at(-1)
  const more = last !== undefined && left.filter(({ key }) => key.startsWith(query.get('prefix') ?? '')).length > 2
  const markers = more
    ? `<NextKeyMarker>${encode(last.key)}</NextKeyMarker><NextUploadIdMarker>${last.id}</NextUploadIdMarker>`
    : ''
  const lines = page.map(
    ({ key, id }) =>
      `<Upload><Key>${encode(key)}</Key><UploadId>${id}</UploadId><Initiator><ID>master-account-owner-id</ID></Initiator><StorageClass>STANDARD</StorageClass></Upload>`,
  )
  const encoding = encode === encodeURIComponent ? '<EncodingType>url</EncodingType>' : ''
  return xmlReply(
    `<ListMultipartUploadsResult><Bucket>x</Bucket>${encoding}<IsTruncated>${more}</IsTruncated>${markers}${lines.join('')}</ListMultipartUploadsResult>`,
  )
}

const home = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 's3:ListBucketMultipartUploads',
      Resource: 'arn:aws:s3:::a-bkt',
      Condition: { StringLike: { 's3:prefix': ['alice/', 'alice/*'] } },
    },
  ],
}

describe('the list of uploads', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await Stage.start({
      users: {
        alice: { inline_policy: home },
        bob: { buckets: [{ name: 'a-bkt', prefix: 'alice/', access: 'readwrite' }] },
      },
    })
  })
  afterAll(() => stage.close())
  beforeEach(() => {
    stage.backend.reset()
    stage.backend.script = (request) => ({ bytes: listOf(request) })
  })

  const list = (key: SigningKey, ...query: Pair[]) =>
    stage.send(signedBy(key, { path: '/a-bkt', query: [['uploads', ''], ...query] }))
  const valuesOf = (text: string, element: string): string[] =>
    [...text.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map((match) => match[1] ?? '')

  test('is the backend’s page for who may see all', async () => {
    const { text } = await list(ROOT, ['max-uploads', '2'])
    expect(valuesOf(text, 'Key')).toEqual(['alice/1', 'alice/1'])
    expect((await stage.theBackendRequest()).target).toContain('max-uploads=2')
  })

  test.each([
    ['a policy', ALICE],
    ['the short form', BOB],
  ])('shows who is limited by %s its own, read on until the page is full', async (_name, key) => {
    const { text } = await list(key)
    expect(valuesOf(text, 'Key')).toEqual(['alice/1', 'alice/1', 'alice/2', 'alice/d/3', 'alice/d/4', 'alice/e f'])
    expect(valuesOf(text, 'IsTruncated')).toEqual(['false'])
    expect(text).not.toMatch(/bob|carol/)
    expect(valuesOf(text, 'StorageClass').length).toBe(6)
    expect(stage.lastEvent()).toMatchObject({ operation: 'ListMultipartUploads', decision: 'Allow', status: 200 })
  })

  test('goes on where its markers say, and they name nobody else’s uploads', async () => {
    const seen: string[] = []
    let markers: Pair[] = []
    for (let page = 0; page < 9; page++) {
      const { text } = await list(ALICE, ['max-uploads', '1'], ...markers)
      seen.push(...valuesOf(text, 'UploadId'))
      expect(text).not.toMatch(/bob|carol/)
      const [key] = valuesOf(text, 'NextKeyMarker')
      if (key === undefined) break
      markers = [
        ['key-marker', key],
        ['upload-id-marker', valuesOf(text, 'NextUploadIdMarker')[0] ?? ''],
      ]
    }
    expect(seen).toEqual(['id-0', 'id-1', 'id-2', 'id-3', 'id-4', 'id-5'])
  })

  test('groups only what may be seen', async () => {
    const whole = await list(ALICE, ['delimiter', '/'])
    expect(valuesOf(whole.text, 'CommonPrefixes')).toEqual([])
    expect(whole.text).toContain('<CommonPrefixes><Prefix>alice/</Prefix></CommonPrefixes>')
    expect(whole.text).not.toMatch(/bob|carol/)
    const { text } = await list(ALICE, ['delimiter', '/'], ['prefix', 'alice/'], ['max-uploads', '4'])
    expect(valuesOf(text, 'Key')).toEqual(['alice/1', 'alice/1', 'alice/2'])
    expect(text).toContain('<CommonPrefixes><Prefix>alice/d/</Prefix></CommonPrefixes>')
    expect(valuesOf(text, 'NextKeyMarker')).toEqual(['alice/d/'])
    const rest = await list(ALICE, ['delimiter', '/'], ['prefix', 'alice/'], ['key-marker', 'alice/d/'])
    expect(valuesOf(rest.text, 'Key')).toEqual(['alice/e f'])
    expect(rest.text).not.toContain('CommonPrefixes')
  })

  test('is encoded when that is asked for', async () => {
    const { text } = await list(ALICE, ['encoding-type', 'url'], ['prefix', 'alice/e'])
    expect(valuesOf(text, 'Key')).toEqual(['alice/e%20f'])
    expect(valuesOf(text, 'EncodingType')).toEqual(['url'])
  })

  test.each([
    ['a policy', ALICE],
    ['the short form', BOB],
  ])('of a prefix of others is refused to who is limited by %s, and the backend is not asked', async (_name, key) => {
    for (const prefix of ['bob/', 'alicf', 'carol']) {
      expect((await list(key, ['prefix', prefix])).outcome).toBe('403 AccessDenied')
      expect(stage.lastEvent()).toMatchObject({
        decision: 'ImplicitDeny',
        action: 's3:ListBucketMultipartUploads',
        context: { 's3:prefix': [prefix] },
      })
    }
    await stage.expectBackendSawNothing()
  })

  test.each(['alice', 'al', 'alice/d/'])('of the prefix %s has what of it may be seen', async (prefix) => {
    const { text, status } = await list(ALICE, ['prefix', prefix])
    expect(status).toBe(200)
    expect(valuesOf(text, 'Key').every((key) => key.startsWith('alice/'))).toBe(true)
    expect(valuesOf(text, 'Key').length).toBeGreaterThan(0)
  })

  test.each([
    ['max-uploads', 'many'],
    ['max-uploads', '-1'],
    ['encoding-type', 'base64'],
  ])('with %s %s is refused', async (name, value) => {
    expect((await list(ALICE, [name, value])).outcome).toBe('400 InvalidArgument')
    await stage.expectBackendSawNothing()
  })

  test('is refused to whom nothing could be shown', async () => {
    expect((await list(NOBODY)).outcome).toBe('403 AccessDenied')
    expect((await stage.send(unsignedRequest({ path: '/a-bkt', query: [['uploads', '']] }))).outcome).toBe(
      '403 AccessDenied',
    )
    await stage.expectBackendSawNothing()
  })

  test('that the backend refuses, or that is none, is an error', async () => {
    stage.backend.script = () => ({ bytes: errorReply(404, 'NoSuchBucket') })
    expect((await list(ALICE)).outcome).toBe('404 NoSuchBucket')
    stage.backend.script = () => ({ bytes: xmlReply('<html></html>') })
    expect((await list(ALICE)).outcome).toBe('500 InternalError')
  })
})

describe('with multipart_owner_only', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await Stage.start({
      plain: { state: { path: './state.sqlite' }, multipart_owner_only: true },
      users: { bob: { allowed_buckets: ['a-bkt'] } },
    })
  })
  afterAll(() => stage.close())
  beforeEach(() => stage.backend.reset())

  const begin = (key: SigningKey) => stage.send(signedBy(key, { method: 'POST', query: [['uploads', '']] }))
  const COMPLETE =
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>'
  const id: Pair = ['uploadId', 'up1']
  const STEPS: readonly (readonly [string, Order])[] = [
    ['UploadPart', { method: 'PUT', query: [['partNumber', '1'], id], body: 'x' }],
    [
      'UploadPartCopy',
      { method: 'PUT', query: [['partNumber', '1'], id], headers: [['x-amz-copy-source', 'a-bkt/s']] },
    ],
    ['ListParts', { query: [id] }],
    ['CompleteMultipartUpload', { method: 'POST', query: [id], body: COMPLETE }],
    ['AbortMultipartUpload', { method: 'DELETE', query: [id] }],
  ]

  test('an upload is only for who began it', async () => {
    expect((await begin(ALICE)).outcome).toBe('200')
    stage.backend.reset()
    for (const [name, order] of STEPS) {
      for (const key of [BOB, ROOT])
        expect([name, (await stage.send(signedBy(key, order))).outcome]).toEqual([name, '403 AccessDenied'])
    }
    await stage.expectBackendSawNothing()
    for (const [name, order] of STEPS) {
      expect([name, (await stage.send(signedBy(ALICE, order))).status < 300]).toEqual([name, true])
    }
  })

  test('one that the state does not know belongs to nobody', async () => {
    for (const [name, order] of STEPS) {
      const query = (order.query ?? []).map((pair): Pair => (pair === id ? ['uploadId', 'other'] : pair))
      expect([name, (await stage.send(signedBy(ALICE, { ...order, query }))).outcome]).toEqual([
        name,
        '403 AccessDenied',
      ])
      const elsewhere = { ...order, path: '/a-bkt/l' }
      expect([name, (await stage.send(signedBy(ALICE, elsewhere))).outcome]).toEqual([name, '403 AccessDenied'])
    }
    await stage.expectBackendSawNothing()
  })
})
