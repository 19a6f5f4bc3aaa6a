import { NO_POLICIES, type PolicySet } from '../policy/evaluate.ts'
import type { Principal } from '../policy/principal.ts'

/** Where the policies that bear on a caller come from. */
export interface PolicySource {
  /** Never fails: a caller whom nobody knows has no policies, and so no rights. */
  policiesFor(principal: Principal): PolicySet
}

/** A source that was filled once, by user name. Anonymous callers have no policies. */
export function staticPolicies(entries: Iterable<readonly [userName: string, policies: PolicySet]>): PolicySource {
  const byName = new Map(entries)
  return {
    policiesFor: (principal) => (principal.type === 'User' ? byName.get(principal.name) : undefined) ?? NO_POLICIES,
  }
}
