import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { trimBlanks } from './header-blanks.ts'

/**
 * Where to send a request. `authority` is the file of the certificate authority of an https endpoint, `servername` the
 * name its certificate is for (default: localhost), `localAddress` the address to come from.
 */
export interface Endpoint {
  readonly url: string
  readonly authority?: string | undefined
  readonly servername?: string
  readonly localAddress?: string
}

/** A request as it goes on the wire, byte for byte. */
export interface RawRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Buffer
  /** After the body: wait for the answer (default), say that no more comes, or cut the connection. */
  readonly afterBody?: 'wait' | 'end' | 'cut'
}

/** An answer; `status` is 0 when the connection ended without one. Header names are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** The text within `<Code>`, empty when there is none. */
  readonly code: string
}

const NO_ANSWER: Answer = { status: 0, headers: new Map(), body: Buffer.alloc(0), code: '' }

/** `host:port` of an endpoint, as in the Host header. */
export function hostOf(endpoint: Endpoint): string {
  return new URL(endpoint.url).host
}

/**
 * Sends one request on a connection of its own and reads the answer to the connection's end (`Connection: close` is
 * added). Never throws for what the other side does: a reset without an answer is status 0.
 */
export async function exchange(endpoint: Endpoint, request: RawRequest, timeoutMs = 30_000): Promise<Answer> {
  const socket = await open(endpoint, timeoutMs)
  const received: Buffer[] = []
  const over = new Promise<void>((resolve) => {
    socket.on('data', (data: Buffer) => received.push(data))
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
    socket.on('end', () => resolve())
  })
  const timer = setTimeout(() => socket.destroy(), timeoutMs)
  socket.write(headOf(request), 'latin1')
  await send(socket, request)
  await over
  clearTimeout(timer)
  socket.destroy()
  return parseAnswer(Buffer.concat(received), request.method)
}

async function send(socket: Socket, request: RawRequest): Promise<void> {
  // The callback also comes when the socket is destroyed; a `drain` event would not.
  if (request.body !== undefined)
    await new Promise<void>((resolve) => socket.write(request.body ?? '', () => resolve()))
  if (request.afterBody === 'end') socket.end()
  if (request.afterBody === 'cut') socket.destroy()
}

function headOf(request: RawRequest): string {
  const lines = request.headers.map(([name, value]) => `${name}: ${value}\r\n`)
  return `${request.method} ${request.target} HTTP/1.1\r\n${lines.join('')}connection: close\r\n\r\n`
}

function open(endpoint: Endpoint, timeoutMs: number): Promise<Socket> {
  const { hostname, port, protocol } = new URL(endpoint.url)
  const { authority = '', servername = 'localhost', localAddress } = endpoint
  const from = localAddress === undefined ? {} : { localAddress }
  const address = { host: hostname, port: Number(port), timeout: timeoutMs, ...from }
  return new Promise((resolve, reject) => {
    const socket =
      protocol === 'https:' ? connectTls({ ...address, ca: readFileSync(authority), servername }) : connect(address)
    socket.once('error', reject)
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      socket.removeListener('error', reject)
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}

function parseAnswer(bytes: Buffer, method: string): Answer {
  let start = 0
  let headEnd = bytes.indexOf('\r\n\r\n')
  // Interim answers (100 Continue) come before the real one.
  while (headEnd >= 0 && /^HTTP\/1\.1 1\d\d/.test(bytes.toString('latin1', start, start + 12))) {
    start = headEnd + 4
    headEnd = bytes.indexOf('\r\n\r\n', start)
  }
  if (headEnd < 0) return NO_ANSWER
  const [statusLine = '', ...lines] = bytes.toString('latin1', start, headEnd).split('\r\n')
  const headers = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      trimBlanks(line.slice(line.indexOf(':') + 1)),
    ]),
  )
  const raw = bytes.subarray(headEnd + 4)
  const body = headers.get('transfer-encoding') === 'chunked' && method !== 'HEAD' ? unchunk(raw) : raw
  const code = /<Code>([^<]*)<\/Code>/.exec(body.toString('latin1'))?.[1] ?? ''
  return { status: Number(statusLine.split(' ')[1]), headers, body, code }
}

/** Undoes HTTP's own chunked coding (RFC 9112 §7.1); a broken one gives what came before the break. */
function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = lineEnd < 0 ? 0 : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (!(size > 0)) return Buffer.concat(parts)
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
