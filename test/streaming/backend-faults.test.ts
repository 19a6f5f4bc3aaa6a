import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort, until } from '../support/ports.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { signedBy, uploadBy } from '../support/wire-requests.ts'
import { PacedClient } from './paced-client.ts'
import type { BackendExchange } from './steered-backend.ts'
import { type SteeredStage, startSteeredStage } from './steered-stage.ts'

const SILENCE_MS = 250
const WAIT_MS = 300
const MAX_CONNECTIONS = 2
const ETAG = ['etag', '"e"'] as const

let steered: SteeredStage
beforeAll(async () => {
  const backend = {
    response_timeout: `${SILENCE_MS}ms`,
    connect_timeout: `${WAIT_MS}ms`,
    max_connections: MAX_CONNECTIONS,
  }
  steered = await startSteeredStage({ backend })
})
afterAll(() => steered.close())
beforeEach(() => steered.backend.reset())

describe('a backend that says nothing', () => {
  test.each([
    ['a read', signedBy(ALICE)],
    ['an upload', uploadBy(ALICE, { mode: 'literal SHA-256' })],
    ['a deletion', signedBy(ALICE, { method: 'DELETE' })],
  ])('is 503 ServiceUnavailable for %s, asked once only', async (_, request) => {
    const { stage, backend } = steered
    backend.onRequest = () => undefined
    const answer = await stage.send(request)
    expect(answer.outcome).toBe('503 ServiceUnavailable')
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(backend.requests).toHaveLength(1)
    await backend.requests[0]?.until(({ isClosed }) => isClosed)
  })

  test('within an object cuts the connection to the client', async () => {
    const { stage, backend } = steered
    const client = await PacedClient.send(stage.port, signedBy(ALICE))
    client.read()
    const exchange = await backend.next()
    exchange.answer(200, [['content-length', '1000'], ETAG], 'a beginning')
    await client.over()
    expect(client.bodyBytes).toBeLessThan(1_000)
    await exchange.until(({ isClosed }) => isClosed)
  })

  test('while it is given an upload cuts it: 503 ServiceUnavailable', async () => {
    const { stage, backend } = steered
    const bytes = 96 * 1024 * 1024
    const request = signedBy(ALICE, {
      method: 'PUT',
      payloadHash: UNSIGNED_PAYLOAD,
      unsigned: [['content-length', String(bytes)]],
    })
    const client = await PacedClient.send(stage.port, request)
    client.read()
    const writing = client.write(bytes)
    const exchange = await backend.next()
    exchange.hold()
    await until(
      () => client.start.includes('</Error>'),
      8_000,
      () => `no answer; ${client.sent} bytes sent`,
    )
    expect(client.start).toContain('<Code>ServiceUnavailable</Code>')
    client.cut()
    await writing
    exchange.goOn()
    await exchange.until(({ isClosed }) => isClosed)
    expect(exchange.wasCut).toBe(true)
  })

  test('is not what a slow client makes of it: an upload may pause longer than the backend may', async () => {
    const { stage, backend } = steered
    backend.onRequest = (exchange) => {
      void exchange.until(({ isComplete }) => isComplete).then(() => exchange.answer(200, [ETAG]))
    }
    const client = await PacedClient.send(
      stage.port,
      signedBy(ALICE, { method: 'PUT', payloadHash: UNSIGNED_PAYLOAD, unsigned: [['content-length', '300']] }),
    )
    client.read()
    for (let piece = 0; piece < 3; piece += 1) {
      await client.write(100)
      await sleep(SILENCE_MS * 1.4)
    }
    await until(
      () => client.received > 0,
      2_000,
      () => 'no answer',
    )
    expect(client.status).toBe(200)
    client.cut()
  })
})

describe('a backend that is down', () => {
  test.each([
    ['a read', signedBy(ALICE)],
    ['an upload', uploadBy(ALICE, { mode: 'signed chunks with a trailer' })],
  ])('is 503 SlowDown with Retry-After for %s', async (_, request) => {
    const endpoint = `http://127.0.0.1:${await freePort()}`
    const stage = await Stage.start({ more: { master_credentials: { endpoint } } })
    try {
      const answer = await stage.send(request)
      expect(answer.outcome).toBe('503 SlowDown')
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    } finally {
      await stage.close()
    }
  })
})

/** Answers the first request on each connection and closes at the second one, as a server does whose time is up. */
function dyingConnections(): {
  readonly onRequest: (exchange: BackendExchange) => void
  readonly deaths: () => number
} {
  const used = new Set<unknown>()
  let deaths = 0
  return {
    deaths: () => deaths,
    onRequest: (exchange) => {
      if (used.has(exchange.connection)) {
        deaths += 1
        exchange.cut()
        return
      }
      used.add(exchange.connection)
      void exchange.until(({ isComplete }) => isComplete).then(() => exchange.answer(200, [ETAG]))
    },
  }
}

describe('a pooled connection that dies as it is used again', () => {
  test.each(['GET', 'HEAD'])('is overlooked for %s', async (method) => {
    const { stage, backend } = steered
    const dying = dyingConnections()
    backend.onRequest = dying.onRequest
    expect((await stage.send(signedBy(ALICE, { method }))).status).toBe(200)
    expect((await stage.send(signedBy(ALICE, { method }))).status).toBe(200)
    expect(dying.deaths()).toBe(1)
    expect(backend.requests).toHaveLength(3)
  })

  test.each([
    ['PUT', uploadBy(ALICE, { mode: 'UNSIGNED-PAYLOAD' })],
    ['PUT without bytes', signedBy(ALICE, { method: 'PUT' })],
    ['DELETE', signedBy(ALICE, { method: 'DELETE' })],
    ['POST', signedBy(ALICE, { method: 'POST', query: [['uploads', '']] })],
  ])('is told to the client for %s: it may have been carried out', async (_, request) => {
    const { stage, backend } = steered
    const dying = dyingConnections()
    backend.onRequest = dying.onRequest
    expect((await stage.send(signedBy(ALICE))).status).toBe(200)
    expect((await stage.send(request)).outcome).toBe('503 SlowDown')
    expect(dying.deaths()).toBe(1)
    expect(backend.requests).toHaveLength(2)
  })
})

describe('backend.max_connections', () => {
  test('is never exceeded, and those who wait get their turn', async () => {
    const { stage, backend } = steered
    let open = 0
    let most = 0
    backend.onRequest = (exchange) => {
      open += 1
      most = Math.max(most, open)
      setTimeout(() => {
        open -= 1
        exchange.answer(200, [ETAG], 'an object')
      }, 40)
    }
    const answers = await Promise.all(Array.from({ length: 8 }, () => stage.send(signedBy(ALICE))))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(most).toBe(MAX_CONNECTIONS)
    expect(new Set(backend.requests.map(({ connection }) => connection)).size).toBe(MAX_CONNECTIONS)
  })

  test('waits no longer than a connection may take: 503 SlowDown', async () => {
    const { stage, backend } = steered
    const holders = await Promise.all(
      Array.from({ length: MAX_CONNECTIONS }, () => PacedClient.send(stage.port, signedBy(ALICE))),
    )
    for (const holder of holders) holder.read()
    const held = await Promise.all(holders.map(() => backend.next()))
    for (const exchange of held) exchange.head(200, [['content-length', '1000'], ETAG])
    const trickle = setInterval(() => {
      for (const exchange of held) exchange.connection.write('.')
    }, 50)
    try {
      const answer = await stage.send(signedBy(ALICE))
      expect(answer.outcome).toBe('503 SlowDown')
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    } finally {
      clearInterval(trickle)
      for (const holder of holders) holder.cut()
    }
    for (const exchange of held) await exchange.until(({ isClosed }) => isClosed)
  })

  test('gives the place back when the client of a waiting request goes', async () => {
    const { stage, backend } = steered
    backend.onRequest = (exchange) => setTimeout(() => exchange.answer(200, [ETAG], 'an object'), 100)
    const holding = Array.from({ length: MAX_CONNECTIONS }, () => stage.send(signedBy(ALICE)))
    await until(
      () => backend.requests.length === MAX_CONNECTIONS,
      2_000,
      () => 'not held',
    )
    const waiting = await PacedClient.send(stage.port, signedBy(ALICE))
    await sleep(20)
    waiting.cut()
    await Promise.all(holding)
    expect((await stage.send(signedBy(ALICE))).status).toBe(200)
    expect(backend.requests).toHaveLength(MAX_CONNECTIONS + 1)
  })
})
