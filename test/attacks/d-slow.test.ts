import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listen, type Listener } from '../../src/listen/listener.ts'
import { trustedProxyList } from '../../src/listen/client-address.ts'
import { syntaxAnswer } from '../../src/listen/syntax-answer.ts'
import { httpReply } from '../support/plausible-replies.ts'
import { until } from '../support/ports.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { RawConnection } from '../support/raw-socket.ts'
import {
  type Pair,
  PAYLOAD_MODES,
  signedBy,
  unsignedRequest,
  uploadBy,
  wireBytes,
  wireHead,
  withHeaders,
} from '../support/wire-requests.ts'

// Clients that take their time. Silence is bounded, not the transfer.

let stage: Stage
// Begun first, for it takes seconds.
let lingering: Promise<number>
beforeAll(async () => {
  stage = await Stage.start({
    profile: 'ceph',
    more: { server: { read_timeout: '400ms', write_timeout: '400ms', idle_timeout: '400ms' } },
  })
  lingering = linger()
  await pause(50)
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const PIECES = [Buffer.alloc(100_000, 'x')]

describe('D5: a request head that comes slowly', () => {
  let listener: Listener
  let handled = 0
  beforeAll(async () => {
    const trustedProxies = trustedProxyList([])
    if (trustedProxies === undefined) throw new Error('an empty list')
    const limits = {
      idleTimeoutMs: 5_000,
      readTimeoutMs: 5_000,
      writeTimeoutMs: 5_000,
      maxHeaderBytes: 16_384,
      headTimeoutMs: 300,
    }
    listener = await listen(
      { host: '127.0.0.1', port: 0, tls: undefined, trustedProxies, ...limits },
      async ({ response }) => {
        handled++
        response.end()
      },
      (code) => syntaxAnswer(code).bytes,
    )
  })
  afterAll(() => listener.close(0))

  test.each([
    ['a byte at a time', 'GET / HTTP/1.1\r\nhost: x\r\nx-padding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['all but its last line', 'GET / HTTP/1.1\r\nhost: x\r\n'],
  ])('D5: a head that comes slowly (%s) ends the connection', async (_, head) => {
    const connection = await RawConnection.open(listener.port)
    const [first = '', ...rest] = head.startsWith('GET / HTTP/1.1\r\nhost: x\r\nx') ? head : [head]
    await connection.write(first)
    for (const byte of rest) {
      await pause(20)
      await connection.write(byte)
    }
    const answer = await connection.answer()
    expect(answer?.outcome ?? '400 RequestTimeout').toBe('400 RequestTimeout')
    expect(await connection.ends(1_000)).toBe(true)
    expect(handled).toBe(0)
    connection.destroy()
  })

  test('D5: a connection on which nothing is said at all ends too', async () => {
    const connection = await RawConnection.open(listener.port)
    expect(await connection.ends(3_000)).toBe(true)
    connection.destroy()
  })
})

describe('D5', () => {
  test('D5: an upload that falls silent is ended as RequestTimeout in every mode, and the backend has not got all of it', async () => {
    const before = stage.requestsDone
    await Promise.all(
      PAYLOAD_MODES.map(async (mode) => {
        const connection = await stage.connect()
        await connection.write(wireBytes(uploadBy(ALICE, { mode, pieces: PIECES })).subarray(0, -50_000))
        expect(`${mode}: ${(await connection.answer())?.outcome}`).toBe(`${mode}: 400 RequestTimeout`)
        connection.destroy()
      }),
    )
    await stage.untilDone(before + PAYLOAD_MODES.length - 1)
    await stage.expectBackendStoredNothing()
  })

  test('D5: an upload that comes slowly but steadily is taken, however long it takes', async () => {
    const bytes = wireBytes(uploadBy(ALICE, { mode: 'literal SHA-256', pieces: PIECES }))
    const connection = await stage.connect()
    const step = Math.ceil(bytes.length / 10)
    for (let at = 0; at < bytes.length; at += step) {
      await connection.write(bytes.subarray(at, at + step))
      await pause(80)
    }
    expect((await connection.answer())?.outcome).toBe('200')
    connection.destroy()
  })

  test('D5: a document that falls silent, or a client that was asked to send and does not, is ended as RequestTimeout', async () => {
    const deletion = signedBy(ALICE, {
      method: 'POST',
      path: '/a-bkt',
      query: [['delete', '']],
      body: '<Delete><Object><Key>k</Key></Object></Delete>',
    })
    const expecting: Pair = ['expect', '100-continue']
    const unfinished = [wireBytes(deletion).subarray(0, -5), Buffer.from(wireHead(withHeaders(deletion, expecting)))]
    await Promise.all(
      unfinished.map(async (bytes) => {
        const connection = await stage.connect()
        await connection.write(bytes)
        expect((await connection.answer())?.outcome).toBe('400 RequestTimeout')
        connection.destroy()
      }),
    )
    await stage.expectBackendSawNothing()
  })

  test('D5: a connection that stays idle between requests ends', async () => {
    const connection = await stage.connect()
    await connection.write(wireBytes(signedBy(ALICE)))
    expect((await connection.answer())?.outcome).toBe('200')
    expect(await connection.ends(5_000)).toBe(true)
    connection.destroy()
  })

  test('D5: who takes no more of an answer is given up, and the connection to the backend with it', async () => {
    const length = 64 * 1024 * 1024
    stage.backend.script = () => ({
      bytes: `${httpReply(200, '', [['content-length', String(length)]])}${'x'.repeat(length)}`,
    })
    const connection = await stage.connect()
    const before = stage.requestsDone
    connection.stopReading()
    await connection.write(wireBytes(signedBy(ALICE)))
    await stage.untilDone(before)
    expect(stage.lastEvent()).toMatchObject({ status: 200, operation: 'GetObject' })
    expect(stage.lastEvent().bytes_out).toBeLessThan(length)
    connection.destroy()
    stage.backend.reset()
    expect((await stage.send(signedBy(ALICE))).outcome).toBe('200')
  })

  test('D5: who takes no more of a document is given up, too, however little of it is left', async () => {
    const document = `<ListBucketResult>${`<Key>${'k'.repeat(1_000)}</Key>`.repeat(8_000)}</ListBucketResult>`
    stage.backend.script = () => ({ bytes: httpReply(200, document) })
    const connection = await stage.connect()
    const before = stage.requestsDone
    connection.stopReading()
    await connection.write(wireBytes(signedBy(ALICE, { path: '/a-bkt' })))
    await until(
      () => stage.requestsDone > before,
      9_000,
      () => 'the client is waited for',
    )
    await pause(800)
    connection.startReading()
    expect(await connection.ends(2_000)).toBe(true)
    expect(connection.received).toContain('<ListBucketResult>')
    expect(connection.received).not.toContain('</ListBucketResult>')
    connection.destroy()
  })

  test('D3: a client that leaves during an upload leaves the backend without its end', async () => {
    for (const mode of PAYLOAD_MODES) {
      stage.backend.reset()
      const bytes = wireBytes(uploadBy(ALICE, { mode, pieces: PIECES }))
      const before = stage.requestsDone
      const connection = await stage.connect()
      await connection.write(bytes.subarray(0, -10))
      await pause(30)
      connection.destroy()
      await stage.untilDone(before)
      await stage.expectBackendStoredNothing()
    }
  })

  test('D3: a client that says early that no more comes gets IncompleteBody, and nothing is stored', async () => {
    for (const mode of PAYLOAD_MODES) {
      stage.backend.reset()
      const connection = await stage.connect()
      const before = stage.requestsDone
      await connection.write(wireBytes(uploadBy(ALICE, { mode, pieces: PIECES })).subarray(0, -10))
      connection.end()
      const answer = await connection.answer()
      expect(`${mode}: ${answer?.outcome}`).toBe(`${mode}: 400 IncompleteBody`)
      connection.destroy()
      await stage.untilDone(before)
      await stage.expectBackendStoredNothing()
      // One request: one answer, one line and one event, by one name.
      expect(stage.requestsDone).toBe(before + 1)
      const requestId = answer?.headers.get('x-amz-request-id')
      expect(stage.lastEvent()).toMatchObject({ request_id: requestId, status: 400, error_code: 'IncompleteBody' })
    }
  })

  test('D3: a client that leaves during a download does not leave a half-used connection to the backend behind', async () => {
    const length = 32 * 1024 * 1024
    stage.backend.script = () => ({
      bytes: `${httpReply(200, '', [['content-length', String(length)]])}${'x'.repeat(length)}`,
    })
    for (let i = 0; i < 3; i++) {
      const before = stage.requestsDone
      const connection = await stage.connect()
      connection.stopReading()
      await connection.write(wireBytes(signedBy(ALICE)))
      await pause(50)
      connection.destroy()
      await stage.untilDone(before)
    }
    stage.backend.reset()
    const answers = await Promise.all(Array.from({ length: 5 }, () => stage.send(signedBy(ALICE))))
    for (const answer of answers) expect(answer.body.toString()).toBe('the bytes of an object')
  })

  test('D5: after a refusal a client that neither takes its leave nor falls silent is cut after five seconds', async () => {
    const lastedMs = await lingering
    expect(lastedMs).toBeGreaterThan(4_000)
    expect(lastedMs).toBeLessThan(7_500)
  })
})

/** A refused client that drips bytes; how long it is let to. */
async function linger(): Promise<number> {
  const connection = await stage.connect()
  await connection.write(wireHead(unsignedRequest({ method: 'PUT', unsigned: [['content-length', '1000000']] })))
  if ((await connection.answer())?.outcome !== '403 AccessDenied') throw new Error('was not refused')
  const since = Date.now()
  while (!connection.isBroken && Date.now() - since < 8_000) {
    await pause(100)
    await connection.write('x')
  }
  connection.destroy()
  return Date.now() - since
}
