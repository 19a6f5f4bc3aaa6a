import { hash } from 'node:crypto'

/** Whoever knows one of these needs no signature, or can read what was encrypted. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'referer',
  'x-amz-copy-source-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key-md5',
  'x-amz-security-token',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-server-side-encryption-customer-key-md5',
  'x-amz-signature',
])

/** A URL that was signed may stand in any value. */
const HOLDS_SIGNATURE = /signature(?:=|%3D)/i

const MAX_CHARACTERS = 1_024
const SHOWN_DIGITS = 16

/**
 * The value of a header or query parameter as it may be written down: secrets, and what is longer than 1,024 characters,
 * are replaced by the beginning of their digest, so that two of them can still be told apart.
 * @param name of the header or parameter, in any case
 */
export function concealed(name: string, value: string): string {
  if (SECRET_NAMES.has(name.toLowerCase()) || HOLDS_SIGNATURE.test(value)) return `(secret, ${digest(value)})`
  return shortened(value, MAX_CHARACTERS)
}

/** Text that is longer than that many characters, replaced by its length and digest. */
export function shortened(text: string, maxCharacters: number): string {
  return text.length > maxCharacters ? `(${text.length} characters, ${digest(text)})` : text
}

/** {@link concealed} for each pair of a canonical query. */
export function concealedQuery(query: string): string {
  return query.split('&').map(concealedPair).join('&')
}

function concealedPair(pair: string): string {
  const equals = pair.indexOf('=')
  if (equals < 0) return shortened(pair, MAX_CHARACTERS)
  const name = pair.slice(0, equals)
  return `${shortened(name, MAX_CHARACTERS)}=${concealed(name, pair.slice(equals + 1))}`
}

function digest(text: string): string {
  return `SHA-256 ${hash('sha256', Buffer.from(text, 'latin1'), 'hex').slice(0, SHOWN_DIGITS)}`
}
