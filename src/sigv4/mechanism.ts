import type { HeaderList } from '../http/headers.ts'
import type { QueryPair } from '../http/target.ts'
import { ALGORITHM } from './string-to-sign.ts'

/**
 * How a request claims to be signed; `several`: in more than one way.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export type Mechanism = 'none' | 'header' | 'query' | 'sigv2' | 'sigv4a-header' | 'unsupported' | 'several'

/** Parameters that make a query a signed one; `X-Amz-Date` alone does not. In other cases they are refused on reading. */
const QUERY_CLAIMS: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
])

/** SigV2 names two of these at least; `Expires` or `Signature` alone claim nothing. */
const SIGV2_PARAMETERS: ReadonlySet<string> = new Set(['awsaccesskeyid', 'signature', 'expires'])

/** Finds the mechanism a request uses, without judging what it says. Reads no credentials. */
export function findMechanism(headers: HeaderList, query: readonly QueryPair[]): Mechanism {
  const lines = headers.all('authorization')
  const inQuery = query.length === 0 ? 'none' : queryMechanism(query)
  if (lines.length === 0) return inQuery
  if (lines.length > 1 || inQuery !== 'none') return 'several'
  return headerMechanism(lines[0] ?? '')
}

function queryMechanism(query: readonly QueryPair[]): Mechanism {
  let claims = false
  const sigV2 = new Set<string>()
  for (const { name } of query) {
    if (QUERY_CLAIMS.has(name)) claims = true
    else if (SIGV2_PARAMETERS.has(name.toLowerCase())) sigV2.add(name.toLowerCase())
  }
  if (sigV2.size < 2) return claims ? 'query' : 'none'
  return claims ? 'several' : 'sigv2'
}

function headerMechanism(authorization: string): Mechanism {
  const blank = authorization.indexOf(' ')
  const scheme = blank < 0 ? authorization : authorization.slice(0, blank)
  if (scheme === ALGORITHM) return 'header'
  if (scheme === 'AWS') return 'sigv2'
  return scheme === 'AWS4-ECDSA-P256-SHA256' ? 'sigv4a-header' : 'unsupported'
}
