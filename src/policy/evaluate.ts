import { includesAction } from './action-set.ts'
import { s3ResourcePart } from './arn.ts'
import type { CompiledPolicy, Rule } from './compile.ts'
import type { Decision, MissingAllow } from './decision.ts'
import type { Effect } from './document.ts'
import type { Principal } from './principal.ts'
import { bucketOf, includesResource } from './resource-set.ts'
import { s3ActionId } from './s3-actions.ts'

/**
 * The values of a condition key (its name in lower case), or undefined when the request does not have it. Asked only
 * when a decision depends on it.
 */
export type ConditionContext = (key: string) => readonly string[] | undefined

/** One question to the policies: may this principal do that action on that resource, in these circumstances? */
export interface AccessRequest {
  readonly principal: Principal
  /** `s3:GetObject`, in any case. */
  readonly action: string
  /** An ARN; `arn:aws:s3:::*` for the service as a whole. */
  readonly resource: string
  readonly context: ConditionContext
}

/**
 * The policies that bear on a caller. An Allow must come from `identity`; a boundary and session policies, where there
 * are any, must allow too; a Deny in any of them is final.
 */
export interface PolicySet {
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy
  /** Policies passed for one session. An empty list allows nothing. */
  readonly session?: readonly CompiledPolicy[]
}

/** The set of a caller who may do nothing. */
export const NO_POLICIES: PolicySet = { identity: [] }

/**
 * Decides by AWS's logic within one account: explicit Deny before Allow before implicit Deny.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(policies: PolicySet, request: AccessRequest): Decision {
  const question = questionOf(request)
  const deny =
    firstRule(policies.identity, 'Deny', question) ??
    (policies.boundary && decidingRule(policies.boundary, 'Deny', question)) ??
    (policies.session && firstRule(policies.session, 'Deny', question))
  if (deny !== undefined) return { effect: 'ExplicitDeny', matched: deny.matched }
  const allow = firstRule(policies.identity, 'Allow', question)
  if (allow === undefined) return implicitDeny(request.principal.type === 'Anonymous' ? 'resource' : 'identity')
  if (policies.boundary !== undefined && decidingRule(policies.boundary, 'Allow', question) === undefined) {
    return implicitDeny('boundary')
  }
  if (policies.session !== undefined && firstRule(policies.session, 'Allow', question) === undefined) {
    return implicitDeny('session')
  }
  return { effect: 'Allow', matched: allow.matched }
}

/** What the rules are asked, worked out once for all of them. */
interface Question {
  readonly actionId: number
  /** Needed for actions without an id only. */
  readonly lowerAction: string
  readonly part: string | undefined
  readonly bucket: string | undefined
}

function questionOf(request: AccessRequest): Question {
  const actionId = s3ActionId(request.action)
  const part = s3ResourcePart(request.resource)
  return {
    actionId,
    lowerAction: actionId < 0 ? request.action.toLowerCase() : '',
    part,
    bucket: part === undefined ? undefined : bucketOf(part),
  }
}

function firstRule(policies: readonly CompiledPolicy[], effect: Effect, question: Question): Rule | undefined {
  for (const policy of policies) {
    const rule = decidingRule(policy, effect, question)
    if (rule !== undefined) return rule
  }
  return undefined
}

/** The matching rule of the earliest statement. */
function decidingRule(policy: CompiledPolicy, effect: Effect, question: Question): Rule | undefined {
  const general = firstMatch(policy.anyBucket[effect], question)
  const ofBucket = question.bucket === undefined ? undefined : policy.byBucket.get(question.bucket)
  if (ofBucket === undefined) return general
  const specific = firstMatch(ofBucket[effect], question)
  if (general === undefined || specific === undefined) return general ?? specific
  return general.matched.index < specific.matched.index ? general : specific
}

function firstMatch(rules: readonly Rule[], question: Question): Rule | undefined {
  for (const rule of rules) {
    if (!includesAction(rule.actions, question.actionId, question.lowerAction)) continue
    if (includesResource(rule.resources, question.part)) return rule
  }
  return undefined
}

function implicitDeny(missing: MissingAllow): Decision {
  return { effect: 'ImplicitDeny', matched: undefined, missing }
}
