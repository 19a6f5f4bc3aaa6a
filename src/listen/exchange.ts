import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BlockList } from 'node:net'
import { TLSSocket } from 'node:tls'
import { ByteQueue } from '../http/byte-queue.ts'
import { HeaderList } from '../http/headers.ts'
import { S3Error } from '../s3/errors.ts'
import { type ClientSide, clientSide } from './client-address.ts'
import type { PassingMemory } from './passing-memory.ts'
import type { EarlyRefusals } from './refuse.ts'

/** Bounds and trust that hold for every exchange of a listener. */
export interface ExchangeOptions {
  readonly trustedProxies: BlockList
  /** No byte from the client for this long while its body is being read: 400 RequestTimeout. */
  readonly readTimeoutMs: number
  /** No byte accepted by the client for this long while an answer is written: the connection is given up. */
  readonly writeTimeoutMs: number
}

/** What the server hands over with a request. */
export interface ReceivedMessage {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly expectsContinue: boolean
  readonly refusals: EarlyRefusals
  readonly memory: PassingMemory
}

/** One request and its answer: identity, lifetime, the client's side, and the body as it arrives. */
export class Exchange {
  /** Sixteen hex digits, upper case; the `x-amz-request-id` of the answer. */
  readonly id = randomBytes(8).toString('hex').toUpperCase()
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly headers: HeaderList
  readonly refusals: EarlyRefusals
  readonly client: ClientSide
  readonly tlsVersion: string | undefined
  readonly writeTimeoutMs: number
  readonly startedAt: number = performance.now()
  /** Bytes of request body read from the client. */
  bytesIn = 0
  /** Bytes of answer body given to the client's connection. */
  bytesOut = 0
  /** The status that was sent, 0 before. */
  status = 0
  readonly #memory: PassingMemory
  readonly #readTimeoutMs: number
  readonly #abort = new AbortController()
  #continued: boolean
  #bodyRead = false
  #incoming: ByteQueue | undefined
  #broken: S3Error | undefined

  constructor(message: ReceivedMessage, options: ExchangeOptions) {
    this.request = message.request
    this.response = message.response
    this.refusals = message.refusals
    this.#memory = message.memory
    this.#continued = !message.expectsContinue
    this.#readTimeoutMs = options.readTimeoutMs
    this.writeTimeoutMs = options.writeTimeoutMs
    this.headers = HeaderList.fromFlat(this.request.rawHeaders)
    const socket = this.request.socket
    const tls = socket instanceof TLSSocket ? socket : undefined
    this.tlsVersion = tls?.getProtocol() ?? undefined
    const peer = { address: socket.remoteAddress ?? '', secure: tls !== undefined }
    this.client = clientSide(peer, this.headers, options.trustedProxies)
    this.response.once('close', () => {
      if (!this.response.writableFinished) this.#abort.abort()
    })
  }

  /** Aborted when the client's connection ends before it has the whole answer. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** True when the client sends a body, of whatever length. */
  get hasBody(): boolean {
    return this.headers.has('transfer-encoding') || Number(this.headers.get('content-length') ?? 0) > 0
  }

  /** True when nothing of this request is left on the connection that the next one could be confused with. */
  get bodyConsumed(): boolean {
    return !this.hasBody || this.#bodyRead
  }

  /** Lets a client that sent `Expect: 100-continue` send its body: only after it was authenticated and authorised. */
  continue(): void {
    if (this.#continued) return
    this.#continued = true
    if (this.response.writable) this.response.writeContinue()
  }

  /** The rest of the body cannot be read: the connection's other half was closed, or its framing is wrong. */
  breakOff(cause: unknown): void {
    this.#broken ??= new S3Error('IncompleteBody', { detail: 'the body broke off', cause })
    this.#incoming?.fail(this.#broken)
  }

  /** To be called for each piece of an answer's body that is given to the client's connection. */
  sent(bytes: number): void {
    this.bytesOut += bytes
    this.#memory.passed(bytes)
  }

  /**
   * The body as it comes off the wire (HTTP framing removed). Throws RequestTimeout when the client falls silent and
   * IncompleteBody when it goes away. The backend's slowness is not the client's: only waiting for the client counts.
   */
  async *body(): AsyncGenerator<Buffer> {
    if (this.hasBody) yield* this.#wireBody()
    this.#bodyRead = true
  }

  async *#wireBody(): AsyncGenerator<Buffer> {
    const { request } = this
    const queue = new ByteQueue({
      pause: () => request.pause(),
      resume: () => request.resume(),
      abandon: () => request.pause(),
    })
    const broke = (cause?: unknown): void => {
      // `close` comes after every body, and an error with its stack is not made for nothing.
      if (!queue.closed) queue.fail(new S3Error('IncompleteBody', { detail: 'the client broke off', cause }))
    }
    const timer = setTimeout(() => {
      if (queue.starving) queue.fail(new S3Error('RequestTimeout', { detail: 'the client fell silent' }))
      else timer.refresh()
    }, this.#readTimeoutMs)
    this.#incoming = queue
    if (this.#broken !== undefined) queue.fail(this.#broken)
    request.on('data', (chunk: Buffer) => {
      this.bytesIn += chunk.length
      this.#memory.passed(chunk.length)
      timer.refresh()
      queue.push(chunk)
    })
    request.once('end', () => queue.end())
    request.once('error', broke)
    request.once('close', () => broke())
    try {
      yield* queue
    } finally {
      clearTimeout(timer)
    }
  }
}
