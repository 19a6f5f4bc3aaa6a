import type { Decision, MatchedStatement, Undecided } from '../policy/decision.ts'
import type { Principal } from '../policy/principal.ts'
import type { SeedSignature } from '../sigv4/seed-signature.ts'

declare const authenticated: unique symbol
declare const authorized: unique symbol

/** How a request said who it is (condition key `s3:authType`). */
export type AuthType = 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST' | 'Anonymous'

/** Proof that stage 3 passed. Only `authn` may construct one. */
export interface Authenticated {
  readonly [authenticated]: true
  readonly principal: Principal
  readonly authType: AuthType
  /** Undefined for an anonymous request. */
  readonly accessKey: string | undefined
  /** What the body's chunk signatures chain from. Undefined for an anonymous request. */
  readonly seed: SeedSignature | undefined
}

/** One question put to the policies, with its answer. */
export interface AccessCheck {
  readonly action: string
  readonly resource: string
  readonly decision: Decision
  /** What candidate policies would say, where there are any; undecided where a fact is not known. Nothing follows from it. */
  readonly shadow?: Decision | Undecided
}

/** Proof that stage 4 passed: every check was allowed. Only `authz` may construct one. */
export interface Authorized {
  readonly [authorized]: true
  readonly principal: Principal
  readonly checks: readonly AccessCheck[]
}

export type { Decision, MatchedStatement }
