import { createServer, type Socket } from 'node:net'

/** A backend whose every move is the test's: when it reads, what it answers, when it breaks off. */
export class SteeredBackend {
  readonly port: number
  readonly #arrived: BackendExchange[] = []
  readonly #all: BackendExchange[] = []
  readonly #close: () => Promise<void>
  readonly #wakes = new Set<() => void>()
  /** Does at once what a test would else do for each request. */
  onRequest: ((exchange: BackendExchange) => void) | undefined

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port
    this.#close = close
  }

  static async start(): Promise<SteeredBackend> {
    const sockets = new Set<Socket>()
    const place: { take?: (exchange: BackendExchange) => void } = {}
    const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      serve(socket, (exchange) => place.take?.(exchange))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
    const backend = new SteeredBackend(address.port, async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    place.take = (exchange) => backend.#take(exchange)
    return backend
  }

  /** All requests since the start or the last `reset`, in order. */
  get requests(): readonly BackendExchange[] {
    return this.#all
  }

  /** The next request that no test has taken yet; waits for it. */
  async next(waitMs = 5_000): Promise<BackendExchange> {
    const deadline = Date.now() + waitMs
    for (;;) {
      const exchange = this.#arrived.shift()
      if (exchange !== undefined) return exchange
      const left = deadline - Date.now()
      if (left <= 0) throw new Error('no request reached the backend')
      await woken(this.#wakes, left)
    }
  }

  /** Forgets the requests and the behaviour, and cuts what is open, so that the next test begins with no connection. */
  reset(): void {
    for (const exchange of this.#all) exchange.cut()
    this.#all.length = 0
    this.#arrived.length = 0
    this.onRequest = undefined
  }

  close(): Promise<void> {
    return this.#close()
  }

  #take(exchange: BackendExchange): void {
    // What the proxy asks at its start.
    if (exchange.target === '/') {
      exchange.answer(200, [], '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>')
      return
    }
    this.#all.push(exchange)
    if (this.onRequest === undefined) this.#arrived.push(exchange)
    else this.onRequest(exchange)
    wakeAll(this.#wakes)
  }
}

/** One request at the backend. */
export class BackendExchange {
  readonly method: string
  readonly target: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  /** To tell by it whether a connection was used again. */
  readonly connection: Socket
  /** Bytes of its body so far. */
  bodyBytes = 0
  /** The connection's end before the whole request was there. */
  wasCut = false
  /** Whatever the reason. */
  isClosed = false
  readonly #wakes = new Set<() => void>()

  constructor(head: string, connection: Socket) {
    const [line = '', ...lines] = head.split('\r\n')
    const [method = '', target = ''] = line.split(' ')
    this.method = method
    this.target = target
    this.headers = new Map(
      lines.map((text) => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]),
    )
    this.connection = connection
  }

  get declaredLength(): number {
    return Number(this.headers.get('content-length') ?? 0)
  }

  get isComplete(): boolean {
    return this.bodyBytes === this.declaredLength
  }

  /** Reads no more until `goOn`. */
  hold(): void {
    this.connection.pause()
  }

  goOn(): void {
    this.connection.resume()
  }

  /** Waits until something is true of this exchange. */
  async until(probe: (exchange: this) => boolean, waitMs = 5_000): Promise<void> {
    const deadline = Date.now() + waitMs
    while (!probe(this)) {
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`in vain: ${this.method} ${this.target}, ${this.bodyBytes} bytes came`)
      await woken(this.#wakes, Math.min(left, 100))
    }
  }

  /** Writes a head with Content-Length and the body. */
  answer(status: number, headers: readonly (readonly [string, string])[] = [], body: string | Buffer = ''): void {
    const length = headers.some(([name]) => name === 'content-length') || status === 204 || status === 304
    this.head(status, length ? headers : [...headers, ['content-length', String(Buffer.byteLength(body))]])
    this.connection.write(body)
  }

  head(status: number, headers: readonly (readonly [string, string])[]): void {
    this.connection.write(
      `HTTP/1.1 ${status} Words\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
  }

  /** Ends the connection in order, as a server does that was stopped. */
  end(): void {
    this.connection.end()
  }

  /** Ends it as a server does that died. */
  cut(): void {
    this.connection.resetAndDestroy()
  }

  /** To be called when something happened. */
  notify(): void {
    wakeAll(this.#wakes)
  }
}

function serve(socket: Socket, take: (exchange: BackendExchange) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  let current: BackendExchange | undefined
  const step = (): boolean => {
    if (current === undefined || current.isComplete) {
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return false
      current = new BackendExchange(pending.toString('latin1', 0, end), socket)
      pending = pending.subarray(end + 4)
      take(current)
      return true
    }
    const taken = Math.min(current.declaredLength - current.bodyBytes, pending.length)
    current.bodyBytes += taken
    pending = pending.subarray(taken)
    current.notify()
    return taken > 0
  }
  socket.on('data', (data: Buffer) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data])
    while (step());
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    if (current === undefined) return
    current.isClosed = true
    current.wasCut = !current.isComplete
    current.notify()
  })
}

/** Waits to be woken, at most that long. */
function woken(wakes: Set<() => void>, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      wakes.delete(done)
      resolve()
    }
    const timer = setTimeout(done, waitMs)
    wakes.add(done)
  })
}

function wakeAll(wakes: ReadonlySet<() => void>): void {
  for (const wake of wakes) wake()
}
