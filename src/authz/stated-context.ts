import { conditionKey } from '../policy/condition-keys.ts'
import type { ConditionContext, ContextValue } from '../policy/context.ts'
import type { Principal } from '../policy/principal.ts'
import { s3ActionId } from '../policy/s3-actions.ts'
import { isFilled, tagValues } from './context.ts'

/** Who asks without a request, and in which circumstances. */
export interface StatedCaller {
  readonly principal: Principal
  readonly now: Date
  /** The account that everything belongs to. */
  readonly accountId: string
  /** The region of the proxy. */
  readonly region: string
}

type KeyReader = (caller: StatedCaller) => string | undefined

/** What is known without a request: who asks and when. Everything else must be stated. */
const KNOWN_KEYS: ReadonlyMap<string, KeyReader> = new Map<string, KeyReader>([
  ['aws:currenttime', ({ now }) => now.toISOString()],
  ['aws:epochtime', ({ now }) => String(Math.floor(now.getTime() / 1_000))],
  ['aws:principalaccount', (caller) => user(caller)?.accountId ?? 'anonymous'],
  ['aws:principalarn', (caller) => user(caller)?.arn],
  ['aws:principalisawsservice', (caller) => (user(caller) === undefined ? undefined : 'false')],
  ['aws:principaltype', ({ principal }) => principal.type],
  ['aws:requestedregion', ({ region }) => region],
  ['aws:resourceaccount', ({ accountId }) => accountId],
  ['aws:userid', (caller) => user(caller)?.name ?? 'anonymous'],
  ['aws:username', (caller) => user(caller)?.name],
  ['aws:viaawsservice', () => 'false'],
  ['s3:resourceaccount', ({ accountId }) => accountId],
])

const PRINCIPAL_TAG = 'aws:principaltag/'

/**
 * The context of a question that comes without a request. A stated value outweighs what is known; what is neither stated
 * nor known is absent, as from a request that does not carry it, and so is a key that no request for the action has.
 * @param stated by the names of the keys in lower case
 */
export function statedContext(
  caller: StatedCaller,
  action: string,
  stated: ReadonlyMap<string, readonly string[]>,
): ConditionContext {
  const actionId = s3ActionId(action)
  return (key): ContextValue => {
    const known = conditionKey(key)
    if (known === undefined || !isFilled(known, actionId)) return undefined
    const given = stated.get(key)
    if (given !== undefined) return given
    const value = KNOWN_KEYS.get(key)?.(caller)
    if (value !== undefined) return [value]
    return key.startsWith(PRINCIPAL_TAG) ? principalTag(caller, key.slice(PRINCIPAL_TAG.length)) : undefined
  }
}

function user({ principal }: StatedCaller) {
  return principal.type === 'User' ? principal : undefined
}

function principalTag(caller: StatedCaller, lowerKey: string): ContextValue {
  const tags = user(caller)?.tags ?? new Map<string, string>()
  return tagValues(
    Array.from(tags, ([key, value]) => ({ key, value })),
    lowerKey,
  )
}
