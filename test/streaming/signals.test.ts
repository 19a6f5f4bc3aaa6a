import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Lab } from '../support/lab.ts'
import { until } from '../support/ports.ts'
import { CALLER, type NodeProxy, startNodeProxy } from '../support/proxy-by-node.ts'
import { RawConnection } from '../support/raw-socket.ts'
import { UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { signedBy, wireBytes } from '../support/wire-requests.ts'
import { PacedClient } from './paced-client.ts'
import { SteeredBackend } from './steered-backend.ts'

// Each test starts a process.
vi.setConfig({ testTimeout: 30_000 })

const ETAG = ['etag', '"e"'] as const

let directory: string
let lab: Lab
let backend: SteeredBackend
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-signals-'))
  mkdirSync(join(directory, 'processes'))
  lab = new Lab(directory)
  backend = await SteeredBackend.start()
})
afterAll(async () => {
  await lab.close()
  await backend.close()
  rmSync(directory, { recursive: true, force: true })
})

const start = (): Promise<NodeProxy> => startNodeProxy(lab, backend.port, 'ceph')
const refusesConnections = (port: number): Promise<boolean> =>
  RawConnection.open(port).then(
    (connection) => {
      connection.destroy()
      return false
    },
    () => true,
  )

test('SIGTERM lets transfers under way finish, takes nothing new, and ends with exit code 0', async () => {
  const { port, running } = await start()
  const unused = await RawConnection.open(port)
  const download = await PacedClient.send(port, signedBy(CALLER))
  download.read()
  const given = await backend.next()
  given.answer(200, [['content-length', '1000'], ETAG], Buffer.alloc(400))
  const upload = await PacedClient.send(
    port,
    signedBy(CALLER, { method: 'PUT', payloadHash: UNSIGNED_PAYLOAD, unsigned: [['content-length', '1000']] }),
  )
  upload.read()
  await upload.write(400)
  await sleep(30)
  await upload.write(100)
  const taken = await backend.next()
  await until(
    () => download.received > 400,
    2_000,
    () => 'the download has not begun',
  )
  running.signal('SIGTERM')
  await until(
    () => refusesConnections(port),
    2_000,
    () => 'connections are still accepted',
  )
  expect(await unused.ends(1_000)).toBe(true)
  expect(running.hasExited()).toBe(false)
  given.connection.write(Buffer.alloc(600))
  await upload.write(500)
  await taken.until(({ isComplete }) => isComplete)
  taken.answer(200, [ETAG])
  expect(await running.exited).toMatchObject({ code: 0 })
  await Promise.all([download.over(), upload.over()])
  expect([download.status, download.bodyBytes, upload.status]).toEqual([200, 1_000, 200])
})

test('the last log lines of a proxy that was stopped are written', async () => {
  const { port, running } = await start()
  backend.onRequest = (exchange) => exchange.answer(200, [ETAG], 'an object')
  const connection = await RawConnection.open(port)
  await connection.write(wireBytes(signedBy(CALLER)))
  expect((await connection.answer())?.status).toBe(200)
  running.signal('SIGTERM')
  const { code, stdout } = await running.exited
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines.every((line) => line.startsWith('{') && line.endsWith('}'))).toBe(true)
  expect(lines.at(-1)).toContain('"stopped"')
  connection.destroy()
  backend.onRequest = undefined
})

test('a second SIGTERM ends at once', async () => {
  const { port, running } = await start()
  const download = await PacedClient.send(port, signedBy(CALLER))
  const given = await backend.next()
  given.answer(200, [['content-length', '1000'], ETAG], Buffer.alloc(400))
  running.signal('SIGTERM')
  await until(
    () => refusesConnections(port),
    2_000,
    () => 'connections are still accepted',
  )
  // What comes sooner is taken for the same signal, handed on by a launcher.
  await sleep(300)
  expect(running.hasExited()).toBe(false)
  const signalledAt = performance.now()
  running.signal('SIGTERM')
  const { code } = await running.exited
  expect(code).toBe(1)
  expect(performance.now() - signalledAt).toBeLessThan(1_000)
  await download.over()
  expect(download.bodyBytes).toBeLessThan(1_000)
})
