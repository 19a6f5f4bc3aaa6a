import type { AccessCheck } from '../proof/stages.ts'

/** A check on which the candidate policies differ from those in force, or may. */
export interface ShadowDifference {
  readonly action: string
  readonly resource: string
  /** What was enforced. */
  readonly decision: string
  /** `Unknown`: it depends on what nobody asked the backend for. */
  readonly shadow: string
  /** The candidate's statement; undefined for an Allow that it lacks. */
  readonly matched: { readonly policy: string; readonly sid: string | undefined; readonly index: number } | undefined
}

/** What candidate policies would have done to a request. */
export type ShadowOutcome = 'allow' | 'deny' | 'unknown'

/** How the candidate policies differ on a request. */
export interface ShadowResult {
  readonly would: ShadowOutcome
  readonly differences: readonly ShadowDifference[]
}

/** Of a request that names many objects the log holds only the first ones. */
const MAX_DIFFERENCES = 20

/**
 * Where the candidate policies would have decided otherwise, or may have; undefined where they agree. Which statement it
 * is does not matter, nor whether a refusal is a Deny or a missing Allow.
 */
export function shadowResult(checks: readonly AccessCheck[]): ShadowResult | undefined {
  const differing = checks.filter(({ decision, shadow }) => {
    return shadow !== undefined && (shadow.effect === 'Undecided' || isAllow(shadow) !== isAllow(decision))
  })
  if (differing.length === 0) return undefined
  return resultOf(outcomeOf(checks), differing.flatMap(differenceOf))
}

/** A result that holds no more than the log takes. */
export function resultOf(would: ShadowOutcome, differences: readonly ShadowDifference[]): ShadowResult {
  return { would, differences: differences.slice(0, MAX_DIFFERENCES) }
}

function outcomeOf(checks: readonly AccessCheck[]): ShadowOutcome {
  const effects = checks.flatMap(({ shadow }) => (shadow === undefined ? [] : [shadow.effect]))
  if (effects.some((effect) => effect === 'ExplicitDeny' || effect === 'ImplicitDeny')) return 'deny'
  return effects.includes('Undecided') ? 'unknown' : 'allow'
}

function isAllow({ effect }: { readonly effect: string }): boolean {
  return effect === 'Allow'
}

function differenceOf({ action, resource, decision, shadow }: AccessCheck): ShadowDifference[] {
  if (shadow === undefined) return []
  const told = shadow.effect === 'Undecided' ? 'Unknown' : shadow.effect
  return [{ action, resource, decision: decision.effect, shadow: told, matched: shadow.matched }]
}
