import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Exchange, type ExchangeOptions, type ReceivedMessage } from './exchange.ts'
import { OpenConnections } from './open-connections.ts'
import { PassingMemory } from './passing-memory.ts'
import { EarlyRefusals } from './refuse.ts'
import { Turns } from './turns.ts'
import { UNKNOWN_EXPECTATION } from './syntax-answer.ts'

/** Where and how to listen. */
export interface ListenerOptions extends ExchangeOptions {
  readonly host: string | undefined
  /** 0 takes any free port. */
  readonly port: number
  readonly idleTimeoutMs: number
  readonly maxHeaderBytes: number
  /** A request head must be complete within this time, or the connection closes. Default: 30 s. */
  readonly headTimeoutMs?: number
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

/** A running listener. */
export interface Listener {
  readonly port: number
  /** Stops accepting, closes idle connections, and waits at most `drainMs` for the exchanges under way. */
  close(drainMs: number): Promise<void>
}

const HEAD_TIMEOUT_MS = 30_000
/** How often connections are looked at whose head is late. */
const HEAD_CHECK_MS = 5_000

const SWEEP_MS = 50

/** What to do with an exchange; must answer it whatever happens. */
export type Handle = (exchange: Exchange) => Promise<void>

/** What a request that is not HTTP is told, by the parser's error code. */
export type AnswerSyntax = (code: string) => Buffer

/**
 * Listens for S3 requests over HTTP/1.1.
 * `maxHeadersCount` is 0 because Node otherwise drops the headers past its count without a word;
 * `requestTimeout` is 0 because it would end slow uploads: silence is timed per read instead.
 */
export async function listen(options: ListenerOptions, handle: Handle, syntaxAnswer: AnswerSyntax): Promise<Listener> {
  const headTimeoutMs = options.headTimeoutMs ?? HEAD_TIMEOUT_MS
  const settings: ServerOptions = {
    maxHeaderSize: options.maxHeaderBytes,
    headersTimeout: headTimeoutMs,
    requestTimeout: 0,
    keepAliveTimeout: options.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(HEAD_CHECK_MS, headTimeoutMs),
    insecureHTTPParser: false,
    requireHostHeader: false,
    noDelay: true,
    highWaterMark: 128 * 1024,
  }
  const server: Server =
    options.tls === undefined
      ? createServer(settings)
      : createTlsServer({ ...settings, ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout: headTimeoutMs })
  server.maxHeadersCount = 0
  const connections = new OpenConnections(server)
  attach(server, options, handle, syntaxAnswer)
  server.on('request', ({ socket }) => connections.used(socket))
  server.on('checkContinue', ({ socket }) => connections.used(socket))
  await started(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    close: (drainMs) => closeWithin(server, connections, drainMs),
  }
}

function attach(server: Server, options: ListenerOptions, handle: Handle, syntaxAnswer: AnswerSyntax): void {
  const refusals = new EarlyRefusals()
  const turns = new Turns()
  const memory = new PassingMemory()
  const underWay = new WeakMap<Socket, Exchange>()
  const accept = (message: Omit<ReceivedMessage, 'refusals' | 'memory'>): void => {
    const { socket } = message.request
    if (refusals.includes(socket)) return
    // In HTTP/1.0 a hop that does not know `keep-alive` hands it on, and the next one waits for an end that never comes.
    if (message.request.httpVersion !== '1.1') message.response.shouldKeepAlive = false
    turns.take(message, async () => {
      if (refusals.includes(socket) || !socket.writable) return
      // `handle` answers everything itself; a rejection here is a defect, and must not end the process.
      const exchange = new Exchange({ ...message, refusals, memory }, options)
      underWay.set(socket, exchange)
      await handle(exchange).catch(() => socket.destroy())
    })
  }
  server.on('request', (request, response) => accept({ request, response, expectsContinue: false }))
  server.on('checkContinue', (request, response) => accept({ request, response, expectsContinue: true }))
  server.on('checkExpectation', ({ socket }) => refusals.refuse(socket, syntaxAnswer(UNKNOWN_EXPECTATION)))
  server.on('connect', (_request: IncomingMessage, socket: Socket) => socket.destroy())
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // After an early refusal the rest is only drained, whatever it is; closing it is refuse.ts's business.
    if (refusals.includes(socket)) return
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    // What follows a request that said `Connection: close` is nothing; Node closes after the answer.
    if (error.code === 'HPE_CLOSED_CONNECTION') return
    turns.broken(socket, {
      last() {
        if (refusals.includes(socket)) return
        socket.end(syntaxAnswer(error.code ?? ''))
        setTimeout(() => socket.destroy(), 1_000).unref()
      },
      within: () => underWay.get(socket)?.breakOff(error),
    })
  })
}

function started(server: Server, options: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port, ...(options.host === undefined ? {} : { host: options.host }) }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function closeWithin(server: Server, connections: OpenConnections, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => connections.endAll(), drainMs)
    // A connection whose last request ends later becomes idle later.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    server.close(() => {
      clearTimeout(timer)
      clearInterval(sweep)
      resolve()
    })
    server.closeIdleConnections()
    connections.endUnused()
  })
}
