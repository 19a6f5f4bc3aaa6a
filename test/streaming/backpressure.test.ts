import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALICE } from '../support/proxy-in-process.ts'
import { UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { signedBy } from '../support/wire-requests.ts'
import { PacedClient, standstill } from './paced-client.ts'
import { type SteeredStage, startSteeredStage } from './steered-stage.ts'

const MIB = 1024 * 1024
const BODY_BYTES = 96 * MIB
/** What the buffers of the system hold on two connections over the loopback, and a little for the proxy. */
const IN_FLIGHT_BYTES = 48 * MIB

let steered: SteeredStage
beforeAll(async () => {
  steered = await startSteeredStage()
})
afterAll(() => steered.close())

describe('backpressure', () => {
  test('a backend that stops reading stops the client, and nothing is lost when it goes on', async () => {
    const { stage, backend } = steered
    const request = signedBy(ALICE, {
      method: 'PUT',
      payloadHash: UNSIGNED_PAYLOAD,
      unsigned: [['content-length', String(BODY_BYTES)]],
    })
    const client = await PacedClient.send(stage.port, request)
    client.read()
    const writing = client.write(BODY_BYTES)
    const exchange = await backend.next()
    exchange.hold()
    const sent = await standstill(() => client.sent)
    expect(sent - exchange.bodyBytes).toBeLessThan(IN_FLIGHT_BYTES)
    expect(exchange.isComplete).toBe(false)
    exchange.goOn()
    await writing
    await exchange.until(({ isComplete }) => isComplete)
    exchange.answer(200, [['etag', '"e"']])
    await standstill(() => client.received, 50)
    expect(client.status).toBe(200)
    client.cut()
  })

  test('a client that stops reading stops the backend, and nothing is lost when it goes on', async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE))
    const exchange = await backend.next()
    exchange.head(200, [
      ['content-length', String(BODY_BYTES)],
      ['etag', '"e"'],
    ])
    let written = 0
    const piece = Buffer.alloc(256 * 1024)
    const writing = (async () => {
      while (written < BODY_BYTES) {
        await new Promise<void>((resolve) => exchange.connection.write(piece, () => resolve()))
        written += piece.length
      }
    })()
    expect(await standstill(() => written)).toBeLessThan(IN_FLIGHT_BYTES)
    client.read()
    await writing
    await standstill(() => client.received, 100)
    expect(client.status).toBe(200)
    expect(client.bodyBytes).toBe(BODY_BYTES)
    client.cut()
  })
})
