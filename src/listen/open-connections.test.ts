import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { OpenConnections } from './open-connections.ts'

const fixture = (name: string): Buffer => readFileSync(new URL(`../../test/fixtures/config/${name}`, import.meta.url))

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function started(server: Server): Promise<{ readonly port: number; readonly connections: OpenConnections }> {
  const connections = new OpenConnections(server)
  server.on('request', ({ socket }) => connections.used(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    connections.endAll()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, connections }
}

function ends(socket: Socket): Promise<'ended'> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined).on('close', () => resolve('ended'))
  })
}

const later = (): Promise<'still open'> => new Promise((resolve) => setTimeout(resolve, 50, 'still open'))
const arrived = (emitter: Server | Socket, event: string): Promise<unknown> =>
  new Promise((resolve) => emitter.once(event, resolve))

describe.each(['http', 'https'] as const)('the connections of a server (%s)', (scheme) => {
  const create = (): Server =>
    scheme === 'http' ? createServer() : createTlsServer({ cert: fixture('server.crt'), key: fixture('server.key') })
  const open = (port: number): Socket =>
    scheme === 'http'
      ? connect({ port, host: '127.0.0.1' })
      : connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })

  test('are ended while no request has come on them, and no others', async () => {
    const server = create()
    const { port, connections } = await started(server)
    const ready = scheme === 'http' ? 'connection' : 'secureConnection'
    const unusedReady = arrived(server, ready)
    const unused = open(port)
    await unusedReady
    const requested = arrived(server, 'request')
    const used = open(port)
    used.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    await requested
    const outcomes = [ends(unused), Promise.race([ends(used), later()])]
    connections.endUnused()
    expect(await Promise.all(outcomes)).toEqual(['ended', 'still open'])
  })

  test('are all ended in the end, also one that never gets as far as a request', async () => {
    const server = create()
    const { port, connections } = await started(server)
    const connected = arrived(server, 'connection')
    const silent = connect({ port, host: '127.0.0.1' })
    await connected
    const outcome = ends(silent)
    connections.endAll()
    expect(await outcome).toBe('ended')
  })
})
