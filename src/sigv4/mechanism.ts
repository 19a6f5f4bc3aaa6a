import type { HeaderList } from '../http/headers.ts'
import type { QueryPair } from '../http/target.ts'
import { ALGORITHM } from './string-to-sign.ts'

/**
 * How a request claims to be signed. `several`: by more than one mechanism; `odd-case`: an authentication parameter is
 * spelled in a case that one reader takes for it and another does not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export type Mechanism = 'none' | 'header' | 'query' | 'sigv2' | 'sigv4a-header' | 'unsupported' | 'several' | 'odd-case'

/** Parameters that make a query a signed one. `X-Amz-Date` alone does not. */
const QUERY_CLAIMS: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
])

/** Further parameters that have their meaning in a signed query only. */
const QUERY_COMPANIONS: ReadonlySet<string> = new Set(['X-Amz-Date', 'X-Amz-Security-Token'])

const CANONICAL_CASE: ReadonlyMap<string, string> = new Map(
  [...QUERY_CLAIMS, ...QUERY_COMPANIONS].map((name) => [name.toLowerCase(), name]),
)

/** SigV2 names two of these at least; `Expires` or `Signature` alone claim nothing. */
const SIGV2_PARAMETERS: ReadonlySet<string> = new Set(['awsaccesskeyid', 'signature', 'expires'])

/** Finds the mechanism a request uses, without judging what it says. Reads no credentials. */
export function findMechanism(headers: HeaderList, query: readonly QueryPair[]): Mechanism {
  const lines = headers.all('authorization')
  const inQuery = query.length === 0 ? 'none' : queryMechanism(query)
  if (lines.length === 0) return inQuery
  if (lines.length > 1 || inQuery !== 'none') return inQuery === 'odd-case' ? 'odd-case' : 'several'
  return headerMechanism(lines[0] ?? '')
}

function queryMechanism(query: readonly QueryPair[]): Mechanism {
  let claims = false
  const sigV2 = new Set<string>()
  for (const { name } of query) {
    const lower = name.toLowerCase()
    const canonical = CANONICAL_CASE.get(lower)
    if (canonical !== undefined && canonical !== name) return 'odd-case'
    if (canonical !== undefined) claims ||= QUERY_CLAIMS.has(name)
    else if (SIGV2_PARAMETERS.has(lower)) sigV2.add(lower)
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
