import type { HeaderPair } from '../http/headers.ts'
import type { QueryPair } from '../http/target.ts'
import { canonicalHeader, canonicalQuery, collapseBlanks, hashCanonicalRequest } from './canonical-request.ts'
import { type CredentialScope, formatAmzDate, formatScope, type SigningKeys } from './credential-scope.ts'
import type { SeedSignature } from './seed-signature.ts'
import { ALGORITHM, signatureHex, stringToSign } from './string-to-sign.ts'

/** Who signs an outgoing request. */
export interface SigningCredential {
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
}

/** An outgoing request before it is signed. */
export interface UnsignedRequest {
  readonly method: string
  /** Encoded already: goes on the wire and into the signature as it is. */
  readonly path: string
  /** Decoded pairs. */
  readonly query: readonly QueryPair[]
  /**
   * All of them get signed. Must include `host`, must not include `authorization`, `x-amz-date`, `x-amz-content-sha256`.
   * Values are latin1 text.
   */
  readonly headers: readonly HeaderPair[]
  /** The value for `x-amz-content-sha256`. */
  readonly payloadHash: string
  readonly credential: SigningCredential
  readonly now: Date
  readonly keys: SigningKeys
}

/** What {@link signRequest} gives: the query to send and the headers to send, and what chunk signatures chain from. */
export interface SignedRequest {
  /** Canonical query, without `?`; empty when there is none. */
  readonly query: string
  /** The given headers with lower-case names, then `x-amz-date`, `x-amz-content-sha256`, `authorization`. */
  readonly headers: HeaderPair[]
  readonly seed: Omit<SeedSignature, 'payloadHash'>
}

/**
 * Signs an outgoing request in its `Authorization` header.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signRequest(request: UnsignedRequest): SignedRequest {
  const { credential, payloadHash } = request
  const timestamp = formatAmzDate(request.now)
  const scope: CredentialScope = { date: timestamp.slice(0, 8), region: credential.region, service: 's3' }
  const headers = request.headers.map(([name, value]): HeaderPair => [name.toLowerCase(), value])
  headers.push(['x-amz-date', timestamp], ['x-amz-content-sha256', payloadHash])
  const signed = canonicalBlock(headers)
  const query = canonicalQuery(request.query)
  const requestHash = hashCanonicalRequest({
    method: request.method,
    uri: request.path,
    query,
    headers: signed.lines,
    signedHeaders: signed.names,
    payloadHash,
  })
  const signingKey = request.keys.derive(credential.secretKey, scope)
  const signature = signatureHex(signingKey, stringToSign(timestamp, scope, requestHash))
  const claim = `Credential=${credential.accessKey}/${formatScope(scope)}`
  headers.push(['authorization', `${ALGORITHM} ${claim},SignedHeaders=${signed.names},Signature=${signature}`])
  return { query, headers, seed: { signature, timestamp, scope, signingKey } }
}

/** The canonical header lines and the SignedHeaders text of headers with lower-case names. */
export function canonicalBlock(headers: readonly HeaderPair[]): { readonly lines: string; readonly names: string } {
  // Sorting is stable, so repeated headers keep their order.
  const sorted = headers.toSorted((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
  let lines = ''
  let names = ''
  for (let i = 0; i < sorted.length; i++) {
    const name = sorted[i]?.[0] ?? ''
    let value = collapseBlanks(sorted[i]?.[1] ?? '')
    while (sorted[i + 1]?.[0] === name) value += `,${collapseBlanks(sorted[++i]?.[1] ?? '')}`
    lines += canonicalHeader(name, value)
    names += names === '' ? name : `;${name}`
  }
  return { lines, names }
}
