import { type CredentialScope, SCOPE_TERMINATOR } from './credential-scope.ts'

/** The regions whose scopes are accepted; `*` takes any. */
export type AcceptedRegions = readonly string[] | '*'

/** A credential as a client names it: `AKID/YYYYMMDD/region/s3/aws4_request`. */
export interface CredentialClaim {
  readonly accessKey: string
  readonly scope: CredentialScope
}

/** Why what a client claims cannot be used. `problem` is a sentence for the client and repeats nothing the client sent. */
export type ClaimFailure =
  | { readonly reason: 'malformed'; readonly problem: string }
  /** The scope names a region that is not accepted. */
  | { readonly reason: 'wrong-region'; readonly region: string }
  /** Neither `x-amz-date` nor `Date` names a moment. */
  | { readonly reason: 'no-date' }

/** A value, or why there is none. */
export type Result<T, F> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: F }

/** The failed {@link Result} of text that breaks the grammar. */
export function malformed(problem: string): { readonly ok: false; readonly failure: ClaimFailure } {
  return { ok: false, failure: { reason: 'malformed', problem } }
}

const ACCESS_KEY = /^[A-Za-z0-9._-]{3,128}$/
const SCOPE_DATE = /^\d{8}$/
const REGION = /^[A-Za-z0-9_-]{1,64}$/
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** Whether a text can be an access key id here: 3 to 128 of `A-Za-z0-9._-`. Another can never sign a request. */
export function isAccessKeyId(text: string): boolean {
  return ACCESS_KEY.test(text)
}

/**
 * Reads a credential and checks its scope: service `s3`, terminator, and a region among the accepted ones.
 * The date is only checked for its shape; it must still equal the day of the request's timestamp.
 */
export function parseCredential(text: string, regions: AcceptedRegions): Result<CredentialClaim, ClaimFailure> {
  // From the right, where the number of parts is fixed.
  const parts = text.split('/')
  const [date, region, service, terminator] = parts.slice(-4)
  if (parts.length < 5 || date === undefined || region === undefined) {
    return malformed('the Credential must have the form AKID/YYYYMMDD/REGION/s3/aws4_request')
  }
  const accessKey = parts.slice(0, -4).join('/')
  if (!isAccessKeyId(accessKey)) return malformed('the Credential does not begin with an access key id')
  if (service !== 's3') return malformed('the service in the Credential must be "s3"')
  if (terminator !== SCOPE_TERMINATOR) return malformed('the Credential must end with "aws4_request"')
  if (!SCOPE_DATE.test(date)) return malformed('the date in the Credential must have the form YYYYMMDD')
  if (!REGION.test(region)) return malformed('the region in the Credential is not the name of a region')
  if (regions !== '*' && !regions.includes(region)) return { ok: false, failure: { reason: 'wrong-region', region } }
  return { ok: true, value: { accessKey, scope: { date, region, service } } }
}

/** Reads `host;range;x-amz-date`, in the order given. Undefined unless the names are unique lower-case header names. */
export function parseSignedHeaders(text: string): ReadonlySet<string> | undefined {
  const names = text.split(';')
  const unique = new Set(names)
  if (unique.size !== names.length) return undefined
  for (const name of names) if (!HEADER_NAME.test(name)) return undefined
  return unique
}
