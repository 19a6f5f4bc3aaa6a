import { STATUS_CODES } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { HeaderPair } from '../http/headers.ts'
import type { Exchange } from './exchange.ts'

/** An answer, ready to be written. */
export interface Answer {
  readonly status: number
  /** Without Date, Connection, Transfer-Encoding, and without Content-Length when the body is a Buffer. */
  readonly headers: readonly HeaderPair[]
  readonly body: Buffer | AsyncIterable<Buffer> | undefined
}

/** The client took its connection down, or did not take the answer in time. */
export class ClientGone extends Error {
  constructor(what: string) {
    super(`client: ${what}`)
    this.name = 'ClientGone'
  }
}

/**
 * Writes an answer. `beforeEnd` is awaited before the last byte leaves: the audit event must be written by then.
 * An answer given while the client still sends its body closes the connection.
 * Throws {@link ClientGone}, what the body throws, or what `beforeEnd` throws; once the head is out, the only thing
 * left to do with an error is to cut the connection, and that is done here.
 */
export async function respond(exchange: Exchange, answer: Answer, beforeEnd: () => Promise<void>): Promise<void> {
  const { response } = exchange
  if (response.headersSent || response.destroyed) throw new ClientGone('connection closed before the answer')
  exchange.status = answer.status
  const bodyless = exchange.request.method === 'HEAD' || answer.status === 204 || answer.status === 304
  if (answer.body === undefined || Buffer.isBuffer(answer.body) || bodyless) {
    const body = answer.body === undefined || !Buffer.isBuffer(answer.body) ? undefined : answer.body
    await respondWhole(exchange, { ...answer, body }, beforeEnd)
    return
  }
  try {
    await respondStream(exchange, answer.headers, answer.body, beforeEnd)
  } catch (error) {
    cut(exchange)
    throw error
  }
}

/**
 * Ends a connection in the middle of an answer. In HTTP/1.0 the end of the connection may be the end of the body, so
 * only a reset tells that something is missing; TLS tells it by the missing farewell.
 */
function cut({ request: { httpVersion, socket } }: Exchange): void {
  if (httpVersion === '1.1' || socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

async function respondWhole(
  exchange: Exchange,
  answer: { readonly status: number; readonly headers: readonly HeaderPair[]; readonly body: Buffer | undefined },
  beforeEnd: () => Promise<void>,
): Promise<void> {
  const { response, request } = exchange
  const body = request.method === 'HEAD' ? undefined : answer.body
  const headers = [...answer.headers.flat(), ...lengthOf(exchange, answer)]
  exchange.bytesOut = body?.length ?? 0
  await beforeEnd()
  if (response.destroyed) throw new ClientGone('connection closed before the answer')
  if (!exchange.bodyConsumed) {
    exchange.refusals.refuse(request.socket, rawAnswer(answer.status, headers, body))
    return
  }
  response.writeHead(answer.status, headers).end(body)
  await taken(exchange)
}

/** The length of the body, where the answer has to state one and does not do so already. */
function lengthOf({ request }: Exchange, { status, body }: Answer): readonly string[] {
  if (status === 204 || status === 304) return []
  // To HEAD the length is that of the object; where the backend does not tell it, nobody knows it to be none.
  if (request.method === 'HEAD' && body === undefined) return []
  return ['content-length', String(Buffer.isBuffer(body) ? body.length : 0)]
}

async function respondStream(
  exchange: Exchange,
  headers: readonly HeaderPair[],
  body: AsyncIterable<Buffer>,
  beforeEnd: () => Promise<void>,
): Promise<void> {
  const { response } = exchange
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  // With a length, the client has the whole answer once the last of its bytes is there; without one, only once the
  // closing chunk is, so nothing needs to be held back.
  let left = length === undefined ? Number.POSITIVE_INFINITY : Number(length)
  let last: Buffer | undefined
  writeStreamHead(exchange, headers)
  // What of the body came along with the head leaves along with it, too: one packet for a small object. Node's own
  // flushHeaders would write the head as UTF-8, and so each byte above 127 of a header as two.
  const flush = left > 0 ? setImmediate(() => response.write('', 'latin1')) : undefined
  try {
    for await (const chunk of body) {
      exchange.sent(chunk.length)
      left -= chunk.length
      if (left <= 0) last = last === undefined ? chunk : Buffer.concat([last, chunk])
      else {
        clearImmediate(flush)
        if (!response.write(chunk)) await drained(exchange)
      }
      if (response.destroyed) throw new ClientGone('connection closed during the answer')
    }
    if (length !== undefined && left !== 0) throw new Error(`the answer's body is ${left} bytes off its Content-Length`)
    await beforeEnd()
  } finally {
    clearImmediate(flush)
  }
  response.end(last)
  await taken(exchange)
}

/** The client may still be sending: what comes after its body is then no request any more. */
function writeStreamHead(
  { response, request, status, bodyConsumed, refusals }: Exchange,
  headers: readonly HeaderPair[],
): void {
  if (!bodyConsumed) refusals.close(request.socket)
  response.writeHead(status, bodyConsumed ? headers.flat() : [...headers.flat(), 'connection', 'close'])
}

/** Waits until the client has taken what was written. It is done often: signals made for each wait would cost much. */
function drained({ response, signal, writeTimeoutMs }: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (why?: string): void => {
      clearTimeout(timer)
      response.off('drain', onDrain)
      signal.removeEventListener('abort', onGone)
      if (why === undefined) resolve()
      else reject(new ClientGone(why))
    }
    const onDrain = (): void => settle()
    const onGone = (): void => settle('connection closed during the answer')
    const timer = setTimeout(() => settle('took no more of the answer for too long'), writeTimeoutMs)
    response.once('drain', onDrain)
    if (signal.aborted) onGone()
    else signal.addEventListener('abort', onGone)
  })
}

/**
 * Waits until the system has taken the end of an answer, if it has not yet: a client that stops reading just there would
 * hold its connection for ever. The socket's own timer runs while nothing of what was written goes out, and Node ends
 * the connection when it rings.
 */
async function taken({ response, request: { socket }, signal, writeTimeoutMs }: Exchange): Promise<void> {
  // Without a socket, an earlier answer on the connection is still on its way out.
  if (response.writableFinished || (response.socket !== null && socket.writableLength === 0)) return
  socket.setTimeout(writeTimeoutMs)
  await new Promise<void>((resolve, reject) => {
    const onGone = (): void => reject(new ClientGone('took no more of the answer'))
    // Before Node's own listener, which sets the time that a connection may stay idle.
    response.prependOnceListener('finish', () => {
      socket.setTimeout(0)
      signal.removeEventListener('abort', onGone)
      resolve()
    })
    if (signal.aborted) onGone()
    else signal.addEventListener('abort', onGone, { once: true })
  })
}

/** The bytes of a whole answer that ends its connection, for when Node's own writing would reset the connection. */
export function rawAnswer(status: number, headers: readonly string[], body: Buffer | undefined): Buffer {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`]
  for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  lines.push(`date: ${new Date().toUTCString()}`, 'connection: close', '', '')
  const head = Buffer.from(lines.join('\r\n'), 'latin1')
  return body === undefined ? head : Buffer.concat([head, body])
}
