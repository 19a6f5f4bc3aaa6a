import { trimBlanks } from './header-blanks.ts'
/** One request as it passed by. Header names are in lower case; `complete` is false while (or if never) it ended. */
export interface SeenRequest {
  readonly method: string
  readonly target: string
  readonly headers: ReadonlyMap<string, string>
  readonly bodyBytes: number
  readonly complete: boolean
}

interface MutableRequest {
  method: string
  target: string
  headers: Map<string, string>
  bodyBytes: number
  complete: boolean
}

/**
 * Reads the HTTP/1.1 requests of one connection out of its bytes (RFC 9112), only to take note of them. It is fed by
 * well-behaved senders; what it cannot read it notes as method `?`.
 */
export class RequestReader {
  readonly #seen: MutableRequest[]
  #pending: Buffer = Buffer.alloc(0)
  #current: MutableRequest | undefined
  #bodyLeft = 0
  #chunked = false
  #inTrailer = false

  /** Requests are appended to `seen` at the end of their head. */
  constructor(seen: SeenRequest[]) {
    this.#seen = seen as MutableRequest[]
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    while (this.#step());
  }

  #step(): boolean {
    if (this.#bodyLeft > 0) return this.#takeBody()
    if (this.#current === undefined) return this.#takeHead()
    return this.#chunked ? this.#takeChunkLine(this.#current) : this.#finish(this.#current)
  }

  #takeHead(): boolean {
    const end = this.#pending.indexOf('\r\n\r\n')
    if (end < 0) return false
    const [requestLine = '', ...lines] = this.#pending.toString('latin1', 0, end).split('\r\n')
    this.#pending = this.#pending.subarray(end + 4)
    const headers = new Map(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        trimBlanks(line.slice(line.indexOf(':') + 1)),
      ]),
    )
    const [method = '?', target = '?'] = requestLine.split(' ')
    this.#current = { method, target, headers, bodyBytes: 0, complete: false }
    this.#seen.push(this.#current)
    this.#chunked = /chunked/i.test(headers.get('transfer-encoding') ?? '')
    this.#bodyLeft = this.#chunked ? 0 : Number(headers.get('content-length') ?? 0)
    return true
  }

  #takeBody(): boolean {
    if (this.#pending.length === 0) return false
    const taken = Math.min(this.#bodyLeft, this.#pending.length)
    this.#bodyLeft -= taken
    if (this.#current !== undefined) this.#current.bodyBytes += taken
    this.#pending = this.#pending.subarray(taken)
    return true
  }

  #takeChunkLine(current: MutableRequest): boolean {
    const end = this.#pending.indexOf('\r\n')
    if (end < 0) return false
    const line = this.#pending.toString('latin1', 0, end)
    this.#pending = this.#pending.subarray(end + 2)
    if (this.#inTrailer && line === '') return this.#finish(current)
    // The empty line after a chunk's bytes and the lines of a trailer are passed over.
    const size = this.#inTrailer ? Number.NaN : Number.parseInt(line, 16)
    if (size === 0) this.#inTrailer = true
    if (size > 0) this.#bodyLeft = size
    return true
  }

  #finish(current: MutableRequest): boolean {
    current.complete = true
    this.#current = undefined
    this.#inTrailer = false
    return true
  }
}
