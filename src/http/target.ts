/** A request target in origin-form, split at the first `?` and otherwise untouched (RFC 9112 §3.2.1). */
export interface RawTarget {
  /** Path as sent, beginning with `/`. */
  readonly path: string
  /** Text after the first `?`; undefined when there is no `?`. */
  readonly query: string | undefined
}

/** One decoded query pair. A name without `=` has the empty value. */
export interface QueryPair {
  readonly name: string
  readonly value: string
}

/** Splits an origin-form target. Anything else (absolute-form, `*`, authority-form) gives undefined. */
export function splitTarget(target: string): RawTarget | undefined {
  if (!target.startsWith('/') || target.includes('#')) return undefined
  const mark = target.indexOf('?')
  if (mark < 0) return { path: target, query: undefined }
  return { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Percent-decodes once. Gives undefined for a broken escape, a NUL, or bytes that are not UTF-8 (lone surrogates and
 * overlong forms included), so that a decoded value and its bytes always stand for each other.
 */
export function percentDecode(text: string): string | undefined {
  const bytes = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code === 0x25) {
      const hex = text.slice(i + 1, i + 3)
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return undefined
      code = Number.parseInt(hex, 16)
      i += 2
    }
    if (code === 0 || code > 0xff) return undefined
    bytes[length++] = code
  }
  try {
    return utf8.decode(bytes.subarray(0, length))
  } catch {
    return undefined
  }
}

/** Decodes a query string into its pairs, in order; `+` is a space, empty pieces are dropped. Undefined when a piece cannot be decoded. */
export function parseQuery(query: string | undefined): readonly QueryPair[] | undefined {
  if (query === undefined || query === '') return []
  const pairs: QueryPair[] = []
  for (const piece of query.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = percentDecode((equals < 0 ? piece : piece.slice(0, equals)).replaceAll('+', ' '))
    const value = equals < 0 ? '' : percentDecode(piece.slice(equals + 1).replaceAll('+', ' '))
    if (name === undefined || value === undefined) return undefined
    pairs.push({ name, value })
  }
  return pairs
}
