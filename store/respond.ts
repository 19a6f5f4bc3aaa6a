import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HeaderPair } from '../src/http/headers.ts'
import type { ErrorContext } from '../src/s3/error-document.ts'
import type { S3Error } from '../src/s3/errors.ts'
import type { Answer, ByteStream } from './answer.ts'
import { type Quirks, quirkyError } from './quirks.ts'

/** A request with its answer under way. */
export interface Exchange {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  readonly quirks: Quirks
  /** Whether the client still waits for `100 Continue`. */
  readonly awaitsContinue: () => boolean
}

const DRAIN_MS = 5_000
const DRAIN_BYTES = 64 * 1024 * 1024

/** Sends an answer; resolves when it is written or the client is gone. */
export async function respond(exchange: Exchange, answer: Answer): Promise<void> {
  const { body } = answer
  if (body === undefined || typeof body === 'number' || Buffer.isBuffer(body))
    return await respondWhole(exchange, answer, body)
  try {
    writeHead(exchange, answer, body.length)
    await pump(exchange.response, body)
  } finally {
    body.release()
  }
}

/** Sends an S3 error document; only status and headers for HEAD and 304. */
export async function respondError(exchange: Exchange, error: S3Error): Promise<void> {
  const { response, incoming, quirks } = exchange
  if (response.headersSent) {
    response.destroy()
    return
  }
  const isBare = incoming.method === 'HEAD' || error.status === 304
  const [type, document] = quirkyError(quirks, error, errorContext(exchange))
  const headers: HeaderPair[] = [['content-type', type], ...error.headers]
  await respondWhole(exchange, { status: error.status, headers }, isBare ? undefined : document)
}

/** What an error's document says of the request. */
export function errorContext({ incoming, requestId }: Exchange): ErrorContext {
  return { resource: (incoming.url ?? '/').split('?')[0] ?? '/', requestId }
}

/** Begins an answer whose length is not known: 200, XML. */
export function writeStreamingHead(exchange: Exchange): void {
  writeHead(exchange, { status: 200, headers: [['content-type', 'application/xml']] }, undefined)
}

async function respondWhole(exchange: Exchange, answer: Answer, body: Buffer | number | undefined): Promise<void> {
  const { response, incoming } = exchange
  const length = typeof body === 'number' ? body : (body?.length ?? 0)
  const isUnread = !isReceived(incoming)
  writeHead(exchange, isUnread ? { ...answer, headers: [...answer.headers, ['connection', 'close']] } : answer, length)
  if (Buffer.isBuffer(body)) response.write(body)
  // flushHeaders would write the head as UTF-8, and so each byte above 127 of a header as two.
  else response.write('', 'latin1')
  // The answer is complete by its length. Ending it makes Node close the connection, and a client that is still sending
  // would see a reset in place of the answer.
  if (isUnread && !exchange.awaitsContinue()) await drain(incoming)
  response.end()
}

function writeHead(exchange: Exchange, { status, headers }: Answer, length: number | undefined): void {
  const { response, incoming, requestId } = exchange
  const flat = ['x-amz-request-id', requestId, 'date', new Date().toUTCString(), 'server', 's3-iam-proxy-store']
  for (const [name, value] of headers) flat.push(name, value)
  // Last: after a Content-Length, Node takes the characters of a Content-Disposition for UTF-8 bytes.
  const hasLength =
    length !== undefined && status !== 204 && status !== 304 && !(incoming.method === 'HEAD' && status >= 400)
  if (hasLength) flat.push('content-length', String(length))
  response.sendDate = false
  response.writeHead(status, flat)
}

async function pump(response: ServerResponse, { bytes }: ByteStream): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    for await (const chunk of bytes) {
      if (response.destroyed) return
      if (!response.write(chunk)) await once(response, 'drain', { signal: gone.signal })
    }
    response.end()
  } catch (error) {
    // Too late for an error document: a cut connection is all that can tell the client.
    response.destroy()
    if (!gone.signal.aborted) throw error
  }
}

/** Reads and drops what a client goes on sending after its answer, within bounds. */
async function drain(incoming: IncomingMessage): Promise<void> {
  if (incoming.destroyed || incoming.readableEnded) return
  let left = DRAIN_BYTES
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    incoming.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left <= 0) done()
    })
    incoming.once('end', done)
    incoming.once('close', done)
    incoming.resume()
  })
}

/** Whether the whole request is there, its body too. */
export function isReceived({ complete, headers }: IncomingMessage): boolean {
  return complete || (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0)
}
