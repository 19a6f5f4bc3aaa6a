import { hash } from 'node:crypto'
import type { QueryPair } from '../http/target.ts'
import { uriEncode } from './uri-encode.ts'

/** The six lines that a signature covers, before they are joined. */
export interface CanonicalRequest {
  readonly method: string
  readonly uri: string
  readonly query: string
  /** Whole lines, each ended by LF ({@link canonicalHeader}). */
  readonly headers: string
  /** Lower-case names joined by `;`. */
  readonly signedHeaders: string
  /** The text of `x-amz-content-sha256`. */
  readonly payloadHash: string
}

type EncodedPair = readonly [name: string, value: string]

const byNameThenValue = (a: EncodedPair, b: EncodedPair): number => compare(a[0], b[0]) || compare(a[1], b[1])

/** Orders ASCII text by its bytes. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * The canonical query string: names and values encoded strictly, sorted by encoded name and then value in byte order,
 * always with `=`. It is also the form in which a query is sent on.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalQuery(pairs: readonly QueryPair[]): string {
  if (pairs.length === 0) return ''
  const encoded = pairs.map(({ name, value }): EncodedPair => [uriEncode(name), uriEncode(value)])
  if (encoded.length > 1) encoded.sort(byNameThenValue)
  let text = ''
  for (const [name, value] of encoded) text += text === '' ? `${name}=${value}` : `&${name}=${value}`
  return text
}

const INNER_BLANKS = / {2,}/g

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/**
 * A header value without spaces and tabs at its ends. `String.trim` would not do: in latin1 text it also takes the byte
 * A0, with which the UTF-8 form of many letters ends.
 */
export function trimBlanks(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isBlank(value.charCodeAt(start))) start++
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--
  return start === 0 && end === value.length ? value : value.slice(start, end)
}

/** A header value as most signers write it: trimmed, runs of inner spaces made one. */
export function collapseBlanks(value: string): string {
  const trimmed = trimBlanks(value)
  return trimmed.includes('  ') ? trimmed.replace(INNER_BLANKS, ' ') : trimmed
}

/** One line of the canonical headers; `value` is trimmed and, where several lines had the name, joined by `,`. */
export function canonicalHeader(name: string, value: string): string {
  return `${name}:${value}\n`
}

/** SHA-256 of the canonical request in hex. Header values are latin1 text, so the text is hashed as latin1 bytes. */
export function hashCanonicalRequest(request: CanonicalRequest): string {
  const { method, uri, query, headers, signedHeaders, payloadHash } = request
  const text = `${method}\n${uri}\n${query}\n${headers}\n${signedHeaders}\n${payloadHash}`
  return hash('sha256', Buffer.from(text, 'latin1'), 'hex')
}
