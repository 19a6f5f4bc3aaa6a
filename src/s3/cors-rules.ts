/** What pages of other origins may do with a bucket. The first rule that fits counts. */
export interface CorsRule {
  /** As the client named it, which means nothing. */
  readonly id?: string
  /** `scheme://host[:port]` in lower case, with at most one `*`, or `*` alone. */
  readonly origins: readonly string[]
  readonly methods: readonly CorsMethod[]
  /** Names in lower case, each with at most one `*`, that a request may send. */
  readonly allowedHeaders: readonly string[]
  /** Names of answer headers that a page may read. */
  readonly exposedHeaders: readonly string[]
  /** How long a browser may keep the answer to a preflight; undefined: as long as it likes. */
  readonly maxAgeSeconds: number | undefined
}

/** The methods that a rule may allow. */
export const CORS_METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'] as const

/** One of them. */
export type CorsMethod = (typeof CORS_METHODS)[number]

/** The rules of each bucket that has any, in order. */
export interface CorsRules {
  get(bucket: string): readonly CorsRule[] | undefined
}

/** What a browser asks for. */
export interface CorsQuestion {
  readonly origin: string
  readonly method: string
  /** Names in lower case; empty for an actual request. */
  readonly headers: readonly string[]
}

/**
 * The first rule that allows it all.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function fittingRule(
  rules: readonly CorsRule[],
  { origin, method, headers }: CorsQuestion,
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.methods.some((allowed) => allowed === method) &&
      rule.origins.some((pattern) => matchesOrigin(pattern, origin)) &&
      headers.every((name) => rule.allowedHeaders.some((pattern) => starredPart(pattern, name) !== undefined)),
  )
}

/** What `*` stands for in an origin stays within its scheme or its host. */
function matchesOrigin(pattern: string, origin: string): boolean {
  if (pattern === '*') return true
  const part = starredPart(pattern, origin)
  return part !== undefined && !/[/?#@\\]/.test(part)
}

/** The text that the pattern's one `*` stands for, empty when the pattern has none; undefined when it does not match. */
function starredPart(pattern: string, text: string): string | undefined {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text ? '' : undefined
  const after = pattern.length - star - 1
  if (text.length < star + after) return undefined
  if (!text.startsWith(pattern.slice(0, star)) || !text.endsWith(pattern.slice(star + 1))) return undefined
  return text.slice(star, text.length - after)
}
