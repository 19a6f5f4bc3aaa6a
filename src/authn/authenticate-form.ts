import type { Authenticated } from '../proof/stages.ts'
import {
  findFormMechanism,
  type FormFieldReader,
  parsePolicyClaim,
  type PolicyClaim,
  verifyPolicySignature,
} from '../sigv4/post-policy.ts'
import type { AuthnOptions } from './authenticate.ts'
import { anonymous, proof, proveKey } from './prove.ts'
import { AuthenticationRefusal, formClaimRefusal, mechanismRefusal } from './refusals.ts'

/**
 * Finds out who let a browser form be sent: whoever signed its policy. A form without one comes out as anonymous. What
 * the policy says is not looked at here, except that it must be the text that was signed.
 * @param field reads the fields that came before the file
 * @throws AuthenticationRefusal for every form whose signature does not verify
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export async function authenticateForm(
  field: FormFieldReader,
  options: AuthnOptions,
  now: Date,
  signal: AbortSignal,
): Promise<Authenticated> {
  const mechanism = findFormMechanism(field)
  if (mechanism === 'sigv2' || mechanism === 'several') throw mechanismRefusal(mechanism)
  if (field('x-amz-security-token') !== undefined) throw new AuthenticationRefusal('InvalidToken', {})
  if (mechanism === 'none') return anonymous()
  const parsed = parsePolicyClaim(field, options.regions)
  if (!parsed.ok) throw formClaimRefusal(parsed.failure, options.proxyRegion)
  const claim = parsed.value
  refuseUntimely(claim, options, now)
  const { credentials, keys } = options
  const { credential, signingKey } = await proveKey(
    claim,
    { isGenuine: (key) => verifyPolicySignature(claim, key), mismatch: () => ({}) },
    { credentials, keys, now, signal },
  )
  const { accessKey, signature, timestamp, scope } = claim
  return proof({
    principal: credential.principal,
    authType: 'POST',
    accessKey,
    seed: { signature, timestamp, scope, signingKey, payloadHash: { kind: 'unsigned' } },
  })
}

/** The policy has an expiry of its own; beside it a form lives no longer than a presigned URL may. */
function refuseUntimely({ signedAt }: PolicyClaim, options: AuthnOptions, now: Date): void {
  const ageMs = now.getTime() - signedAt.getTime()
  if (-ageMs > options.maxSkewMs) throw new AuthenticationRefusal('AccessDenied', { message: 'Form is not yet valid' })
  if (ageMs <= options.presignedMaxExpirySeconds * 1_000) return
  throw new AuthenticationRefusal('AccessDenied', {
    message: 'Invalid according to Policy: the form was signed too long ago.',
  })
}
