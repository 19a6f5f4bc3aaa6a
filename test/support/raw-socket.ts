import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { trimBlanks } from './header-blanks.ts'

/** One answer as it came over the wire. Header names are in lower case. */
export interface WireAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** The text within `<Code>`, empty when there is none. */
  readonly code: string
  /** Status and code in one text, `403 AccessDenied`. */
  readonly outcome: string
  /** Head and body, latin1 text. */
  readonly text: string
  /** Whether a `100 Continue` came before it. */
  readonly continued: boolean
}

const DEFAULT_WAIT_MS = 8_000

/** A TCP connection on which a test writes what it likes, and reads answers one by one (RFC 9112). */
export class RawConnection {
  readonly #socket: Socket
  readonly #received: Buffer[] = []
  #pending: Buffer = Buffer.alloc(0)
  #over = false
  #reset = false
  #wake: () => void = () => undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    const over = (): void => {
      this.#over = true
      this.#wake()
    }
    socket.on('data', (data: Buffer) => {
      this.#received.push(data)
      this.#pending = Buffer.concat([this.#pending, data])
      this.#wake()
    })
    socket.on('end', over)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reset = error.code === 'ECONNRESET'
      over()
    })
    socket.on('close', over)
  }

  static open(port: number, transport: 'tcp' | 'tls' = 'tcp'): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
      socket.once('error', reject)
      const ready = (over: Socket) => () => {
        socket.removeListener('error', reject)
        over.removeListener('error', reject)
        resolve(new RawConnection(over))
      }
      if (transport === 'tcp') {
        socket.once('connect', ready(socket))
        return
      }
      // Who the certificate belongs to is not these tests' question.
      const secured = connectTls({ socket, rejectUnauthorized: false })
      secured.once('error', reject)
      secured.once('secureConnect', ready(secured))
    })
  }

  /** Everything that came, latin1 text. */
  get received(): string {
    return Buffer.concat(this.#received).toString('latin1')
  }

  /** Whether the other side reset the connection instead of ending it. */
  get wasReset(): boolean {
    return this.#reset
  }

  /** Writes; resolves also when the other side is gone. Text is latin1. */
  write(data: string | Buffer): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()))
  }

  /** Takes nothing more of what comes. */
  stopReading(): void {
    this.#socket.pause()
  }

  /** Takes what comes again. */
  startReading(): void {
    this.#socket.resume()
  }

  /** Says that no more comes. */
  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** The next answer; undefined when the connection ends without one. Throws when neither happens in time. */
  async answer(method = 'GET', waitMs = DEFAULT_WAIT_MS): Promise<WireAnswer | undefined> {
    let continued = false
    const found = await this.#until(() => {
      for (;;) {
        const answer = readAnswer(this.#pending, method, this.#over)
        if (answer === undefined) return undefined
        this.#pending = this.#pending.subarray(answer.length)
        if (answer.status >= 200) return answer
        continued = true
      }
    }, waitMs)
    return found === undefined ? undefined : { ...found, continued }
  }

  /** Waits for the first `100 Continue`; false when something else comes. */
  async continues(waitMs = DEFAULT_WAIT_MS): Promise<boolean> {
    const seen = await this.#until(() => (this.received.includes('\r\n\r\n') ? this.received : undefined), waitMs)
    return seen?.startsWith('HTTP/1.1 100 ') ?? false
  }

  /** Whether writing has become impossible. */
  get isBroken(): boolean {
    return this.#socket.destroyed || this.#socket.errored !== null
  }

  /** Whether the other side ends the connection within that time. */
  async ends(waitMs: number): Promise<boolean> {
    await this.#until(() => undefined, waitMs).catch(() => undefined)
    return this.#over
  }

  async #until<T>(probe: () => T | undefined, waitMs: number): Promise<T | undefined> {
    const deadline = Date.now() + waitMs
    for (;;) {
      const found = probe()
      if (found !== undefined || this.#over) return found
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`no answer within ${waitMs} ms; came so far: ${this.received.slice(0, 500)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}

interface Measured extends Omit<WireAnswer, 'continued'> {
  /** Bytes on the wire. */
  readonly length: number
}

function readAnswer(bytes: Buffer, method: string, isOver: boolean): Measured | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const headers = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      trimBlanks(line.slice(line.indexOf(':') + 1)),
    ]),
  )
  const status = Number(statusLine.split(' ')[1])
  const start = headEnd + 4
  const body = readBody(bytes.subarray(start), { headers, status, method, isOver })
  if (body === undefined) return undefined
  const length = start + body.length
  const code = /<Code>([^<]*)<\/Code>/.exec(body.content.toString('latin1'))?.[1] ?? ''
  const outcome = code === '' ? String(status) : `${status} ${code}`
  return { status, headers, body: body.content, code, outcome, text: bytes.toString('latin1', 0, length), length }
}

interface Framing {
  readonly headers: ReadonlyMap<string, string>
  readonly status: number
  readonly method: string
  readonly isOver: boolean
}

function readBody(bytes: Buffer, framing: Framing): { content: Buffer; length: number } | undefined {
  const { headers, status, method, isOver } = framing
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD')
    return { content: Buffer.alloc(0), length: 0 }
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(bytes)
  const declared = headers.get('content-length')
  const length = declared === undefined ? bytes.length : Number(declared)
  if (declared === undefined && !isOver) return undefined
  return bytes.length < length ? undefined : { content: bytes.subarray(0, length), length }
}

function readChunks(bytes: Buffer): { content: Buffer; length: number } | undefined {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0) return { content: Buffer.concat(parts), length: next }
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}
