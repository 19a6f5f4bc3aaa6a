import { type ConditionKey, conditionKey, isKeyOfAction } from '../policy/condition-keys.ts'
import type { ConditionContext, ContextValue } from '../policy/context.ts'
import { s3ActionId } from '../policy/s3-actions.ts'
import { parseAmzDate } from '../sigv4/credential-scope.ts'
import { ALGORITHM } from '../sigv4/string-to-sign.ts'
import type { Caller } from './circumstances.ts'
import { headerText } from './header-text.ts'

type KeyReader = (caller: Caller) => string | undefined

/**
 * The closed list of keys that every action has, in lower case. A client can never add a key: neither header nor
 * parameter names are copied in.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const UNIVERSAL_KEYS: ReadonlyMap<string, KeyReader> = new Map<string, KeyReader>([
  ['aws:currenttime', ({ circumstances }) => circumstances.now.toISOString()],
  ['aws:epochtime', ({ circumstances }) => String(Math.floor(circumstances.now.getTime() / 1_000))],
  ['aws:principalaccount', (caller) => user(caller)?.accountId ?? 'anonymous'],
  ['aws:principalarn', (caller) => user(caller)?.arn],
  ['aws:principalisawsservice', (caller) => (user(caller) === undefined ? undefined : 'false')],
  ['aws:principaltype', ({ authenticated }) => authenticated.principal.type],
  ['aws:referer', ({ request }) => headerText(request.headers.get('referer'))],
  ['aws:requestedregion', requestedRegion],
  ['aws:resourceaccount', ({ circumstances }) => circumstances.accountId],
  ['aws:securetransport', ({ circumstances }) => String(circumstances.transport === 'tls')],
  ['aws:sourceip', ({ circumstances }) => circumstances.sourceAddress],
  ['aws:useragent', ({ request }) => headerText(request.headers.get('user-agent'))],
  ['aws:userid', (caller) => user(caller)?.name ?? 'anonymous'],
  ['aws:username', (caller) => user(caller)?.name],
  ['aws:viaawsservice', () => 'false'],
  ['s3:authtype', ({ authenticated: { authType } }) => (authType === 'Anonymous' ? undefined : authType)],
  ['s3:resourceaccount', ({ circumstances }) => circumstances.accountId],
  ['s3:signatureage', signatureAgeMs],
  ['s3:signatureversion', ({ authenticated }) => (authenticated.seed === undefined ? undefined : ALGORITHM)],
  ['s3:tlsversion', ({ circumstances }) => /^TLSv(\d+(?:\.\d+)?)$/.exec(circumstances.tlsVersion ?? '')?.[1]],
  ['s3:x-amz-content-sha256', ({ request }) => headerText(request.headers.get('x-amz-content-sha256'))],
])

const PRINCIPAL_TAG = 'aws:principaltag/'

/** Two actions that lack a key which every other one has. */
const WITHOUT_CONTENT_HASH: ReadonlySet<string> = new Set([
  's3:GetBucketObjectLockConfiguration',
  's3:PutBucketObjectLockConfiguration',
])

/**
 * The context of one check. A key is filled only for the actions that AWS lists it for, and read only when asked.
 * @param specific reads the keys that depend on what is asked for, by their lower-case names
 */
export function conditionContext(caller: Caller, action: string, specific: ConditionContext): ConditionContext {
  const actionId = s3ActionId(action)
  return (key) => {
    const known = conditionKey(key)
    if (known === undefined || !isFilled(known, actionId)) return undefined
    const universal = UNIVERSAL_KEYS.get(key)
    if (universal !== undefined) {
      const isLacking = key === 's3:x-amz-content-sha256' && WITHOUT_CONTENT_HASH.has(action)
      return isLacking ? undefined : listOf(universal(caller))
    }
    return key.startsWith(PRINCIPAL_TAG) ? principalTag(caller, key.slice(PRINCIPAL_TAG.length)) : specific(key)
  }
}

/** Whether a request for the action with that id can have a value for the key. */
export function isFilled(key: ConditionKey, actionId: number): boolean {
  return key.availability === 'filled' && isKeyOfAction(key, actionId)
}

/** The value as a list, or nothing. */
export function listOf(value: string | undefined): ContextValue {
  return value === undefined ? undefined : [value]
}

/** The values of the tags with that key, of which two may differ by case. */
export function tagValues(
  tags: Iterable<{ readonly key: string; readonly value: string }>,
  lowerKey: string,
): ContextValue {
  const values = Array.from(tags).filter(({ key }) => key.toLowerCase() === lowerKey)
  return values.length === 0 ? undefined : values.map(({ value }) => value)
}

function user({ authenticated: { principal } }: Caller) {
  return principal.type === 'User' ? principal : undefined
}

function principalTag(caller: Caller, lowerKey: string): ContextValue {
  const tags = user(caller)?.tags ?? new Map<string, string>()
  return tagValues(
    Array.from(tags, ([key, value]) => ({ key, value })),
    lowerKey,
  )
}

/** That of the signature; a request without one is for the proxy's. */
export function requestedRegion({ authenticated, circumstances }: Caller): string {
  return authenticated.seed?.scope.region ?? circumstances.region
}

/** Of a presigned URL or form, in milliseconds. Other signatures are always fresh. */
function signatureAgeMs({ authenticated, circumstances }: Caller): string | undefined {
  const { authType, seed } = authenticated
  if (seed === undefined || (authType !== 'REST-QUERY-STRING' && authType !== 'POST')) return undefined
  const signedAt = parseAmzDate(seed.timestamp)
  return signedAt === undefined ? undefined : String(Math.max(0, circumstances.now.getTime() - signedAt.getTime()))
}
