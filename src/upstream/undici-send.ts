import { type Dispatcher, errors, Pool } from 'undici'
import { ByteQueue } from '../http/byte-queue.ts'
import { HeaderList } from '../http/headers.ts'
import { ConnectionGate } from './connection-gate.ts'
import { type Send, UpstreamFailure, type UpstreamRequest, type UpstreamResponse } from './send.ts'
import { unsendable } from './sendable.ts'
import { type BodyWatch, watchedBody } from './watched-body.ts'

/** How to reach the backend. */
export interface UndiciSendOptions {
  /** `http://host:port` or `https://host:port`, without a path. */
  readonly origin: string
  readonly maxConnections: number
  readonly connectTimeoutMs: number
  /** Bounds the wait for the answer's head, any silence within the answer, and any stall while a body is sent. */
  readonly responseTimeoutMs: number
  /** PEM certificates trusted beside the system's; undefined for the system's alone. */
  readonly ca: readonly string[] | undefined
}

/** A keep-alive pool to one backend. */
export interface BackendConnections {
  readonly send: Send
  counts(): { readonly active: number; readonly open: number; readonly waiting: number }
  close(): Promise<void>
}

/** The idle time after which a pooled socket is not used again: below the 60 s after which load balancers cut. */
const POOLED_IDLE_MS = 20_000

/** Opens a pool over undici. The wrapper is what keeps the pool from being wedged: only checked headers reach it. */
export function undiciSend(options: UndiciSendOptions): BackendConnections {
  const pool = new Pool(options.origin, {
    connections: options.maxConnections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: options.responseTimeoutMs,
    keepAliveTimeout: POOLED_IDLE_MS,
    keepAliveMaxTimeout: POOLED_IDLE_MS,
    connect: {
      timeout: options.connectTimeoutMs,
      ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
    },
  })
  const gate = new ConnectionGate(options.maxConnections, options.connectTimeoutMs)
  const send: Send = async (request, signal) => {
    const fault = unsendable(request)
    if (fault !== undefined) throw new UpstreamFailure('garbage', { cause: new Error(`cannot be sent: ${fault}`) })
    const leave = await gate.enter(signal)
    return new Attempt(pool, request, options.responseTimeoutMs, leave).run(signal)
  }
  return {
    send,
    counts: () => ({ active: gate.held, open: pool.stats.connected, waiting: gate.waiting }),
    close: () => pool.destroy(),
  }
}

/** One request on one pooled connection. */
class Attempt implements Dispatcher.DispatchHandler {
  readonly #pool: Pool
  readonly #request: UpstreamRequest
  readonly #silenceMs: number
  readonly #leave: () => void
  readonly #watch: BodyWatch = { started: false, done: true, failure: undefined }
  #settle: { resolve(response: UpstreamResponse): void; reject(error: Error): void } | undefined
  #controller: Dispatcher.DispatchController | undefined
  #body: ByteQueue | undefined
  /** The first byte of an answer was there: what comes of it, the request is not repeated. */
  #answerBegun = false
  #timer: NodeJS.Timeout | undefined
  #abortReason: UpstreamFailure | undefined

  constructor(pool: Pool, request: UpstreamRequest, silenceMs: number, leave: () => void) {
    this.#pool = pool
    this.#request = request
    this.#silenceMs = silenceMs
    this.#leave = leave
  }

  run(signal: AbortSignal): Promise<UpstreamResponse> {
    const onAbort = (): void => this.#abort(new UpstreamFailure('aborted'))
    signal.addEventListener('abort', onAbort, { once: true })
    const answered = new Promise<UpstreamResponse>((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.#onClose = () => signal.removeEventListener('abort', onAbort)
    try {
      this.#pool.dispatch(
        {
          method: this.#request.method as Dispatcher.HttpMethod,
          path: this.#request.path,
          headers: [...this.#request.headers],
          // The types know no async iterable of buffers; the library takes one.
          body: this.#outgoing() as Buffer | null,
          // Else the library ends each connection that a HEAD went over, and clients send many.
          ...(this.#request.method === 'HEAD' ? { reset: false } : {}),
        },
        this,
      )
    } catch (error) {
      this.#fail(error)
    }
    return answered
  }

  #onClose: () => void = () => undefined

  #outgoing(): Buffer | AsyncIterable<Buffer> | null {
    const body = this.#request.body
    if (body === undefined || Buffer.isBuffer(body)) return body ?? null
    this.#watch.done = false
    return watchedBody(body, this.#watch, { onWait: () => this.#armTimer(), onIdle: () => this.#stopTimer() })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#abortReason !== undefined) controller.abort(this.#abortReason)
    else this.#armTimer()
  }

  onResponseStarted(): void {
    this.#answerBegun = true
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return
    this.#stopTimer()
    if (status < 300 && !this.#watch.done) {
      this.#abort(new UpstreamFailure('too-early'))
      return
    }
    const body = new ByteQueue({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      abandon: () => controller.abort(new UpstreamFailure('aborted')),
    })
    this.#body = body
    const headers = HeaderList.fromFlat(rawHeaderText(controller))
    this.#settle?.resolve({ status, headers, body, discard: () => body.discard() })
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.push(chunk)
  }

  onResponseEnd(): void {
    this.#finish()
    this.#body?.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error)
  }

  #fail(error: unknown): void {
    this.#finish()
    const failure = this.#abortReason ?? this.#classify(error)
    if (this.#body === undefined) this.#settle?.reject(failure)
    else this.#body.fail(failure)
  }

  #classify(error: unknown): UpstreamFailure {
    if (error instanceof UpstreamFailure) return error
    if (this.#watch.failure !== undefined) return new UpstreamFailure('body', { cause: this.#watch.failure })
    // A connect timeout is no reason to try again: the wait was long enough already.
    const timedOut = error instanceof errors.ConnectTimeoutError || codeOf(error) === 'ETIMEDOUT'
    const untouched = !this.#watch.started && !this.#answerBegun && !timedOut
    return new UpstreamFailure(kindOf(error), { cause: error, untouched })
  }

  #abort(reason: UpstreamFailure): void {
    this.#abortReason ??= reason
    if (this.#controller !== undefined) this.#controller.abort(this.#abortReason)
  }

  #armTimer(): void {
    if (this.#body !== undefined) return
    this.#stopTimer()
    this.#timer = setTimeout(() => this.#abort(new UpstreamFailure('timeout')), this.#silenceMs)
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
  }

  #finish(): void {
    this.#stopTimer()
    this.#onClose()
    this.#leave()
  }
}

/** undici hands raw headers over as buffers or text, by version; ours are latin1 text like Node's. */
function rawHeaderText(controller: Dispatcher.DispatchController): string[] {
  const raw: readonly (Buffer | string)[] = Array.isArray(controller.rawHeaders) ? controller.rawHeaders : []
  return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
}

function kindOf(error: unknown): UpstreamFailure['kind'] {
  if (error instanceof errors.ConnectTimeoutError) return 'unreachable'
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return 'timeout'
  if (error instanceof errors.SocketError) return 'dropped'
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) return 'garbage'
  // Lengths that contradict each other, or the body: two readers would cut such an answer differently.
  if (error instanceof errors.ResponseContentLengthMismatchError) return 'garbage'
  return systemKindOf(error)
}

const CONNECT_FAULTS = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'])
const DROP_FAULTS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_INFO'])

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function systemKindOf(error: unknown): UpstreamFailure['kind'] {
  const code = codeOf(error)
  if (CONNECT_FAULTS.has(code)) return 'unreachable'
  if (DROP_FAULTS.has(code)) return 'dropped'
  // A certificate that does not verify, a TLS handshake that fails: nothing was exchanged.
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /CERT|SELF_SIGNED|UNABLE_TO/.test(code))
    return 'unreachable'
  return 'garbage'
}
