import { evaluate } from '../policy/evaluate.ts'
import type { AccessCheck, Authenticated, Authorized } from '../proof/stages.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import type { AccessDemand } from './access-request.ts'
import { type ContextFacts, conditionContext } from './context.ts'
import type { PolicySource } from './policy-source.ts'

/** Who asks, and where the policies come from that answer. */
export interface Caller {
  readonly authenticated: Authenticated
  readonly source: PolicySource
}

/** Puts one demand to the caller's policies. `param` gives the query parameters that conditions may look at. */
export function checkAccess(caller: Caller, demand: AccessDemand, param: ContextFacts['param']): AccessCheck {
  const { principal } = caller.authenticated
  const { action, resource } = demand
  const context = conditionContext({ authenticated: caller.authenticated, param }, action)
  return {
    action,
    resource,
    decision: evaluate(caller.source.policiesFor(principal), { principal, action, resource, context }),
  }
}

/**
 * The only place where the proof is made, and it is made of nothing but allowed checks.
 * @throws AccessDenied when one of them was not allowed
 */
export function proveAuthorized(caller: Caller, checks: readonly AccessCheck[]): Authorized {
  if (checks.some(isDenied)) throw new AccessDenied(checks)
  return { principal: caller.authenticated.principal, checks } as Authorized
}
