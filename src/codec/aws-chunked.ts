/**
 * What comes out of an aws-chunked body, in order: for each chunk its head, its bytes in slices and its end; then the
 * last (empty) chunk's head, the trailers, the signature over them, and the end. A failure is always the last event.
 */
export type AwsChunkedEvent =
  | { readonly kind: 'chunk'; readonly size: number; readonly signature: string }
  /** A view into what was pushed, not a copy. */
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** The chunk's bytes and the line end after them have all arrived. */
  | { readonly kind: 'chunk-end' }
  | { readonly kind: 'last-chunk'; readonly signature: string }
  /** `name` in lower case, `value` without the blanks around it (latin1 text). */
  | { readonly kind: 'trailer'; readonly name: string; readonly value: string }
  | { readonly kind: 'trailer-signature'; readonly signature: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly failure: AwsChunkedFailure }

/** Why a body cannot be decoded. `detail` is for logs. */
export type AwsChunkedFailure =
  /** It ended early, or its last chunk came before the declared length was reached. */
  | { readonly kind: 'incomplete'; readonly detail: string }
  /** The framing is not what the grammar says, or carries more than the declared length. */
  | { readonly kind: 'framing'; readonly detail: string }
  /** A chunk that is not the last one holds less than 8192 bytes. `chunk` counts from 1. */
  | { readonly kind: 'chunk-too-small'; readonly chunk: number; readonly size: number }
  | { readonly kind: 'trailer'; readonly detail: string }

/** How the body is framed, which only `x-amz-content-sha256` says, and how many bytes it holds once decoded. */
export interface AwsChunkedFraming {
  readonly signed: boolean
  readonly trailer: boolean
  readonly decodedLength: number
}

const MIN_CHUNK_BYTES = 8192
const MAX_LINE_BYTES = 1024
const MAX_TRAILERS_BYTES = 4096
const LF = 0x0a
const CRLF = '\r\n'

const UNSIGNED_HEAD = /^ *([0-9a-fA-F]{1,16}) *\r\n$/
const SIGNED_HEAD = /^ *([0-9a-fA-F]{1,16}) *;chunk-signature=([0-9a-f]{64})\r\n$/
const TRAILER_LINE = /^([A-Za-z0-9-]{1,64}):([^\r\n]*)(\r?\n)$/
const TRAILER_SIGNATURE_NAME = 'x-amz-trailer-signature'
const SIGNATURE = /^[0-9a-f]{64}$/

type State = 'head' | 'data' | 'data-end' | 'trailers' | 'trailer-end' | 'closing' | 'ended' | 'failed'

/** The longest line that may come in a state, with its end. After the end, the first byte is one too many. */
const LINE_BYTES: Readonly<Record<State, number>> = {
  head: MAX_LINE_BYTES,
  data: 0,
  'data-end': 2,
  trailers: MAX_LINE_BYTES,
  'trailer-end': 2,
  closing: 2,
  ended: 1,
  failed: 0,
}

/**
 * Decodes `Content-Encoding: aws-chunked` as it arrives, in pieces of any size. No chunk is ever buffered: data passes as
 * views into the pieces, and what is remembered is at most one line. A size that does not fit into the declared length is
 * refused before one byte of it passes. It checks no signature and no checksum.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder {
  readonly #framing: AwsChunkedFraming
  #state: State = 'head'
  /** The part of the current line that came with earlier pieces. */
  #line = ''
  #chunk = 0
  #chunkSize = MIN_CHUNK_BYTES
  /** Bytes still to come: of the current chunk, and of the body beyond it. */
  #chunkLeft = 0
  #bodyLeft: number
  #trailerBytes = 0

  constructor(framing: AwsChunkedFraming) {
    this.#framing = framing
    this.#bodyLeft = framing.decodedLength
  }

  /** Takes the next piece of the body. After a failure nothing more comes out. */
  push(bytes: Buffer): AwsChunkedEvent[] {
    const events: AwsChunkedEvent[] = []
    let at = 0
    while (at < bytes.length && this.#state !== 'failed') {
      at = this.#state === 'data' ? this.#takeData(bytes, at, events) : this.#takeLine(bytes, at, events)
    }
    return events
  }

  /** To be called when no more comes: the failure if that is too early. */
  finish(): AwsChunkedFailure | undefined {
    if (this.#state === 'ended' || this.#state === 'failed') return undefined
    this.#state = 'failed'
    return { kind: 'incomplete', detail: 'the body ended within its framing' }
  }

  #takeData(bytes: Buffer, at: number, events: AwsChunkedEvent[]): number {
    const end = Math.min(bytes.length, at + this.#chunkLeft)
    events.push({ kind: 'data', bytes: bytes.subarray(at, end) })
    this.#chunkLeft -= end - at
    if (this.#chunkLeft === 0) this.#state = 'data-end'
    return end
  }

  #takeLine(bytes: Buffer, at: number, events: AwsChunkedEvent[]): number {
    const maxBytes = LINE_BYTES[this.#state]
    const limit = Math.min(bytes.length, at + maxBytes - this.#line.length)
    const feed = bytes.subarray(at, limit).indexOf(LF)
    const end = feed === -1 ? limit : at + feed + 1
    this.#line += bytes.toString('latin1', at, end)
    if (feed === -1 && this.#line.length < maxBytes) return end
    const event = this.#readLine(this.#line)
    this.#line = ''
    if (event !== undefined) events.push(event)
    return end
  }

  /** A line that is too long comes here too, cut and without its end. */
  #readLine(line: string): AwsChunkedEvent | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(line)
      case 'data-end':
        return line === CRLF
          ? this.#enter('head', { kind: 'chunk-end' })
          : this.#fail('framing', 'no line end after a chunk')
      case 'trailers':
        return this.#readTrailer(line)
      case 'trailer-end':
        return line === CRLF
          ? this.#enter('trailers', undefined)
          : this.#fail('trailer', 'a trailer has a bad line end')
      case 'closing':
        return line === CRLF
          ? this.#enter('ended', { kind: 'end' })
          : this.#fail('framing', 'no line end after the last chunk')
      default:
        return this.#fail('framing', 'bytes after the end of the body')
    }
  }

  #readHead(line: string): AwsChunkedEvent {
    const match = (this.#framing.signed ? SIGNED_HEAD : UNSIGNED_HEAD).exec(line)
    if (match === null) return this.#fail('framing', 'a chunk head is malformed')
    const size = Number.parseInt(match[1] ?? '', 16)
    const signature = match[2] ?? ''
    if (size === 0) return this.#readLastHead(signature)
    if (this.#chunkSize < MIN_CHUNK_BYTES) {
      this.#state = 'failed'
      return { kind: 'failure', failure: { kind: 'chunk-too-small', chunk: this.#chunk, size: this.#chunkSize } }
    }
    if (size > this.#bodyLeft) return this.#fail('framing', 'more than the declared length')
    this.#chunk += 1
    this.#chunkSize = size
    this.#chunkLeft = size
    this.#bodyLeft -= size
    return this.#enter('data', { kind: 'chunk', size, signature })
  }

  #readLastHead(signature: string): AwsChunkedEvent {
    if (this.#bodyLeft > 0) return this.#fail('incomplete', 'less than the declared length')
    return this.#enter(this.#framing.trailer ? 'trailers' : 'closing', { kind: 'last-chunk', signature })
  }

  #readTrailer(line: string): AwsChunkedEvent | undefined {
    if (line === CRLF) {
      // The signature is the last trailer and leaves this state, so here it is missing.
      return this.#framing.signed
        ? this.#fail('trailer', 'no trailer signature')
        : this.#enter('ended', { kind: 'end' })
    }
    this.#trailerBytes += line.length
    const match = TRAILER_LINE.exec(line)
    if (match === null || this.#trailerBytes > MAX_TRAILERS_BYTES)
      return this.#fail('trailer', 'a trailer is malformed')
    const [, spelled = '', text = '', lineEnd] = match
    const name = spelled.toLowerCase()
    const value = withoutBlanksAround(text)
    if (this.#framing.signed && name === TRAILER_SIGNATURE_NAME) {
      if (!SIGNATURE.test(value) || lineEnd !== CRLF) return this.#fail('trailer', 'the trailer signature is malformed')
      return this.#enter('closing', { kind: 'trailer-signature', signature: value })
    }
    // minio-go ends a trailer with LF CRLF.
    return this.#enter(lineEnd === CRLF ? 'trailers' : 'trailer-end', { kind: 'trailer', name, value })
  }

  #enter<Event extends AwsChunkedEvent | undefined>(state: State, event: Event): Event {
    this.#state = state
    return event
  }

  #fail(kind: 'incomplete' | 'framing' | 'trailer', detail: string): AwsChunkedEvent {
    this.#state = 'failed'
    return { kind: 'failure', failure: { kind, detail } }
  }
}

/** As for header fields: blanks and tabs. String.trim would take line tabulators and non-breaking blanks, too. */
function withoutBlanksAround(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
