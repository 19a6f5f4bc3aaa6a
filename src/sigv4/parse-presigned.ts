import type { QueryPair } from '../http/target.ts'
import {
  type AcceptedRegions,
  type ClaimFailure,
  malformed,
  parseCredential,
  parseSignedHeaders,
  type Result,
} from './credential-claim.ts'
import { parseAmzDate } from './credential-scope.ts'
import type { ClaimedSignature } from './parse-signature.ts'
import { ALGORITHM } from './string-to-sign.ts'

/** The longest time S3 lets a presigned URL be valid: seven days. */
export const MAX_PRESIGNED_EXPIRY_SECONDS = 604_800

const PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const

type ParameterName = (typeof PARAMETERS)[number]

const WHOLE_NUMBER = /^\d{1,9}$/

/**
 * Reads the authentication parameters of a presigned URL, checked in the order in which S3 complains about them.
 * `query` is decoded.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function parseQuerySignature(
  query: readonly QueryPair[],
  regions: AcceptedRegions,
  maxExpirySeconds: number,
): Result<ClaimedSignature, ClaimFailure> {
  const parameters = collectParameters(query)
  if (typeof parameters === 'string') return malformed(parameters)
  const take = (name: ParameterName): string => parameters.get(name) ?? ''
  if (take('X-Amz-Algorithm') !== ALGORITHM) return malformed(`X-Amz-Algorithm must be ${ALGORITHM}`)
  const credential = parseCredential(take('X-Amz-Credential'), regions)
  if (!credential.ok) return credential
  const timestamp = take('X-Amz-Date')
  const signedAt = parseAmzDate(timestamp)
  if (signedAt === undefined) return malformed('X-Amz-Date must have the form YYYYMMDDTHHMMSSZ')
  if (!timestamp.startsWith(credential.value.scope.date)) {
    return malformed('the date in X-Amz-Credential is not the day of X-Amz-Date')
  }
  const expiresSeconds = parseExpires(take('X-Amz-Expires'), maxExpirySeconds)
  if (typeof expiresSeconds === 'string') return malformed(expiresSeconds)
  const signedHeaders = parseSignedHeaders(take('X-Amz-SignedHeaders'))
  if (signedHeaders === undefined) {
    return malformed('X-Amz-SignedHeaders must be a list of unique lower-case header names')
  }
  const signature = take('X-Amz-Signature')
  const time = { timestamp, signedAt, expiresSeconds, dateHeader: undefined }
  return { ok: true, value: { place: 'query', ...credential.value, ...time, signedHeaders, signature } }
}

/** The parameters by name, or what is wrong with them. */
function collectParameters(query: readonly QueryPair[]): ReadonlyMap<string, string> | string {
  const found = new Map<string, string>()
  for (const { name, value } of query) {
    if (!isParameter(name)) continue
    if (found.has(name)) return `${name} must be given once`
    found.set(name, value)
  }
  return found.size === PARAMETERS.length ? found : `a presigned URL must have ${PARAMETERS.join(', ')}`
}

const isParameter = (name: string): boolean => PARAMETERS.some((known) => known === name)

/** Seconds, or what is wrong with the text. */
function parseExpires(text: string, maxExpirySeconds: number): number | string {
  if (!WHOLE_NUMBER.test(text)) return 'X-Amz-Expires must be a whole number of seconds'
  const seconds = Number(text)
  if (seconds > MAX_PRESIGNED_EXPIRY_SECONDS) return 'X-Amz-Expires must be less than a week (604800 seconds)'
  if (seconds > maxExpirySeconds) return `X-Amz-Expires must not exceed ${maxExpirySeconds} seconds here`
  return seconds
}
