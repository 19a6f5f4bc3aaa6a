import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../support/ports.ts'
import { ALICE } from '../support/proxy-in-process.ts'
import { UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { type Order, PAYLOAD_MODES, signedBy, uploadBy, wireBytes } from '../support/wire-requests.ts'
import { PacedClient } from './paced-client.ts'
import type { BackendExchange } from './steered-backend.ts'
import { type SteeredStage, startSteeredStage } from './steered-stage.ts'

const KIB = 1024
const ETAG = ['etag', '"e"'] as const

let steered: SteeredStage
beforeAll(async () => {
  steered = await startSteeredStage()
})
afterAll(() => steered.close())
beforeEach(() => steered.backend.reset())

const bigUpload = (bytes: number): Order => ({
  method: 'PUT',
  payloadHash: UNSIGNED_PAYLOAD,
  unsigned: [['content-length', String(bytes)]],
})

describe('a client that breaks off', () => {
  test.each(PAYLOAD_MODES)('during an upload (%s) cuts the upload at the backend short of its length', async (mode) => {
    const { stage, backend } = steered
    const pieces = Array.from({ length: 16 }, () => Buffer.alloc(64 * KIB, 'x'))
    const bytes = wireBytes(uploadBy(ALICE, { mode, pieces }))
    const connection = await stage.connect()
    await connection.write(bytes.subarray(0, Math.floor(bytes.length / 2)))
    const exchange = await backend.next()
    await exchange.until(({ bodyBytes }) => bodyBytes > 0)
    connection.destroy()
    await exchange.until(({ isClosed }) => isClosed)
    expect(exchange.wasCut).toBe(true)
    expect(exchange.declaredLength).toBe(1024 * KIB)
    expect(exchange.bodyBytes).toBeLessThan(exchange.declaredLength)
  })

  test('before the last byte of an upload leaves the backend without it', async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE, bigUpload(100)))
    await client.write(50)
    await sleep(30)
    // Sent on now is the piece before: the newest one stays with the proxy, whatever its size.
    await client.write(49)
    const exchange = await backend.next()
    await exchange.until(({ bodyBytes }) => bodyBytes === 50)
    client.socket.end()
    await exchange.until(({ isClosed }) => isClosed)
    expect(exchange.wasCut).toBe(true)
    expect(exchange.bodyBytes).toBe(50)
  })

  test('before two pieces of an upload came leaves the backend untouched', async () => {
    const { stage, backend } = steered
    const before = stage.events().length
    const client = await PacedClient.send(stage.port, signedBy(ALICE, bigUpload(100)))
    await client.write(99)
    client.socket.end()
    await until(
      () => stage.events().length > before,
      2_000,
      () => 'not audited',
    )
    expect(backend.requests).toHaveLength(0)
  })

  test("during a download ends the backend's connection", async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE))
    client.read()
    const exchange = await backend.next()
    exchange.answer(200, [['content-length', '1000000'], ETAG], Buffer.alloc(1_000))
    await until(
      () => client.received > 0,
      2_000,
      () => 'nothing came',
    )
    client.cut()
    await exchange.until(({ isClosed }) => isClosed)
  })

  test("while it waits for an answer ends the backend's connection", async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE))
    const exchange = await backend.next()
    client.cut()
    await exchange.until(({ isClosed }) => isClosed)
  })

  test('is logged and audited with the bytes that really moved', async () => {
    const { stage, backend } = steered
    const before = stage.events().length
    const client = await PacedClient.send(stage.port, signedBy(ALICE, bigUpload(1_000)))
    await client.write(300)
    await sleep(30)
    await client.write(100)
    const exchange = await backend.next()
    client.cut()
    await exchange.until(({ isClosed }) => isClosed)
    // An event of the test before may come in between.
    const own = () =>
      stage
        .events()
        .slice(before)
        .find(({ operation }) => operation === 'PutObject')
    await until(
      () => own() !== undefined,
      2_000,
      () => 'not audited',
    )
    expect(own()).toMatchObject({ bytes_in: 400, bytes_out: 0 })
    expect(own()?.error_code).toEqual(expect.any(String))
  })
})

type Break = readonly [name: string, breakOff: (exchange: BackendExchange) => void]
const BREAKS: readonly Break[] = [
  ['ends', (exchange) => exchange.end()],
  ['dies', (exchange) => exchange.cut()],
]

describe.each(BREAKS)('a backend that %s', (_, breakOff) => {
  test('within an object never looks like success to the client', async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE))
    const exchange = await backend.next()
    client.read()
    exchange.answer(200, [['content-length', '100000'], ETAG], Buffer.alloc(50_000))
    await until(
      () => client.received > 0,
      2_000,
      () => 'nothing came',
    )
    breakOff(exchange)
    await client.over()
    expect(client.status).toBe(200)
    expect(client.bodyBytes).toBeLessThan(100_000)
    expect(client.start).toContain('\r\ncontent-length: 100000\r\n')
    await until(
      () => stage.lastEvent().error_code !== null,
      2_000,
      () => 'the audit event says nothing of the break',
    )
  })

  test('within an object of unknown length never ends it like one', async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE))
    const exchange = await backend.next()
    client.read()
    exchange.head(200, [['transfer-encoding', 'chunked'], ETAG])
    exchange.connection.write('5\r\nhello\r\n')
    await until(
      () => client.start.includes('hello'),
      2_000,
      () => 'nothing came',
    )
    breakOff(exchange)
    await client.over()
    expect(client.start).not.toContain('\r\n0\r\n')
  })

  test('within a document is an error to the client', async () => {
    const { stage, backend } = steered
    backend.onRequest = (exchange) => {
      exchange.answer(200, [['content-length', '5000']], '<ListBucketResult><Name>a-bkt</Name>')
      setTimeout(() => breakOff(exchange), 20)
    }
    const answer = await stage.send(signedBy(ALICE, { path: '/a-bkt', query: [['list-type', '2']] }))
    expect(answer.outcome).toBe('503 SlowDown')
  })

  test('after an upload, without an answer, is an error to the client and no second attempt', async () => {
    const { stage, backend } = steered
    backend.onRequest = (exchange) => {
      void exchange.until(({ isComplete }) => isComplete).then(() => breakOff(exchange))
    }
    const answer = await stage.send(uploadBy(ALICE, { mode: 'literal SHA-256' }))
    expect(answer.outcome).toBe('503 SlowDown')
    expect(backend.requests).toHaveLength(1)
  })

  test('within an upload is an error to the client', async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE, bigUpload(10_000_000)))
    client.read()
    const writing = client.write(1_000_000)
    const exchange = await backend.next()
    await exchange.until(({ bodyBytes }) => bodyBytes > 0)
    breakOff(exchange)
    await writing
    await client.over()
    expect(client.start).toMatch(/^HTTP\/1\.1 503 /)
    expect(client.start).toContain('<Code>SlowDown</Code>')
  })
})

test('success that is claimed before the upload was sent is none', async () => {
  const { stage, backend } = steered
  const client = await PacedClient.send(stage.port, signedBy(ALICE, bigUpload(10_000_000)))
  client.read()
  const writing = client.write(1_000_000)
  const exchange = await backend.next()
  await exchange.until(({ bodyBytes }) => bodyBytes > 0)
  exchange.answer(200, [ETAG])
  await exchange.until(({ isClosed }) => isClosed)
  await writing
  await client.over()
  expect(exchange.wasCut).toBe(true)
  expect(client.start).toMatch(/^HTTP\/1\.1 500 /)
  expect(client.start).toContain('<Code>InternalError</Code>')
})

test('a refusal by the backend before the upload was sent reaches the client', async () => {
  const { stage, backend } = steered
  const client = await PacedClient.send(stage.port, signedBy(ALICE, bigUpload(10_000_000)))
  client.read()
  const writing = client.write(1_000_000)
  const exchange = await backend.next()
  await exchange.until(({ bodyBytes }) => bodyBytes > 0)
  exchange.answer(404, [['content-type', 'application/xml']], '<Error><Code>NoSuchBucket</Code></Error>')
  await writing
  await client.over()
  expect(client.start).toMatch(/^HTTP\/1\.1 404 /)
  expect(client.start).toContain('<Code>NoSuchBucket</Code>')
  await exchange.until(({ isClosed }) => isClosed)
})
