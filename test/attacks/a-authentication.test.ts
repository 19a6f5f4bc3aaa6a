import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { S3_OPERATIONS } from '../../src/s3/operations.ts'
import { ALICE, BOB, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  changeHeader,
  flipped,
  type Order,
  type Pair,
  PAYLOAD_MODES,
  type PayloadMode,
  presignedBy,
  signedBy,
  UPLOAD_TEXT,
  unsignedRequest,
  uploadBy,
  type WireRequest,
  withHeaders,
} from '../support/wire-requests.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const emptied = (text: string): string => text.replace(/Signature=.*/, 'Signature=')
const anotherSecret = { ...ALICE, secretKey: 'another secret' }

const SPOILERS: readonly (readonly [fault: string, spoil: (mode: PayloadMode) => WireRequest])[] = [
  ["a secret that is not the user's", (mode) => uploadBy(anotherSecret, { mode })],
  ['one digit of the signature changed', (mode) => changeHeader(uploadBy(ALICE, { mode }), 'authorization', flipped)],
  ['an empty signature', (mode) => changeHeader(uploadBy(ALICE, { mode }), 'authorization', emptied)],
]

describe.each(PAYLOAD_MODES)('%s', (mode) => {
  test.each(SPOILERS)('A1: an upload with %s is refused before its payload mode matters', async (_, spoil) => {
    const answer = await stage.send(spoil(mode))
    expect(answer.outcome).toBe('403 SignatureDoesNotMatch')
    await stage.expectBackendSawNothing()
  })

  test('A1: the same upload, rightly signed, reaches the backend', async () => {
    const answer = await stage.send(uploadBy(ALICE, { mode }))
    expect(answer.outcome).toBe('200')
    const seen = await stage.theBackendRequest()
    expect(seen.body.toString()).toContain(UPLOAD_TEXT)
  })

  test('A2: an upload signed in the query with a wrong signature is refused before its payload mode matters', async () => {
    const { headers, body } = uploadBy(ALICE, { mode })
    const special = headers.filter(([name]) => name.startsWith('x-amz-') && name !== 'x-amz-date')
    for (const spoil of [flipped, emptyQuerySignature]) {
      const { target } = presignedBy(ALICE, { method: 'PUT', headers: special })
      const order = {
        method: 'PUT',
        target: spoil(target),
        headers: withoutClaims(headers),
        body: body ?? Buffer.alloc(0),
      }
      expect((await stage.send(order)).outcome).toBe('403 SignatureDoesNotMatch')
    }
    await stage.expectBackendSawNothing()
  })
})

const emptyQuerySignature = (target: string): string => target.replace(/X-Amz-Signature=.*/, 'X-Amz-Signature=')
const withoutClaims = (headers: readonly Pair[]): Pair[] =>
  headers.filter(([name]) => name !== 'authorization' && name !== 'x-amz-date')

test('A2: a key id in the query and nothing else of a signature does not count as signed', async () => {
  const streaming: Pair[] = [
    ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
    ['x-amz-decoded-content-length', '1'],
  ]
  const query: Pair[] = [['X-Amz-Credential', `${ALICE.accessKey}/20260101/${ALICE.region}/s3/aws4_request`]]
  const answer = await stage.send(
    unsignedRequest({ method: 'PUT', query, headers: streaming, body: '1\r\nx\r\n0\r\n\r\n' }),
  )
  expect(answer.outcome).toBe('400 AuthorizationQueryParametersError')
  await stage.expectBackendSawNothing()
})

/** Whether the request would change something or tell something is not asked: none may get anywhere. */
function requestFor(row: (typeof S3_OPERATIONS)[number]): Order {
  const { subresource, demands, copySource, form } = row.selector
  const query: Pair[] = subresource === undefined ? [] : [[subresource, subresource === 'uploadId' ? 'u' : '']]
  for (const [name, value] of demands) if (name !== subresource) query.push([name, value ?? '1'])
  const headers: Pair[] = copySource === 'present' ? [['x-amz-copy-source', 'v-bkt/k']] : []
  if (form) headers.push(['content-type', 'multipart/form-data; boundary=x'])
  const path = { service: '/', bucket: '/v-bkt', object: '/v-bkt/k' }[row.level]
  const hasBody = row.method === 'PUT' || row.method === 'POST'
  return { method: row.method, path, query, headers, ...(hasBody ? { body: form ? FORM : '<x/>' } : {}) }
}

const FORM = ['key', 'file']
  .map((name) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nk\r\n`)
  .concat('--x--\r\n')
  .join('')

const WRONG_PROOFS: readonly (readonly [string, (order: Order) => WireRequest, RegExp])[] = [
  ['without a signature', unsignedRequest, /^403/],
  ['with a wrong signature in the header', (order) => signedBy({ ...ROOT, secretKey: 'x' }, order), /^403/],
  ['with a wrong signature in the query', (order) => presignedBy({ ...ROOT, secretKey: 'x' }, order), /^403/],
  ['signed by a key that nobody has', (order) => signedBy({ ...ROOT, accessKey: 'NOBODYATALL' }, order), /^403/],
  ['signed with version 2', (order) => withHeaders(unsignedRequest(order), ['authorization', 'AWS ROOT:c2ln']), /^400/],
]

test.each(WRONG_PROOFS)('A3: no operation of the table is carried out %s', async (_, make, expected) => {
  for (const row of S3_OPERATIONS) {
    const answer = await stage.send(make(requestFor(row)))
    // Browsers send preflights unsigned, so that no proof is looked at.
    expect(`${answer.status} of ${row.name}`).toMatch(row.name === 'CorsPreflight' ? /^403/ : expected)
  }
  await stage.expectBackendSawNothing()
})

test('A3: no operation of the table is carried out on the bucket of another user', async () => {
  for (const row of S3_OPERATIONS.filter(({ level }) => level !== 'service')) {
    const answer = await stage.send(signedBy(ALICE, requestFor(row)))
    expect(`${answer.status} of ${row.name}`).toMatch(/^(?:403|501|400|405|412) /)
  }
  await stage.expectBackendSawNothing()
})

const v2Header: Pair = ['authorization', `AWS ${ROOT.accessKey}:c2lnbmF0dXJl`]
const v4Header = (key: typeof ALICE): Pair => {
  const pair = signedBy(key).headers.find(([name]) => name === 'authorization')
  return ['authorization', pair?.[1] ?? '']
}
const v2Query: Pair[] = [
  ['AWSAccessKeyId', ROOT.accessKey],
  ['Expires', '4102444800'],
  ['Signature', 'c2lnbmF0dXJl'],
]

const SEVERAL: readonly (readonly [string, () => WireRequest])[] = [
  ["one user's header and another's query", () => withHeaders(presignedBy(ROOT), v4Header(ALICE))],
  ["one user's query and another's header", () => withHeaders(presignedBy(ALICE), v4Header(ROOT))],
  ['the same user in header and query', () => withHeaders(presignedBy(ALICE), v4Header(ALICE))],
  ['version 4 in the header and version 2 in the query', () => signedBy(ALICE, { query: v2Query })],
  ['version 2 in the header and version 4 in the query', () => withHeaders(presignedBy(ALICE), v2Header)],
  ['version 4 and version 2 in the query', () => presignedBy(ALICE, { query: v2Query })],
  ['two Authorization lines', () => withHeaders(signedBy(ALICE), v4Header(BOB))],
  [
    'two Authorization lines, the other first',
    () => ({ ...signedBy(ALICE), headers: [v4Header(ROOT), ...signedBy(ALICE).headers] }),
  ],
]

test.each(SEVERAL)('A5: a request signed in two ways is refused: %s', async (_, make) => {
  const answer = await stage.send(make())
  expect(answer.outcome).toBe('400 InvalidArgument')
  await stage.expectBackendSawNothing()
})
