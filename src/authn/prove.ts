import type { KeyObject } from 'node:crypto'
import type { Authenticated } from '../proof/stages.ts'
import type { CredentialClaim } from '../sigv4/credential-claim.ts'
import type { SigningKeys } from '../sigv4/credential-scope.ts'
import type { ReceivedRequest } from '../sigv4/received-request.ts'
import { type Credential, type CredentialProvider, isUsable } from './credentials.ts'
import { AuthenticationRefusal } from './refusals.ts'

type ProofFields = Pick<Authenticated, 'principal' | 'authType' | 'accessKey' | 'seed'>

/** The one place where the proof is made. */
export const proof = (fields: ProofFields): Authenticated => fields as Authenticated

/** The proof of a request that claims nothing. */
export function anonymous(): Authenticated {
  return proof({ principal: { type: 'Anonymous' }, authType: 'Anonymous', accessKey: undefined, seed: undefined })
}

/** Stands in for the secret of a key id that nobody has, so that the answer takes the same work. It opens nothing. */
const NOBODYS_SECRET = 'nobody has this key'

/** Where secrets come from, and what holds now. */
export interface KeyLookup {
  readonly credentials: CredentialProvider
  readonly keys: SigningKeys
  readonly now: Date
  readonly signal: AbortSignal
}

/** How the signature of a claim is checked. */
export interface SignatureCheck {
  readonly isGenuine: (signingKey: KeyObject) => boolean
  /** What operators are told when it is not. */
  readonly mismatch: (secretKey: string) => SignatureMismatch
}

/** What is known of a wrong signature, for operators alone. */
export interface SignatureMismatch {
  /** For the log. */
  readonly detail?: string | undefined
  /** For the audit. */
  readonly received?: ReceivedRequest | undefined
}

/**
 * Finds the secret of a claim and checks the signature with it.
 * @throws AuthenticationRefusal for a key id that nobody has or that may not be used, and for a wrong signature
 */
export async function proveKey(
  claim: CredentialClaim,
  { isGenuine, mismatch }: SignatureCheck,
  { credentials, keys, now, signal }: KeyLookup,
): Promise<{ readonly credential: Credential; readonly signingKey: KeyObject }> {
  const { accessKey, scope } = claim
  const found = credentials.find(accessKey, signal)
  const credential = found instanceof Promise ? await found : found
  const signingKey = keys.derive(credential?.secretKey ?? NOBODYS_SECRET, scope)
  const genuine = isGenuine(signingKey)
  if (credential === undefined) throw unknownKey(accessKey, accessKey.slice(0, 4))
  if (!genuine) {
    const { detail, received } = mismatch(credential.secretKey)
    const told = detail === undefined ? {} : { detail }
    throw new AuthenticationRefusal('SignatureDoesNotMatch', told, accessKey, received)
  }
  if (!isUsable(credential, now)) {
    const detail = credential.active === false ? 'the key or its user is inactive' : 'the key is past its not_after'
    throw unknownKey(accessKey, accessKey, { detail })
  }
  return { credential, signingKey }
}

/** To clients a key that may not be used looks like one that nobody has. */
function unknownKey(
  accessKey: string,
  loggedAs: string,
  told: { readonly detail?: string } = {},
): AuthenticationRefusal {
  const options = { extras: [['AWSAccessKeyId', accessKey]], ...told } as const
  return new AuthenticationRefusal('InvalidAccessKeyId', options, loggedAs)
}
