import type { HeaderList } from '../http/headers.ts'
import { S3Error } from './errors.ts'

const MAX_HEADERS = 100
/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Headers that decide something and so must have one reading only; `x-amz-*` and the conditional ones come on top. */
const SINGLE: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-disposition',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'expect',
  'expires',
  'host',
  'range',
  'referer',
  'transfer-encoding',
  'user-agent',
])

/** Lists, of which the SDKs for Go and Java write each item into a line of its own. */
const LISTS: ReadonlySet<string> = new Set(['x-amz-object-attributes', 'x-amz-optional-object-attributes'])

const isSingle = (name: string) =>
  SINGLE.has(name) || (name.startsWith('x-amz-') && !LISTS.has(name)) || name.startsWith('if-')

/** How long the body is, as the head says. */
export interface Framing {
  /** Bytes; undefined when the header is absent. */
  readonly contentLength: number | undefined
  readonly chunked: boolean
}

const refuse = (message: string) => new S3Error('InvalidRequest', { message })

function hasControl(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true
  }
  return false
}

/**
 * Refuses header sections that two readers could understand differently.
 * @throws S3Error RequestHeaderSectionTooLarge above 100 lines, InvalidArgument for a repeated header, InvalidRequest
 *   for a name or value that is none.
 */
export function checkHeaderSection(headers: HeaderList): void {
  if (headers.size > MAX_HEADERS) throw new S3Error('RequestHeaderSectionTooLarge')
  for (const [name, value] of headers.pairs) {
    if (!TOKEN.test(name) || hasControl(value)) throw refuse('A header is malformed.')
  }
  for (const name of headers.names()) {
    if (isSingle(name) && headers.all(name).length > 1) {
      throw new S3Error('InvalidArgument', {
        message: 'A header that may be given once only is repeated.',
        extras: [['ArgumentName', name]],
      })
    }
  }
}

function contentLengthOf(headers: HeaderList): number | undefined {
  const text = headers.get('content-length')
  if (text === undefined) return undefined
  const length = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(length)) throw refuse('The Content-Length is not valid.')
  return length
}

/**
 * Reads how the body is delimited (RFC 9112 §6).
 * @throws S3Error InvalidRequest for what is ambiguous, and for a body where the method has none.
 */
export function readFraming(headers: HeaderList, method: string, httpVersion: string): Framing {
  const contentLength = contentLengthOf(headers)
  const coding = headers.get('transfer-encoding')
  const chunked = coding !== undefined
  if (chunked) {
    if (coding.toLowerCase() !== 'chunked') throw refuse('The only Transfer-Encoding understood is chunked.')
    if (contentLength !== undefined) throw refuse('Content-Length and Transfer-Encoding exclude each other.')
    if (httpVersion !== '1.1') throw refuse('Transfer-Encoding needs HTTP/1.1.')
  }
  const hasBody = chunked || (contentLength ?? 0) > 0
  if (hasBody && (method === 'GET' || method === 'HEAD' || method === 'DELETE')) {
    throw refuse(`A ${method} request has no body.`)
  }
  return { contentLength, chunked }
}

/**
 * The header names, in lower case, that `Connection` names: they are meant for this hop alone.
 * @param signedHeaders the names that the client says it signed, joined by `;`
 * @throws S3Error InvalidRequest when one of them is signed: a hop that obeyed would take it away from the signature.
 */
export function hopByHopNames(headers: HeaderList, signedHeaders: string | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  for (const value of headers.all('connection')) {
    for (const token of value.split(',')) if (token.trim() !== '') names.add(token.trim().toLowerCase())
  }
  if (names.size > 0 && signedHeaders !== undefined) {
    for (const signed of signedHeaders.toLowerCase().split(';')) {
      if (names.has(signed)) throw refuse('Connection names a header that is signed.')
    }
  }
  return names
}
