import { afterAll, beforeAll, expect, test } from 'vitest'
import { exchange, hostOf } from '../test/support/exchange.ts'
import { S3Caller } from '../test/support/s3-caller.ts'
import { sha256Hex, sign } from '../test/support/signer.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from '../test/support/test-store.ts'

let store: TestStore
let caller: S3Caller

beforeAll(async () => {
  store = await startTestStore()
  caller = new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL)
  await caller.makeBucket('bkt')
  await caller.put('bkt', 'k', 'x')
})
afterAll(() => store.remove())

test.each(['GET', 'HEAD'])('a header of the answer to %s keeps its bytes beyond ASCII', async (method) => {
  const query = [['response-content-disposition', 'attachment; filename="ü"']] as const
  const { status, headers } = await caller.call({ method, bucket: 'bkt', key: 'k', query })
  expect(status).toBe(200)
  // The two bytes of the letter in UTF-8, as latin1 text.
  expect(headers.get('content-disposition')).toBe('attachment; filename="\u00c3\u00bc"')
})

test('an object keeps the last letter of its headers, whose bytes may look like a blank', async () => {
  const endpoint = { url: store.endpoint() }
  // The bytes of the letter à in UTF-8; the second by itself is a blank that does not break.
  const text = 'voil\u00c3\u00a0'
  const query = [['x-amz-meta-a', 'voilà']] as const
  const order = {
    method: 'PUT',
    host: hostOf(endpoint),
    path: '/bkt/a',
    query,
    headers: [],
    payloadHash: sha256Hex(''),
  }
  const signed = sign(TEST_CREDENTIAL, order)
  const headers = [...signed.headers, ['content-disposition', text] as const, ['content-length', '0'] as const]
  expect((await exchange(endpoint, { ...signed, headers })).status).toBe(200)
  const read = await caller.call({ method: 'GET', bucket: 'bkt', key: 'a' })
  expect(read.headers.get('x-amz-meta-a')).toBe(text)
  expect(read.headers.get('content-disposition')).toBe(text)
})
