import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { httpReply } from '../support/plausible-replies.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { sha256Hex } from '../support/signer.ts'
import {
  forgedBy,
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  uploadBy,
  withHeaders,
} from '../support/wire-requests.ts'

// What clients write in ways of their own, and what must not be lost or made up on the way.

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const headOf = async (): Promise<ReadonlyMap<string, string>> => (await stage.theBackendRequest()).headers

describe('Content-Encoding', () => {
  const COPY: readonly Pair[] = [
    ['x-amz-copy-source', 'a-bkt/source'],
    ['x-amz-metadata-directive', 'REPLACE'],
  ]
  test.each<[string, Order]>([
    ['an upload in parts', { method: 'POST', query: [['uploads', '']] }],
    ['a copy with new metadata', { method: 'PUT', headers: COPY }],
  ])('of %s reaches the backend, without the word for chunks', async (_, order) => {
    for (const [sent, left] of [
      ['gzip', 'gzip'],
      ['gzip,aws-chunked', 'gzip'],
      ['aws-chunked', undefined],
    ] as const) {
      stage.backend.reset()
      const headers: Pair[] = [...(order.headers ?? []), ['content-encoding', sent]]
      expect((await stage.send(signedBy(ALICE, { ...order, headers }))).outcome).toBe('200')
      expect((await headOf()).get('content-encoding')).toBe(left)
    }
  })

  test('in two lines, as the Java SDK adds the word for its chunks, is one list', async () => {
    const upload = uploadBy(ALICE, { mode: 'unsigned chunks with a trailer', headers: [] })
    const request = withHeaders(upload, ['content-encoding', 'gzip'], ['content-encoding', 'aws-chunked'])
    expect((await stage.send(request)).outcome).toBe('200')
    expect((await headOf()).get('content-encoding')).toBe('aws-chunked,gzip')
  })

  test('in two lines is signed as one list', async () => {
    const body = 'text'
    const order = { method: 'PUT', body, payloadHash: sha256Hex(body), unsigned: [] }
    const joined = forgedBy(ALICE, { ...order, headers: [['content-encoding', 'gzip,br']] })
    const twoLines = joined.headers.flatMap(([name, value]): Pair[] =>
      name === 'content-encoding'
        ? [
            [name, 'gzip'],
            [name, 'br'],
          ]
        : [[name, value]],
    )
    expect((await stage.send({ ...joined, headers: twoLines })).outcome).toBe('200')
    expect((await headOf()).get('content-encoding')).toBe('gzip,br')
    stage.backend.reset()
    expect((await stage.send(withHeaders(joined, ['content-encoding', 'x']))).outcome).toBe('403 SignatureDoesNotMatch')
    await stage.expectBackendSawNothing()
  })

  test('of which nothing but the word for chunks is left is not sent', async () => {
    const headers: Pair[] = [['content-encoding', 'aws-chunked,']]
    expect((await stage.send(uploadBy(ALICE, { mode: 'signed chunks', headers }))).outcome).toBe('200')
    expect((await headOf()).has('content-encoding')).toBe(false)
  })
})

test('a URL that the JavaScript SDK 2 presigned for a type takes an upload; its header says the type', async () => {
  const query: Pair[] = [
    ['Content-Type', 'image/png'],
    ['Content-MD5', 'anything'],
    ['Cache-Control', 'no-cache'],
  ]
  const request = presignedBy(ALICE, { method: 'PUT', query, body: 'x', unsigned: [['content-type', 'image/gif']] })
  expect((await stage.send(request)).outcome).toBe('200')
  const seen = await stage.theBackendRequest()
  expect(seen.target).toBe('/a-bkt/k')
  expect(seen.headers.get('content-type')).toBe('image/gif')
  expect(seen.headers.has('cache-control') || seen.headers.has('content-md5')).toBe(false)
})

test.each([
  ['no length', ''],
  ['chunks in its place', 'transfer-encoding: chunked\r\n'],
])('the length of an object, of which the backend says nothing to HEAD (%s), is not made up', async (_, line) => {
  stage.backend.script = () => ({ bytes: `HTTP/1.1 200 OK\r\netag: "e"\r\n${line}\r\n` })
  const answer = await stage.send(signedBy(ALICE, { method: 'HEAD' }))
  expect(answer.outcome).toBe('200')
  expect(answer.headers.get('etag')).toBe('"e"')
  expect(answer.headers.has('content-length') || answer.headers.has('transfer-encoding')).toBe(false)
  stage.backend.script = () => ({ bytes: httpReply(404) })
  expect((await stage.send(signedBy(ALICE, { method: 'HEAD' }))).status).toBe(404)
})

test('the last letter of a header is kept in both directions, though its bytes may look like a blank', async () => {
  // The bytes of the letter à in UTF-8; the second by itself is a blank that does not break.
  const text = 'attachment; filename=voil\u00c3\u00a0'
  stage.backend.script = () => ({
    bytes: Buffer.from(
      httpReply(200, '', [
        ['content-disposition', text],
        ['x-amz-meta-a', text],
      ]),
      'latin1',
    ),
  })
  const query: Pair[] = [['x-amz-meta-a', Buffer.from(text, 'latin1').toString()]]
  const order = { method: 'PUT', body: 'x', query, unsigned: [['content-disposition', text]] as const }
  expect((await stage.send(presignedBy(ALICE, order))).outcome).toBe('200')
  const seen = await headOf()
  expect([seen.get('content-disposition'), seen.get('x-amz-meta-a')]).toEqual([text, text])
  const { headers } = await stage.send(signedBy(ALICE))
  expect([headers.get('content-disposition'), headers.get('x-amz-meta-a')]).toEqual([text, text])
})

test('what is gone has no length, though a backend writes one', async () => {
  stage.backend.script = () => ({ bytes: httpReply(204, '', [['x-amz-version-id', 'v1']]) })
  const answer = await stage.send(signedBy(ALICE, { method: 'DELETE' }))
  expect([answer.status, answer.headers.get('x-amz-version-id')]).toEqual([204, 'v1'])
  expect(answer.headers.has('content-length')).toBe(false)
})

test('attributes of an object, each in a line of its own as the SDKs for Go and Java write them, are one list', async () => {
  const name = 'x-amz-object-attributes'
  const joined = forgedBy(ALICE, { query: [['attributes', '']], headers: [[name, 'ETag,ObjectSize']] })
  const headers = joined.headers.flatMap((pair): Pair[] =>
    pair[0] === name
      ? [
          [name, 'ETag'],
          [name, ' ObjectSize '],
        ]
      : [pair],
  )
  await stage.send({ ...joined, headers })
  expect((await headOf()).get(name)).toBe('ETag,ObjectSize')
})
