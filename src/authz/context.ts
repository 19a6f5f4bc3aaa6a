import type { ConditionContext } from '../policy/evaluate.ts'
import type { Authenticated } from '../proof/stages.ts'

/** What condition keys are read from: verified facts, and parameters by their exact names. */
export interface ContextFacts {
  readonly authenticated: Authenticated
  param(name: string): string | undefined
}

type KeyReader = (facts: ContextFacts) => string | undefined

/**
 * The closed list of condition keys, in lower case. A client can never add a key: neither header nor parameter names
 * are copied in.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const UNIVERSAL_KEYS: ReadonlyMap<string, KeyReader> = new Map<string, KeyReader>([
  ['aws:principaltype', ({ authenticated }) => authenticated.principal.type],
  ['aws:username', ({ authenticated: { principal } }) => (principal.type === 'User' ? principal.name : undefined)],
  ['s3:authtype', ({ authenticated: { authType } }) => (authType === 'Anonymous' ? undefined : authType)],
])

const MAX_KEYS_WHEN_OMITTED = '1000'

/** Keys that AWS defines for two actions only. */
const LISTING_KEYS: ReadonlyMap<string, KeyReader> = new Map<string, KeyReader>([
  ['s3:prefix', (facts) => facts.param('prefix')],
  ['s3:delimiter', (facts) => facts.param('delimiter')],
  ['s3:max-keys', (facts) => facts.param('max-keys') ?? MAX_KEYS_WHEN_OMITTED],
])

const LISTING_ACTIONS: ReadonlySet<string> = new Set(['s3:ListBucket', 's3:ListBucketVersions'])

/** The context of one check. A key is filled only for the actions that AWS lists it for, and read only when asked. */
export function conditionContext(facts: ContextFacts, action: string): ConditionContext {
  return (key) => {
    const reader = UNIVERSAL_KEYS.get(key) ?? (LISTING_ACTIONS.has(action) ? LISTING_KEYS.get(key) : undefined)
    const value = reader?.(facts)
    return value === undefined ? undefined : [value]
  }
}
