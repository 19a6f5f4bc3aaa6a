import { afterAll, beforeAll, expect, test } from 'vitest'
import { S3Caller } from '../test/support/s3-caller.ts'
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
