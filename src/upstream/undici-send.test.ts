import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { UpstreamRequest } from './send.ts'
import { type BackendConnections, undiciSend } from './undici-send.ts'

const never = new AbortController().signal
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A backend that speaks raw bytes: `react` sees all that has arrived on a connection so far. */
async function backend(
  react: (socket: Socket, received: string) => void,
  options: { connections?: number; silenceMs?: number } = {},
): Promise<{ connections: BackendConnections; received: () => string[] }> {
  const all: { text: string }[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    const seen = { text: '' }
    all.push(seen)
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      seen.text += chunk.toString('latin1')
      react(socket, seen.text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const connections = undiciSend({
    origin: `http://127.0.0.1:${port}`,
    maxConnections: options.connections ?? 4,
    connectTimeoutMs: 500,
    responseTimeoutMs: options.silenceMs ?? 1_000,
    ca: undefined,
  })
  closers.push(
    () => connections.close(),
    () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  )
  return { connections, received: () => all.map((seen) => seen.text) }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const get: UpstreamRequest = {
  method: 'GET',
  path: '/b/a//b/../c%2Fd?x=1',
  headers: ['host', 'backend'],
  body: undefined,
}
const put = (body: AsyncIterable<Buffer>, length: number): UpstreamRequest => ({
  method: 'PUT',
  path: '/b/k',
  headers: ['host', 'backend', 'content-length', String(length)],
  body,
})

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of body) parts.push(chunk)
  return Buffer.concat(parts).toString('latin1')
}

describe('a request', () => {
  test('leaves with its path byte for byte and its headers as given', async () => {
    const { connections, received } = await backend((socket) => socket.write(OK))
    const response = await connections.send(get, never)
    expect(await textOf(response.body)).toBe('ok')
    expect(received()[0]).toMatch(/^GET \/b\/a\/\/b\/\.\.\/c%2Fd\?x=1 HTTP\/1\.1\r\nhost: backend\r\n/)
    expect(connections.counts()).toEqual({ active: 0, open: 1, waiting: 0 })
  })

  test('whose body fails is cut short of its declared length', async () => {
    const { connections, received } = await backend(() => undefined)
    const failing = (async function* () {
      yield Buffer.from('1234')
      await new Promise((resolve) => setTimeout(resolve, 30))
      throw new Error('signature')
    })()
    await expect(connections.send(put(failing, 5), never)).rejects.toMatchObject({
      kind: 'body',
      cause: { message: 'signature' },
    })
    expect(received()[0]?.endsWith('\r\n\r\n1234')).toBe(true)
  })

  test('is given up when the client goes away', async () => {
    const { connections } = await backend(() => undefined)
    const client = new AbortController()
    const sent = connections.send(get, client.signal)
    setTimeout(() => client.abort(), 20)
    await expect(sent).rejects.toMatchObject({ kind: 'aborted' })
    expect(connections.counts().active).toBe(0)
  })

  test.each([
    ['header name', ['bad header', 'x']],
    ['line feed in a value', ['x-amz-meta-a', 'x\ny']],
    ['hop-by-hop header', ['connection', 'close']],
    ['Expect', ['expect', '100-continue']],
    ['length that is no number', ['content-length', '1x']],
  ])('with a %s never reaches the pool, which stays usable', async (_name, pair) => {
    const { connections } = await backend((socket) => socket.write(OK), { connections: 1 })
    for (let i = 0; i < 3; i++) {
      const bad = { ...get, headers: ['host', 'backend', ...pair] }
      await expect(connections.send(bad, never)).rejects.toMatchObject({ kind: 'garbage' })
    }
    const response = await connections.send(get, never)
    expect(await textOf(response.body)).toBe('ok')
  })
})

describe('an answer', () => {
  test('that claims success before the body was sent is a failure', async () => {
    const { connections } = await backend((socket, text) => {
      if (text.endsWith('\r\n\r\n1234')) socket.write(OK)
    })
    const slow = (async function* () {
      yield Buffer.from('1234')
      await new Promise((resolve) => setTimeout(resolve, 200))
      yield Buffer.from('5')
    })()
    await expect(connections.send(put(slow, 5), never)).rejects.toMatchObject({ kind: 'too-early' })
  })

  test('that refuses before the body was sent is passed on', async () => {
    const { connections } = await backend((socket, text) => {
      if (text.endsWith('\r\n\r\n1234')) socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno')
    })
    const slow = (async function* () {
      yield Buffer.from('1234')
      await new Promise((resolve) => setTimeout(resolve, 200))
      yield Buffer.from('5')
    })()
    const response = await connections.send(put(slow, 5), never)
    expect(response.status).toBe(403)
    expect(await textOf(response.body)).toBe('no')
  })

  test.each<[string, (socket: Socket) => void, string]>([
    ['is not HTTP', (socket) => socket.end('hello\r\n\r\n'), 'garbage'],
    ['never comes', () => undefined, 'timeout'],
    ['is a closed connection', (socket) => socket.destroy(), 'dropped'],
  ])('that %s is named', async (_name, react, kind) => {
    const { connections } = await backend(react, { silenceMs: 150 })
    await expect(connections.send(get, never)).rejects.toMatchObject({ kind })
    expect(connections.counts().active).toBe(0)
  })

  test('that breaks off within its head leaves nothing untouched, so that nothing is tried again', async () => {
    const { connections } = await backend((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-'))
    await expect(connections.send(get, never)).rejects.toMatchObject({ kind: 'dropped', untouched: false })
  })

  test.each<[string, (socket: Socket) => void, string]>([
    ['breaks off', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort'), 'dropped'],
    ['falls silent', (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort'), 'timeout'],
  ])('whose body %s never looks complete', async (_name, react, kind) => {
    const { connections } = await backend(react, { silenceMs: 150 })
    const response = await connections.send(get, never)
    await expect(textOf(response.body)).rejects.toMatchObject({ kind })
  })

  test('that nobody wants gives its connection back', async () => {
    const { connections } = await backend((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\nshort')
    })
    const response = await connections.send(get, never)
    response.discard()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(connections.counts().active).toBe(0)
  })

  test('with an informational head first is the final one', async () => {
    const { connections } = await backend((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}`))
    const response = await connections.send(get, never)
    expect(response.status).toBe(200)
    expect(await textOf(response.body)).toBe('ok')
  })
})

test('a backend that is not there is named, and nothing was touched', async () => {
  const connections = undiciSend({
    origin: 'http://127.0.0.1:1',
    maxConnections: 1,
    connectTimeoutMs: 500,
    responseTimeoutMs: 500,
    ca: undefined,
  })
  closers.push(() => connections.close())
  await expect(connections.send(get, never)).rejects.toMatchObject({ kind: 'unreachable', untouched: true })
})
