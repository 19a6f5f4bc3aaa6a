import type { HeaderList } from '../http/headers.ts'
import type { QueryPair } from '../http/target.ts'
import { canonicalHeader, canonicalQuery, collapseBlanks, trimBlanks } from './canonical-request.ts'
import type { ClaimedSignature } from './parse-signature.ts'
import { uriEncodePath } from './uri-encode.ts'

/** What a signature has to cover. */
export interface SignedParts {
  readonly method: string
  /** Path as sent. */
  readonly rawPath: string
  /** The same path, decoded once. */
  readonly path: string
  /** Decoded pairs, all of them. */
  readonly query: readonly QueryPair[]
  readonly headers: HeaderList
  /** The values to try for `host`, the likeliest first: proxies in front may have rewritten the header. */
  readonly hostCandidates: Iterable<string>
  /** The text of the canonical request's last line. */
  readonly payloadHash: string
}

/** How inner blanks of a header value are written down. */
export type Blanks = 'collapsed' | 'kept'

/** The canonical query that a claim covers: a presigned URL leaves its own signature out. */
export function signedQuery(claim: ClaimedSignature, query: readonly QueryPair[]): string {
  if (claim.place === 'header') return canonicalQuery(query)
  return canonicalQuery(query.filter(({ name }) => name !== 'X-Amz-Signature'))
}

/** The ways in which a signer may have written the path, the documented one first. */
export function* uriForms(parts: Pick<SignedParts, 'path' | 'rawPath'>): Generator<string> {
  const strict = uriEncodePath(parts.path)
  yield strict
  if (parts.rawPath !== strict) yield parts.rawPath
}

/** The value that one header has in a canonical request; several lines of one name are joined by `,`. */
export function canonicalValue(headers: HeaderList, name: string, blanks: Blanks): string {
  const clean = blanks === 'collapsed' ? collapseBlanks : trimBlanks
  const values = headers.all(name)
  return values.length === 1 ? clean(values[0] ?? '') : values.map(clean).join(',')
}

/** The ways in which a signer may have written the canonical headers, the documented one first. */
export function* headerForms(claim: ClaimedSignature, parts: SignedParts): Generator<string> {
  for (const host of parts.hostCandidates) {
    const collapsed = canonicalHeaders(claim, parts.headers, host, 'collapsed')
    yield collapsed
    const kept = canonicalHeaders(claim, parts.headers, host, 'kept')
    if (kept !== collapsed) yield kept
  }
}

function canonicalHeaders(claim: ClaimedSignature, headers: HeaderList, host: string, blanks: Blanks): string {
  let lines = ''
  for (const name of claim.signedHeaders) {
    lines += canonicalHeader(name, name === 'host' ? host : canonicalValue(headers, name, blanks))
  }
  return lines
}
