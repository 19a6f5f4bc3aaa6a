import type { HeaderPair } from '../http/headers.ts'
import { type CorsRules, fittingRule } from '../s3/cors-rules.ts'
import { S3Error } from '../s3/errors.ts'
import { type CorsRequest, ruleHeaders, rulesOf, singleOrigin } from './headers.ts'

const MAX_REQUESTED_HEADERS = 100
const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/**
 * The headers that allow what a browser asks for before it sends it. Nobody signs such a request, so it is answered from
 * the rules alone: a bucket that does not exist and one without rules are refused in the same words.
 * @throws S3Error AccessForbidden when no rule fits, and for an OPTIONS request that is no preflight
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
 */
export function preflightHeaders({ headers, address }: CorsRequest, rules: CorsRules): readonly HeaderPair[] {
  const origin = singleOrigin(headers)
  const method = headers.get('access-control-request-method')
  const requested = requestedHeaders(headers)
  // What asks for nothing is no preflight, and nothing else may be asked without a signature.
  if (origin === undefined || method === undefined || requested === undefined) throw new S3Error('AccessForbidden')
  const rule = fittingRule(rulesOf(address.bucket, rules), { origin, method, headers: requested })
  if (rule === undefined) throw new S3Error('AccessForbidden')
  const allowed: HeaderPair[] = requested.length === 0 ? [] : [['access-control-allow-headers', requested.join(', ')]]
  return [...ruleHeaders(rule, origin), ...allowed]
}

/** Names in lower case; undefined when one of them is none. */
function requestedHeaders(headers: CorsRequest['headers']): readonly string[] | undefined {
  const names = headers
    .all('access-control-request-headers')
    .flatMap((line) => line.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  return names.length <= MAX_REQUESTED_HEADERS && names.every((name) => TOKEN.test(name)) ? names : undefined
}
