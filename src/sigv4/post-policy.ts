import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type AcceptedRegions, type ClaimFailure, type CredentialClaim, parseCredential } from './credential-claim.ts'
import { parseAmzDate } from './credential-scope.ts'
import { ALGORITHM } from './string-to-sign.ts'

/** The value of a form field by its lower-case name; undefined when the form does not have it. */
export type FormFieldReader = (name: string) => string | undefined

/**
 * How a browser form claims to be signed; `several`: by fields of both versions.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export type FormMechanism = 'none' | 'sigv4' | 'sigv2' | 'several'

const SIGNATURE_FIELDS = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'] as const
const SIGV2_FIELDS = ['awsaccesskeyid', 'signature'] as const

/** Finds the mechanism a form uses, without judging what its fields say. A policy alone already claims to be signed. */
export function findFormMechanism(field: FormFieldReader): FormMechanism {
  const isSigV4 = SIGNATURE_FIELDS.some((name) => field(name) !== undefined)
  const isSigV2 = SIGV2_FIELDS.some((name) => field(name) !== undefined)
  if (isSigV4 && isSigV2) return 'several'
  if (isSigV2) return 'sigv2'
  return isSigV4 || field('policy') !== undefined ? 'sigv4' : 'none'
}

/** What a signed form claims: nothing here is proved yet. */
export interface PolicyClaim extends CredentialClaim {
  /** The policy in base64, exactly as received: that text is what was signed. */
  readonly policy: string
  /** Amz date; its day is that of the scope. */
  readonly timestamp: string
  /** The moment that `timestamp` names. */
  readonly signedAt: Date
  /** As sent; only 64 lower-case hex digits can match. */
  readonly signature: string
}

/** Why a form's claim cannot be used. */
export type PolicyClaimFailure = ClaimFailure | { readonly reason: 'missing-field'; readonly field: string }

/** A claim, or why there is none. */
export type PolicyClaimResult =
  | { readonly ok: true; readonly value: PolicyClaim }
  | { readonly ok: false; readonly failure: PolicyClaimFailure }

/** Reads the fields by which a form is signed. Policy and the four fields of the signature must all be there. */
export function parsePolicyClaim(field: FormFieldReader, regions: AcceptedRegions): PolicyClaimResult {
  for (const name of ['policy', ...SIGNATURE_FIELDS]) {
    if (field(name) === undefined) return { ok: false, failure: { reason: 'missing-field', field: name } }
  }
  const read = (name: 'policy' | (typeof SIGNATURE_FIELDS)[number]): string => field(name) ?? ''
  if (read('x-amz-algorithm') !== ALGORITHM) return malformed(`x-amz-algorithm must be ${ALGORITHM}`)
  const credential = parseCredential(read('x-amz-credential'), regions)
  if (!credential.ok) return credential
  const timestamp = read('x-amz-date')
  const signedAt = parseAmzDate(timestamp)
  if (signedAt === undefined) return malformed('x-amz-date must have the form YYYYMMDDTHHMMSSZ')
  if (!timestamp.startsWith(credential.value.scope.date)) {
    return malformed('the date in x-amz-credential is not the day of x-amz-date')
  }
  const signature = read('x-amz-signature')
  return { ok: true, value: { ...credential.value, policy: read('policy'), timestamp, signedAt, signature } }
}

const malformed = (problem: string): PolicyClaimResult => ({ ok: false, failure: { reason: 'malformed', problem } })

const SIGNATURE = /^[0-9a-f]{64}$/

/** Whether the claimed signature is the one that `signingKey` gives for the policy; compared in constant time. */
export function verifyPolicySignature({ policy, signature }: PolicyClaim, signingKey: KeyObject): boolean {
  if (!SIGNATURE.test(signature)) return false
  const expected = createHmac('sha256', signingKey).update(policy, 'utf8').digest()
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}
