import { s3ResourcePart, SERVICE_RESOURCE } from '../policy/arn.ts'
import type { ConditionContext } from '../policy/context.ts'
import type { Decision, Undecided } from '../policy/decision.ts'
import { type AccessRequest, decide, evaluate, policiesOn, type PolicySet } from '../policy/evaluate.ts'
import type { AccessCheck, Authorized } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import type { AccessDemand } from './access-request.ts'
import type { Caller } from './circumstances.ts'
import { conditionContext } from './context.ts'

/** A demand with what the policies say of it, and what they say when everything unknown counts for less. */
export interface AskedDemand {
  readonly demand: AccessDemand
  readonly verdict: Decision | Undecided
  readonly settled: () => AccessCheck
  /** What candidate policies say. It is told, and nothing is decided by it. */
  readonly shadow: Pick<AccessCheck, 'shadow'>
}

/** What becomes of a candidate's decision that depends on a fact which is unknown. */
type UnknownFact = 'stays open' | 'grants less'

/**
 * Puts one demand to the caller's policies.
 * @param specific reads the condition keys that depend on what is asked for
 * @throws AccessDenied when the evaluation itself fails
 */
export function askAccess(
  caller: Caller,
  demand: AccessDemand,
  specific: ConditionContext,
  unknownFact: UnknownFact = 'stays open',
): AskedDemand {
  const { principal } = caller.authenticated
  const { action, resource } = demand
  const context = conditionContext(caller, action, specific)
  const question: AccessRequest = { principal, action, resource, context }
  const bucket = bucketOf(demand)
  const policies = policiesOn(action, caller.source.policiesFor(principal, bucket))
  const candidate = () => {
    const set = caller.source.shadowFor?.(principal, bucket)
    return set && policiesOn(action, set)
  }
  const shadow = shadowOf(candidate, question, unknownFact)
  return {
    demand,
    verdict: failingClosed(() => decide(policies, question)),
    settled: () => ({ action, resource, decision: failingClosed(() => evaluate(policies, question)), ...shadow }),
    shadow,
  }
}

/** A candidate that cannot be evaluated must not change what becomes of the request. */
function shadowOf(
  candidate: () => PolicySet | undefined,
  question: AccessRequest,
  unknownFact: UnknownFact,
): Pick<AccessCheck, 'shadow'> {
  try {
    const policies = candidate()
    if (policies === undefined) return {}
    // Nothing is asked of the backend for a candidate's sake.
    return { shadow: unknownFact === 'stays open' ? decide(policies, question) : evaluate(policies, question) }
  } catch {
    return {}
  }
}

/** As {@link askAccess}, where nothing more can be found out: what is unknown counts as whatever grants less. */
export function checkAccess(caller: Caller, demand: AccessDemand, specific: ConditionContext): AccessCheck {
  return checkOf(askAccess(caller, demand, specific, 'grants less'))
}

/** The check of a demand that is decided. */
export function checkOf({ demand, verdict, settled, shadow }: AskedDemand): AccessCheck {
  return verdict.effect === 'Undecided' ? settled() : { ...actionOn(demand), decision: verdict, ...shadow }
}

function actionOn({ action, resource }: AccessDemand): { readonly action: string; readonly resource: string } {
  return { action, resource }
}

/** The bucket that a demand is about may be another than the request's: that of a copy's source. */
function bucketOf({ object, resource }: AccessDemand): string | undefined {
  return object?.bucket ?? (resource === SERVICE_RESOURCE ? undefined : s3ResourcePart(resource))
}

/** A fault of ours must not let anybody in; what a client did wrong is told as such. */
function failingClosed<T>(evaluation: () => T): T {
  try {
    return evaluation()
  } catch (error) {
    if (error instanceof S3Error) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new S3Error('AccessDenied', { detail: `the evaluation failed: ${reason}`, cause: error })
  }
}

/**
 * The only place where the proof is made, and it is made of nothing but allowed checks.
 * @throws AccessDenied when one of them was not allowed
 */
export function proveAuthorized(caller: Pick<Caller, 'authenticated'>, checks: readonly AccessCheck[]): Authorized {
  if (checks.some(isDenied)) throw new AccessDenied(checks)
  return { principal: caller.authenticated.principal, checks } as Authorized
}
