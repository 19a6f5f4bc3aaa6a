import { NO_POLICIES, type PolicySet } from '../policy/evaluate.ts'
import type { Principal } from '../policy/principal.ts'

/** Where the policies that bear on a caller come from. */
export interface PolicySource {
  /**
   * The policies that decide on what the principal does in a bucket, that bucket's own among them; without a bucket, on
   * what it does in the account. Never fails for a caller whom nobody knows: it has no policies, and so no rights.
   */
  policiesFor(principal: Principal, bucket: string | undefined): PolicySet
  /**
   * The candidate policies that are evaluated beside those in force and never enforced. Undefined where there are none,
   * or where they are the same for that caller.
   */
  readonly shadowFor?: (principal: Principal, bucket: string | undefined) => PolicySet | undefined
  /** Whether some bucket has a policy, which may let in callers who have none themselves. Default: no. */
  readonly hasBucketPolicies?: boolean
}

/** A source that was filled once, by user name. Anonymous callers have no policies. */
export function staticPolicies(entries: Iterable<readonly [userName: string, policies: PolicySet]>): PolicySource {
  const byName = new Map(entries)
  return {
    policiesFor: (principal) => (principal.type === 'User' ? byName.get(principal.name) : undefined) ?? NO_POLICIES,
  }
}
