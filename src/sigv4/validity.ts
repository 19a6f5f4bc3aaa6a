import type { ClaimedSignature } from './parse-signature.ts'

/** Why a request's time does not fit the clock here. */
export type TimeFailure = 'skewed' | 'expired' | 'not-yet-valid'

/**
 * Compares a claim's time with the clock. A header signature must be at most `maxSkewMs` away, both ways. A presigned
 * URL must not be dated further ahead than that, and lives until its own expiry.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function timeFailure(claim: ClaimedSignature, now: Date, maxSkewMs: number): TimeFailure | undefined {
  const ageMs = now.getTime() - claim.signedAt.getTime()
  if (claim.expiresSeconds === undefined) return Math.abs(ageMs) > maxSkewMs ? 'skewed' : undefined
  if (claim.expiresSeconds === 0 || ageMs > claim.expiresSeconds * 1000) return 'expired'
  return -ageMs > maxSkewMs ? 'not-yet-valid' : undefined
}

/** The moment at which a presigned URL expires; for a header signature the moment of signing. */
export function expiryOf(claim: ClaimedSignature): Date {
  return new Date(claim.signedAt.getTime() + (claim.expiresSeconds ?? 0) * 1000)
}
