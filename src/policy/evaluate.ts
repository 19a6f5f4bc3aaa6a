import { includesAction } from './action-set.ts'
import { s3ResourcePart } from './arn.ts'
import { type CompiledPolicy, onlyDenying } from './compile.ts'
import { type ConditionContext, ContextReader } from './context.ts'
import type { Decision, MatchedStatement, MissingAllow, Undecided } from './decision.ts'
import type { Effect } from './document.ts'
import type { Caller } from './principal.ts'
import { matchPrincipal, type PrincipalMatch } from './principal-set.ts'
import { includesResource } from './resource-set.ts'
import type { Rule } from './rule-index.ts'
import { s3ActionId } from './s3-actions.ts'
import { type Answer, answerOf, NO, UNKNOWN, YES } from './three-valued.ts'

/** One question to the policies: may this principal do that action on that resource, in these circumstances? */
export interface AccessRequest {
  readonly principal: Caller
  /** `s3:GetObject`, in any case. */
  readonly action: string
  /** An ARN; `arn:aws:s3:::*` for the service as a whole. Those of other services are matched by a bare `*` only. */
  readonly resource: string
  readonly context: ConditionContext
}

/**
 * The policies that bear on a caller. An Allow must come from `identity`, or from `resource` for a caller whom that names;
 * a boundary and session policies, where there are any, must allow too; a Deny in any of them is final.
 */
export interface PolicySet {
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy
  /** Policies passed for one session. An empty list allows nothing. */
  readonly session?: readonly CompiledPolicy[]
  /** The policy of the bucket that the request is about. */
  readonly resource?: CompiledPolicy
  /** In its place: that policy, where something keeps it from counting for the caller. Told of, and never enforced. */
  readonly blocked?: CompiledPolicy
}

/** The set of a caller who may do nothing. */
export const NO_POLICIES: PolicySet = { identity: [] }

const CREATION = s3ActionId('s3:CreateBucket')

/**
 * Those of the policies that count for an action. A bucket that is yet to be has no policy that could let somebody make it:
 * what is kept under its name was for another one, or for when it is there. Its Denies count.
 */
export function policiesOn(action: string, policies: PolicySet): PolicySet {
  const { resource } = policies
  if (resource === undefined || s3ActionId(action) !== CREATION) return policies
  return { ...policies, resource: onlyDenying(resource) }
}

/**
 * Decides by AWS's logic within one account: explicit Deny before Allow before implicit Deny. What is unknown in the
 * context counts as whatever grants less.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(policies: PolicySet, request: AccessRequest): Decision {
  const verdict = new Evaluation(policies, request, 'grants less').verdict()
  if (verdict.effect === 'Undecided') throw new Error('a settled evaluation is undecided')
  return verdict
}

/** As {@link evaluate}, but says so when the decision depends on values that the context gives as unknown. */
export function decide(policies: PolicySet, request: AccessRequest): Decision | Undecided {
  return new Evaluation(policies, request, 'stays open').verdict()
}

/** What the rules of some policies say: the first that matches, and the first that may. */
interface Found {
  readonly certain: MatchedStatement | undefined
  readonly possible: MatchedStatement | undefined
}

const NOTHING_FOUND: Found = { certain: undefined, possible: undefined }

/** The same while one policy is searched. */
interface FoundRules {
  certain: Rule | undefined
  possible: Rule | undefined
}

/** An Allow that is certain, possible, or missing somewhere. */
type Allowed = { readonly by: Found } | { readonly missing: MissingAllow }

type AcceptedMatches = ReadonlySet<PrincipalMatch>
const ANY_MATCH: AcceptedMatches = new Set(['direct', 'role', 'account'])
const DIRECT_MATCH: AcceptedMatches = new Set(['direct'])
const ROLE_MATCH: AcceptedMatches = new Set(['role'])

/** What becomes of a match that depends on something unknown. */
type UnknownMatch = 'stays open' | 'grants less'

/** The evaluation of one request. */
class Evaluation {
  readonly #policies: PolicySet
  readonly #caller: Caller
  readonly #actionId: number
  /** Needed for actions without an id only. */
  readonly #lowerAction: string
  readonly #part: string | undefined
  readonly #context: ContextReader
  readonly #unknownMatch: UnknownMatch

  constructor(policies: PolicySet, request: AccessRequest, unknownMatch: UnknownMatch) {
    this.#policies = policies
    this.#unknownMatch = unknownMatch
    this.#caller = request.principal
    this.#actionId = s3ActionId(request.action)
    this.#lowerAction = this.#actionId < 0 ? request.action.toLowerCase() : ''
    this.#part = s3ResourcePart(request.resource)
    this.#context = new ContextReader(request.context)
  }

  verdict(): Decision | Undecided {
    const denied = this.#denied()
    if (denied.certain !== undefined) return this.#explicitDeny(denied.certain)
    const allowed = this.#allowed()
    if ('missing' in allowed) return this.#implicitDeny(allowed.missing)
    const { certain, possible } = allowed.by
    if (certain !== undefined && denied.possible === undefined) return this.#allow(certain)
    const matched = certain ?? possible
    if (matched === undefined) throw new Error('an Allow without a statement')
    return this.#withContext({ effect: 'Undecided', matched })
  }

  #denied(): Found {
    const { identity, boundary, session = [], resource } = this.#policies
    let possible: MatchedStatement | undefined
    for (const policies of [identity, optional(boundary), session, optional(resource)]) {
      const found = this.#search(policies, 'Deny', ANY_MATCH)
      if (found.certain !== undefined) return found
      possible ??= found.possible
    }
    return { certain: undefined, possible }
  }

  /** Whom a resource policy names directly needs nothing else; one named by the role still has boundary and session. */
  #allowed(): Allowed {
    const { identity, boundary, session, resource } = this.#policies
    const direct = this.#search(optional(resource), 'Allow', DIRECT_MATCH)
    if (direct.certain !== undefined) return { by: direct }
    const isSession = this.#caller.type === 'AssumedRole'
    const byRole = isSession ? this.#search(optional(resource), 'Allow', ROLE_MATCH) : NOTHING_FOUND
    const limited = this.#limited(either(byRole, this.#search(identity, 'Allow', ANY_MATCH)), boundary, session)
    return 'missing' in limited && direct.possible !== undefined
      ? { by: direct }
      : 'by' in limited
        ? { by: either(limited.by, direct) }
        : limited
  }

  #limited(
    granted: Found,
    boundary: CompiledPolicy | undefined,
    session: readonly CompiledPolicy[] | undefined,
  ): Allowed {
    if (isNothing(granted)) return { missing: this.#whereMissing(boundary) }
    let by = granted
    if (boundary !== undefined) {
      const found = this.#search([boundary], 'Allow', ANY_MATCH)
      if (isNothing(found)) return { missing: 'boundary' }
      by = both(by, found)
    }
    if (session !== undefined) {
      const found = this.#search(session, 'Allow', ANY_MATCH)
      if (isNothing(found)) return { missing: 'session' }
      by = both(by, found)
    }
    return { by }
  }

  /** Where an Allow would have to be added. */
  #whereMissing(boundary: CompiledPolicy | undefined): MissingAllow {
    if (this.#caller.type === 'Anonymous') {
      const blocked = this.#search(optional(this.#policies.blocked), 'Allow', DIRECT_MATCH)
      return isNothing(blocked) ? 'resource' : 'public_access_block'
    }
    const isBounded = boundary !== undefined && isNothing(this.#search([boundary], 'Allow', ANY_MATCH))
    return isBounded ? 'identity_and_boundary' : 'identity'
  }

  /** The earliest matching statement of the first policy that has one. */
  #search(policies: readonly CompiledPolicy[], effect: Effect, accepted: AcceptedMatches): Found {
    let possible: MatchedStatement | undefined
    for (const { name, rules } of policies) {
      const index = rules[effect]
      if (index.rules.length === 0) continue
      const found: FoundRules = { certain: undefined, possible: undefined }
      if (index.isIndexed) {
        for (const candidates of index.candidates(this.#part, this.#actionId)) {
          this.#scan(candidates, effect, accepted, found)
        }
      } else {
        this.#scan(index.rules, effect, accepted, found)
      }
      if (found.possible !== undefined) possible ??= statementOf(name, found.possible)
      if (found.certain !== undefined) return { certain: statementOf(name, found.certain), possible }
    }
    return possible === undefined ? NOTHING_FOUND : { certain: undefined, possible }
  }

  /** The earliest of rules in their order; later lists may hold an earlier one. */
  #scan(rules: readonly Rule[], effect: Effect, accepted: AcceptedMatches, found: FoundRules): void {
    for (const rule of rules) {
      if (found.certain !== undefined && found.certain.index <= rule.index) return
      const answer = this.#matches(rule, effect, accepted)
      if (answer === YES) found.certain = rule
      else if (answer === UNKNOWN) found.possible ??= rule
    }
  }

  #matches(rule: Rule, effect: Effect, accepted: AcceptedMatches): Answer {
    if (!includesAction(rule.actions, this.#actionId, this.#lowerAction)) return NO
    const included = includesResource(rule.resource, this.#part, this.#context)
    if (included === NO) return NO
    if (rule.principals !== undefined) {
      const boundary = this.#policies.boundary === undefined ? 'unbounded' : 'bounded'
      if (!accepted.has(matchPrincipal(rule.principals, this.#caller, boundary))) return NO
    }
    const met = rule.conditions === undefined ? YES : rule.conditions(this.#context, effect)
    if (met === NO || (met === YES && included === YES)) return met
    return this.#unknownMatch === 'stays open' ? UNKNOWN : answerOf(effect === 'Deny')
  }

  #allow(matched: MatchedStatement): Decision {
    return this.#withContext({ effect: 'Allow', matched })
  }

  #explicitDeny(matched: MatchedStatement): Decision {
    return this.#withContext({ effect: 'ExplicitDeny', matched })
  }

  #implicitDeny(missing: MissingAllow): Decision {
    return this.#withContext({ effect: 'ImplicitDeny', matched: undefined, missing })
  }

  #withContext<T extends Decision | Undecided>(verdict: T): T {
    const context = this.#context.readings
    return context === undefined ? verdict : { ...verdict, context }
  }
}

function optional(policy: CompiledPolicy | undefined): readonly CompiledPolicy[] {
  return policy === undefined ? [] : [policy]
}

function statementOf(policy: string, { sid, index }: Rule): MatchedStatement {
  return { policy, sid, index }
}

function isNothing({ certain, possible }: Found): boolean {
  return certain === undefined && possible === undefined
}

/** Both must allow; the first is what is cited. */
function both(first: Found, second: Found): Found {
  if (first.certain !== undefined && second.certain !== undefined) return first
  return { certain: undefined, possible: first.certain ?? first.possible }
}

/** One of them is enough. */
function either(first: Found, second: Found): Found {
  return { certain: first.certain ?? second.certain, possible: first.possible ?? second.possible }
}
