import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { signedBy, withHeaders, wireBytes, wireHead } from '../support/wire-requests.ts'

// The AWS SDK for JavaScript with an agent of one's own says `Expect: 100-continue` and sends its body at once; so does a
// load balancer that hands both on. Such a client must get to read a refusal as well as one that waits.

const TIMES = 20
const LARGE = Buffer.alloc(12 * 1024 * 1024, 'x')

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())

const plainUpload = (path: string) =>
  signedBy(ALICE, { method: 'PUT', path, body: LARGE, payloadHash: 'UNSIGNED-PAYLOAD' })
const upload = (path: string) => withHeaders(plainUpload(path), ['expect', '100-continue'])

describe('a refused upload', () => {
  test.each([
    ['with', upload],
    ['without', plainUpload],
  ])(`and a client that does not wait, %s Expect: seen ${TIMES} of ${TIMES} times`, async (_, order) => {
    const seen: string[] = []
    for (let turn = 0; turn < TIMES; turn++) {
      const connection = await stage.connect()
      const written = connection.write(wireBytes(order('/b-bkt/k')))
      seen.push((await connection.answer('PUT'))?.outcome ?? 'nothing')
      await written
      expect(connection.wasReset).toBe(false)
      connection.destroy()
    }
    expect(seen).toEqual(Array.from({ length: TIMES }, () => '403 AccessDenied'))
    await stage.expectBackendSawNothing()
  })

  test('and a client that waits: seen too, and the end of the connection right behind it', async () => {
    const connection = await stage.connect()
    await connection.write(wireHead(upload('/b-bkt/k')))
    const answer = await connection.answer('PUT')
    expect(answer).toMatchObject({ outcome: '403 AccessDenied', continued: false })
    expect(answer?.headers.get('connection')).toBe('close')
    expect(await connection.ends(500)).toBe(true)
    connection.destroy()
  })
})

test('an upload that is allowed is told to go on', async () => {
  const connection = await stage.connect()
  await connection.write(wireHead(upload('/a-bkt/k')))
  expect(await connection.continues()).toBe(true)
  await connection.write(LARGE)
  expect(await connection.answer('PUT')).toMatchObject({ outcome: '200' })
  connection.destroy()
})
