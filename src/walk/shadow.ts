import type { AccessCheck } from '../proof/stages.ts'

/** A check on which the candidate policies differ from those in force. */
export interface ShadowDifference {
  readonly action: string
  readonly resource: string
  /** What was enforced. */
  readonly decision: string
  readonly shadow: string
  /** The candidate's statement; undefined for an Allow that it lacks. */
  readonly matched: { readonly policy: string; readonly sid: string | undefined; readonly index: number } | undefined
}

/** How the candidate policies differ on a request. */
export interface ShadowResult {
  /** What they would have done to it. */
  readonly would: 'allow' | 'deny'
  readonly differences: readonly ShadowDifference[]
}

/** Of a request that names many objects the log holds only the first ones. */
const MAX_DIFFERENCES = 20

/**
 * Where the candidate policies would have decided otherwise; undefined where they agree. Which statement it is does not
 * matter, nor whether a refusal is a Deny or a missing Allow.
 */
export function shadowResult(checks: readonly AccessCheck[]): ShadowResult | undefined {
  const differing = checks.filter(
    ({ decision, shadow }) => shadow !== undefined && isAllow(shadow) !== isAllow(decision),
  )
  if (differing.length === 0) return undefined
  const denies = checks.some(({ shadow }) => shadow !== undefined && !isAllow(shadow))
  return { would: denies ? 'deny' : 'allow', differences: differing.slice(0, MAX_DIFFERENCES).flatMap(differenceOf) }
}

function isAllow({ effect }: AccessCheck['decision']): boolean {
  return effect === 'Allow'
}

function differenceOf({ action, resource, decision, shadow }: AccessCheck): ShadowDifference[] {
  if (shadow === undefined) return []
  return [{ action, resource, decision: decision.effect, shadow: shadow.effect, matched: shadow.matched }]
}
