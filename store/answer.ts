import type { HeaderPair } from '../src/http/headers.ts'

/** Object bytes to stream, of a known length. */
export interface ByteStream {
  readonly length: number
  readonly bytes: AsyncIterable<Buffer>
  /** Called once when the answer is over, whether or not the bytes were read. */
  readonly release: () => void
}

/** What an operation answers. Header values are latin1 text. */
export interface Answer {
  readonly status: number
  readonly headers: readonly HeaderPair[]
  /** A document, object bytes, or the length that the answer to a HEAD announces. */
  readonly body?: Buffer | ByteStream | number
}

/** An answer with an XML document. */
export function xmlAnswer(document: string | Buffer, headers: readonly HeaderPair[] = []): Answer {
  return { status: 200, headers: [['content-type', 'application/xml'], ...headers], body: Buffer.from(document) }
}

/** An answer without a body. */
export function emptyAnswer(status: 200 | 204 | 304, headers: readonly HeaderPair[] = []): Answer {
  return { status, headers }
}

/** An ETag as HTTP and S3's documents write it. */
export function quoted(etag: string): string {
  return `"${etag}"`
}
