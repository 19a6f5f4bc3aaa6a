import type { HeaderPair } from '../http/headers.ts'
import { type CorsRule, type CorsRules, fittingRule } from '../s3/cors-rules.ts'
import type { S3Request } from '../s3/request.ts'

/** What of a request CORS looks at. */
export type CorsRequest = Pick<S3Request, 'method' | 'headers' | 'address'>

/** Answers differ by these, so caches must keep them apart. */
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

/**
 * The headers by which a browser lets the page of another origin read an answer, errors too: none when no rule of the
 * bucket fits. They come from the rules alone, whatever the backend says.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function corsHeaders({ method, headers, address }: CorsRequest, rules: CorsRules): readonly HeaderPair[] {
  const origin = singleOrigin(headers)
  if (origin === undefined) return []
  const rule = fittingRule(rulesOf(address.bucket, rules), { origin, method, headers: [] })
  return rule === undefined ? [] : ruleHeaders(rule, origin)
}

/** The rules of a bucket; a bucket without any, or of whatever name, has none. */
export function rulesOf(bucket: string | undefined, rules: CorsRules): readonly CorsRule[] {
  return bucket === undefined ? [] : (rules.get(bucket) ?? [])
}

/** The value of `Origin`; browsers send one. */
export function singleOrigin(headers: CorsRequest['headers']): string | undefined {
  const [origin, second] = headers.all('origin')
  return second === undefined ? origin : undefined
}

/** What a rule that fits says, to actual requests and to preflights. Credentials are never allowed to everybody. */
export function ruleHeaders(rule: CorsRule, origin: string): HeaderPair[] {
  const isOpen = rule.origins.includes('*')
  const headers: HeaderPair[] = [
    ['access-control-allow-origin', isOpen ? '*' : origin],
    ['access-control-allow-methods', rule.methods.join(', ')],
  ]
  if (!isOpen) headers.push(['access-control-allow-credentials', 'true'])
  if (rule.exposedHeaders.length > 0) headers.push(['access-control-expose-headers', rule.exposedHeaders.join(', ')])
  if (rule.maxAgeSeconds !== undefined) headers.push(['access-control-max-age', String(rule.maxAgeSeconds)])
  return [...headers, ['vary', VARY]]
}
