import { type ErrorExtra, S3Error, type S3ErrorCode, type S3ErrorOptions } from '../s3/errors.ts'
import type { ClaimFailure } from '../sigv4/credential-claim.ts'
import type { Mechanism } from '../sigv4/mechanism.ts'
import type { ClaimedSignature } from '../sigv4/parse-signature.ts'
import type { PolicyClaimFailure } from '../sigv4/post-policy.ts'
import type { ReceivedRequest } from '../sigv4/received-request.ts'
import { expiryOf, type TimeFailure } from '../sigv4/validity.ts'

/** A request whose sender could not be told. */
export class AuthenticationRefusal extends S3Error {
  /** The key id that was claimed, for log and audit; cut to 4 characters when nobody has it. Undefined when none was read. */
  readonly accessKey: string | undefined
  /** For the audit, where that is asked for: what arrived under a signature that is wrong. */
  readonly received: ReceivedRequest | undefined

  constructor(code: S3ErrorCode, options: S3ErrorOptions, accessKey?: string, received?: ReceivedRequest) {
    super(code, options)
    this.name = 'AuthenticationRefusal'
    this.accessKey = accessKey
    this.received = received
  }
}

/** How a request that is signed some other way than SigV4 with HMAC is answered. */
export function mechanismRefusal(mechanism: Exclude<Mechanism, 'none' | 'header' | 'query'>): AuthenticationRefusal {
  switch (mechanism) {
    case 'several':
      return new AuthenticationRefusal('InvalidArgument', {
        message: 'Only one way of signing may be used: an Authorization header or query parameters, and one of them.',
      })
    case 'sigv2':
      return new AuthenticationRefusal('InvalidRequest', {
        message:
          'Signature version 2 is not supported, use AWS4-HMAC-SHA256: ' +
          'set a region other than us-east-1, or signature_version s3v4.',
      })
    case 'sigv4a-header':
    case 'unsupported':
      return new AuthenticationRefusal('InvalidArgument', {
        message: 'Unsupported authorization type, use AWS4-HMAC-SHA256.',
        extras: [['ArgumentName', 'Authorization']],
      })
  }
}

const SUBJECTS = {
  header: 'The authorization header is',
  query: 'The query authentication parameters are',
  form: 'The fields that sign the form are',
} as const

/** How a claim that breaks the grammar or names a wrong scope is answered. */
export function claimRefusal(
  place: ClaimedSignature['place'] | 'form',
  failure: ClaimFailure,
  proxyRegion: string,
): AuthenticationRefusal {
  const code = place === 'header' ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError'
  const subject = `${SUBJECTS[place]} malformed`
  switch (failure.reason) {
    case 'malformed':
      return new AuthenticationRefusal(code, { message: `${subject}: ${failure.problem}.` })
    case 'wrong-region':
      return new AuthenticationRefusal(code, {
        message: `${subject}; the region '${failure.region}' is wrong; expecting '${proxyRegion}'`,
        extras: [['Region', proxyRegion]],
      })
    case 'no-date':
      return new AuthenticationRefusal('AccessDenied', {
        message: 'A signed request needs a valid x-amz-date or Date header.',
      })
  }
}

/** How a form whose signature cannot be read, or names a wrong scope, is answered. */
export function formClaimRefusal(failure: PolicyClaimFailure, proxyRegion: string): AuthenticationRefusal {
  if (failure.reason !== 'missing-field') return claimRefusal('form', failure, proxyRegion)
  return new AuthenticationRefusal('InvalidArgument', {
    message: `A form that is signed must have the field "${failure.field}" before the file.`,
    extras: [['ArgumentName', failure.field]],
  })
}

/** How a request that comes too late or too early is answered. */
export function timeRefusal(
  failure: TimeFailure,
  claim: ClaimedSignature,
  now: Date,
  maxSkewMs: number,
): AuthenticationRefusal {
  switch (failure) {
    case 'skewed':
      return new AuthenticationRefusal('RequestTimeTooSkewed', {
        extras: [
          ['RequestTime', claim.timestamp],
          ['ServerTime', isoSeconds(now)],
          ['MaxAllowedSkewMilliseconds', String(maxSkewMs)],
        ],
      })
    case 'expired':
      return new AuthenticationRefusal('AccessDenied', {
        message: 'Request has expired',
        extras: expiryExtras(claim, now),
      })
    case 'not-yet-valid':
      return new AuthenticationRefusal('AccessDenied', {
        message: 'Request is not yet valid',
        extras: expiryExtras(claim, now),
      })
  }
}

function expiryExtras(claim: ClaimedSignature, now: Date): ErrorExtra[] {
  return [
    ['X-Amz-Expires', String(claim.expiresSeconds ?? 0)],
    ['Expires', isoSeconds(expiryOf(claim))],
    ['ServerTime', isoSeconds(now)],
  ]
}

const isoSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`
