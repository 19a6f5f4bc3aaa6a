import { includesAction } from './action-set.ts'
import type { CompiledPolicy } from './compile.ts'
import { type ConditionContext, ContextReader } from './context.ts'
import type { Decision } from './decision.ts'
import type { Effect } from './document.ts'
import { decide, type PolicySet } from './evaluate.ts'
import { canMatchBeyond, examplesBeyond, matchesAllBeyond } from './pattern-reach.ts'
import type { Caller } from './principal.ts'
import { matchPrincipal } from './principal-set.ts'
import type { ResourceSet } from './resource-set.ts'
import type { Rule } from './rule-index.ts'
import { OBJECT_ACTIONS, s3ActionId } from './s3-actions.ts'
import { resolvePattern } from './text-pattern.ts'
import { NO, UNKNOWN, YES } from './three-valued.ts'
import { compilePattern, type Pattern } from './wildcard.ts'

/** Who asks about a bucket, in which circumstances. What a context gives as unknown may turn out either way. */
export interface BucketQuestion {
  readonly principal: Caller
  readonly contextFor: (action: string) => ConditionContext
  readonly bucket: string
}

/**
 * Whether the policies could allow the action on some key of the bucket. It errs towards yes: a no is certain, a yes
 * only says that the keys must be looked at one by one. Use it before reading a body that names keys, never instead
 * of deciding on them.
 */
export function couldAllow(policies: PolicySet, action: string, question: BucketQuestion): boolean {
  return new BucketReach(policies, question, action).couldAllow(action)
}

/** Whether any Allow that could count for the caller is about one of the actions, on whatever resource. */
export function mentionsAny(policies: PolicySet, actions: readonly string[]): boolean {
  const granting = policies.resource === undefined ? policies.identity : [...policies.identity, policies.resource]
  return granting.some(({ rules }) =>
    rules.Allow.rules.some((rule) =>
      actions.some((action) => includesAction(rule.actions, s3ActionId(action), action.toLowerCase())),
    ),
  )
}

/** An access that is allowed, or may be where the context is unknown. */
export interface Grant {
  readonly action: string
  readonly resource: string
  readonly decision: Decision
}

/**
 * An object action that the policies allow on some key of the bucket, or undefined. Keys are made up from the policies'
 * own patterns and each is put to the policies, so a grant is true (but for what is unknown); it errs towards undefined,
 * where an allowed key exists but only at the crossing of several patterns. That is the safe side for a list that
 * discloses names.
 */
export function findKeyGrant(policies: PolicySet, question: BucketQuestion): Grant | undefined {
  const { principal } = question
  for (const action of OBJECT_ACTIONS) {
    const reach = new BucketReach(policies, question, action)
    if (!reach.couldAllow(action)) continue
    const context = question.contextFor(action)
    for (const part of reach.exampleParts()) {
      const grant = possibleGrant(policies, { principal, context }, { action, resource: `arn:aws:s3:::${part}` })
      if (grant !== undefined) return grant
    }
  }
  return undefined
}

/** An access that the policies allow, whatever is unknown being such that they do. */
export function possibleGrant(
  policies: PolicySet,
  { principal, context }: { readonly principal: Caller; readonly context: ConditionContext },
  { action, resource }: Pick<Grant, 'action' | 'resource'>,
): Grant | undefined {
  const verdict = decide(policies, { principal, action, resource, context })
  if (verdict.effect === 'Allow') return { action, resource, decision: verdict }
  if (verdict.effect !== 'Undecided') return undefined
  return { action, resource, decision: { ...verdict, effect: 'Allow' } }
}

/** What policies say of one action on the keys of one bucket as a whole. */
class BucketReach {
  readonly #policies: PolicySet
  readonly #question: BucketQuestion
  readonly #context: ContextReader
  readonly #prefix: string

  constructor(policies: PolicySet, question: BucketQuestion, action: string) {
    this.#policies = policies
    this.#question = question
    this.#context = new ContextReader(question.contextFor(action))
    this.#prefix = `${question.bucket}/`
  }

  couldAllow(action: string): boolean {
    const { identity, boundary, session, resource } = this.#policies
    const all = [...identity, ...listOf(boundary), ...(session ?? []), ...listOf(resource)]
    if (this.#any(all, 'Deny', action)) return false
    if (this.#any(listOf(resource), 'Allow', action)) return true
    return (
      this.#any(identity, 'Allow', action) &&
      (boundary === undefined || this.#any([boundary], 'Allow', action)) &&
      (session === undefined || this.#any(session, 'Allow', action))
    )
  }

  /** Keys that any Allow spells out, those that a Deny on all else spares, and some that nobody spelled out. */
  exampleParts(): ReadonlySet<string> {
    const { identity, boundary, session, resource } = this.#policies
    const parts = new Set(examplesBeyond({ kind: 'any' }, this.#prefix))
    for (const policy of [...identity, ...listOf(boundary), ...(session ?? []), ...listOf(resource)]) {
      const allows = this.#rules(policy, 'Allow').flatMap(({ resource: set }) => (set.kind === 'all-but' ? [] : [set]))
      const spares = this.#rules(policy, 'Deny').flatMap(({ resource: set }) =>
        set.kind === 'all-but' ? set.excluded : [],
      )
      for (const set of [...allows, ...spares]) {
        const pattern = this.#widest(set)
        if (pattern === undefined) continue
        for (const part of examplesBeyond(pattern, this.#prefix)) parts.add(part)
      }
    }
    return parts
  }

  #rules({ rules }: CompiledPolicy, effect: Effect): readonly Rule[] {
    return rules[effect].rulesAround(this.#prefix)
  }

  /** For a Deny: whether one certainly matches every key. For an Allow: whether one may match some key. */
  #any(policies: readonly CompiledPolicy[], effect: Effect, action: string): boolean {
    const id = s3ActionId(action)
    const lower = action.toLowerCase()
    return policies.some((policy) =>
      this.#rules(policy, effect).some(
        (rule) =>
          includesAction(rule.actions, id, lower) &&
          (effect === 'Deny' ? this.#holdsEveryKey(rule.resource) : this.#holdsSomeKey(rule.resource)) &&
          this.#concernsCaller(rule, effect) &&
          this.#isMet(rule, effect),
      ),
    )
  }

  #concernsCaller({ principals }: Rule, effect: Effect): boolean {
    if (principals === undefined) return true
    const boundary = this.#policies.boundary === undefined ? 'unbounded' : 'bounded'
    const match = matchPrincipal(principals, this.#question.principal, boundary)
    return match !== 'none' && (effect === 'Deny' || match !== 'account')
  }

  #isMet({ conditions }: Rule, effect: Effect): boolean {
    const answer = conditions === undefined ? YES : conditions(this.#context, effect)
    return effect === 'Deny' ? answer === YES : answer !== NO
  }

  #holdsSomeKey(set: ResourceSet): boolean {
    if (set.kind === 'all-but') return !set.excluded.some((excluded) => this.#holdsEveryKey(excluded))
    const pattern = this.#widest(set)
    return pattern !== undefined && canMatchBeyond(pattern, this.#prefix)
  }

  #holdsEveryKey(set: ResourceSet): boolean {
    if (set.kind === 'all-but') return !set.excluded.some((excluded) => this.#holdsSomeKey(excluded))
    if (set.kind === 'everything') return true
    const pattern = resolvePattern(set, this.#context)
    return typeof pattern !== 'number' && matchesAllBeyond(pattern, this.#prefix)
  }

  /** The pattern of a set, with `*` for variables that are unknown; undefined when it matches nothing. */
  #widest(set: ResourceSet): Pattern | undefined {
    if (set.kind === 'all-but') return undefined
    if (set.kind === 'everything') return { kind: 'any' }
    const pattern = resolvePattern(set, this.#context)
    if (pattern === NO) return undefined
    return pattern === UNKNOWN ? widened(set) : pattern
  }
}

/** The literal beginning of a pattern, and then anything. */
function widened(set: Exclude<ResourceSet, { kind: 'everything' | 'all-but' }>): Pattern {
  if (set.kind !== 'template') return set
  return set.head === '' ? compilePattern('*') : { kind: 'prefix', text: set.head }
}

function listOf(policy: CompiledPolicy | undefined): readonly CompiledPolicy[] {
  return policy === undefined ? [] : [policy]
}
