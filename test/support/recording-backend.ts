import { createServer, type Socket } from 'node:net'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { plausibleReply } from './plausible-replies.ts'
import { trimBlanks } from './header-blanks.ts'

/** One request as the backend got it, byte for byte. */
export interface BackendRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  /** Request line and header lines as sent, latin1 text. */
  readonly head: string
  /** By lower-case name; of a repeated one, the last. */
  readonly headers: ReadonlyMap<string, string>
  /** What came of the body, without HTTP's own chunked coding. */
  readonly body: Buffer
  /** Content-Length; undefined when there is none. */
  readonly declaredLength: number | undefined
  /** `cut`: the connection ended before the request did. */
  readonly state: 'open' | 'complete' | 'cut'
}

/** What the backend does about a request. */
export interface BackendReply {
  /** Sent as they are, or made once they are due; undefined: not a word. */
  readonly bytes: string | Buffer | (() => string) | undefined
  /** `head`: as soon as the head is there, without waiting for the body. */
  readonly when?: 'head' | 'complete'
  readonly afterwards?: 'keep' | 'end' | 'reset'
}

/** Passes of the event loop: proxy and backend live in this process, so what is on its way arrives however busy the machine is. */
const PASSES = 20

/** Chooses the reply; undefined: the plausible one. Asked when a request's head is there. */
export type BackendScript = (request: BackendRequest) => BackendReply | undefined

class Recorded implements BackendRequest {
  readonly method: string
  readonly target: string
  readonly head: string
  readonly headers: ReadonlyMap<string, string>
  readonly declaredLength: number | undefined
  state: 'open' | 'complete' | 'cut' = 'open'
  readonly pieces: Buffer[] = []

  constructor(head: string) {
    this.head = head
    const [line = '', ...lines] = head.split('\r\n')
    const [method = '', target = ''] = line.split(' ')
    this.method = method
    this.target = target
    this.headers = new Map(
      lines.map((text) => [
        text.slice(0, text.indexOf(':')).toLowerCase(),
        trimBlanks(text.slice(text.indexOf(':') + 1)),
      ]),
    )
    const length = this.headers.get('content-length')
    this.declaredLength = length === undefined ? undefined : Number(length)
  }

  get body(): Buffer {
    return Buffer.concat(this.pieces)
  }

  get received(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0)
  }
}

/** A TCP server that takes note of everything that reaches it, and answers as an object store would, or by a script. */
export class RecordingBackend {
  readonly port: number
  script: BackendScript | undefined
  readonly #seen: Recorded[]
  readonly #close: () => Promise<void>

  private constructor(port: number, seen: Recorded[], close: () => Promise<void>) {
    this.port = port
    this.#seen = seen
    this.#close = close
  }

  static async start(): Promise<RecordingBackend> {
    const seen: Recorded[] = []
    const sockets = new Set<Socket>()
    const place: { backend?: RecordingBackend } = {}
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      serve(socket, seen, (request) => place.backend?.script?.(request) ?? { bytes: () => plausibleReply(request) })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
    const backend = new RecordingBackend(address.port, seen, async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    place.backend = backend
    return backend
  }

  get requests(): readonly BackendRequest[] {
    return this.#seen
  }

  /** `METHOD target` of each request. */
  get lines(): string[] {
    return this.#seen.map(({ method, target }) => `${method} ${target}`)
  }

  /** Waits a moment for what may still be on its way, and for every request to be complete or cut. */
  async settled(): Promise<readonly BackendRequest[]> {
    for (let pass = 0; pass < PASSES; pass++) await setImmediate()
    for (let waited = 0; waited < 5_000 && this.#seen.some(({ state }) => state === 'open'); waited += 5) await sleep(5)
    return this.#seen
  }

  /** Forgets the requests, and the script. */
  reset(): void {
    this.#seen.length = 0
    this.script = undefined
  }

  close(): Promise<void> {
    return this.#close()
  }
}

function serve(socket: Socket, seen: Recorded[], replyTo: (request: BackendRequest) => BackendReply): void {
  let pending: Buffer = Buffer.alloc(0)
  let current: { readonly request: Recorded; readonly reply: BackendReply } | undefined
  const step = (): boolean => {
    if (current === undefined) {
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return false
      const request = new Recorded(pending.toString('latin1', 0, end))
      seen.push(request)
      pending = pending.subarray(end + 4)
      const reply = replyTo(request)
      current = { request, reply }
      if (reply.when === 'head') carryOut(socket, reply)
    }
    const { request, reply } = current
    const left = (request.declaredLength ?? 0) - request.received
    if (left > 0 && pending.length > 0) request.pieces.push(pending.subarray(0, left))
    pending = pending.subarray(Math.min(Math.max(left, 0), pending.length))
    if (request.received < (request.declaredLength ?? 0)) return false
    request.state = 'complete'
    current = undefined
    if (reply.when !== 'head') carryOut(socket, reply)
    return true
  }
  socket.on('data', (data: Buffer) => {
    pending = Buffer.concat([pending, data])
    while (step());
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    if (current !== undefined) current.request.state = 'cut'
  })
}

function carryOut(socket: Socket, { bytes, afterwards = 'keep' }: BackendReply): void {
  if (bytes !== undefined) socket.write(typeof bytes === 'function' ? bytes() : bytes)
  if (afterwards === 'end') socket.end()
  if (afterwards === 'reset') socket.resetAndDestroy()
}
