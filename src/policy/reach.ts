import { includesAction } from './action-set.ts'
import type { CompiledPolicy, Rule } from './compile.ts'
import type { Decision } from './decision.ts'
import type { Effect } from './document.ts'
import { type ConditionContext, evaluate, type PolicySet } from './evaluate.ts'
import { canMatchBeyond, examplesBeyond, matchesAllBeyond } from './pattern-reach.ts'
import type { Principal } from './principal.ts'
import type { ResourceSet } from './resource-set.ts'
import { OBJECT_ACTIONS, s3ActionId } from './s3-actions.ts'

/**
 * Whether the policies could allow the action on some key of the bucket. It errs towards yes: a no is certain, a yes
 * only says that the keys must be looked at one by one. Use it before reading a body that names keys, never instead
 * of deciding on them.
 */
export function couldAllow(policies: PolicySet, action: string, bucket: string): boolean {
  const id = s3ActionId(action)
  const lower = action.toLowerCase()
  const could = (layer: readonly CompiledPolicy[], effect: Effect, test: (set: ResourceSet) => boolean): boolean =>
    layer.some((policy) =>
      rulesFor(policy, effect, bucket).some((rule) => includesAction(rule.actions, id, lower) && test(rule.resources)),
    )
  const ceilings = layersOf(policies)
  if (ceilings.some((layer) => could(layer, 'Deny', (set) => holdsEveryKey(set, bucket)))) return false
  return ceilings.every((layer) => could(layer, 'Allow', (set) => holdsSomeKey(set, bucket)))
}

/** Whether any Allow of the identity policies is about one of the actions, on whatever resource. */
export function mentionsAny(policies: PolicySet, actions: readonly string[]): boolean {
  const rules = policies.identity.flatMap(({ anyBucket, byBucket }) => [
    ...anyBucket.Allow,
    ...[...byBucket.values()].flatMap((ofBucket) => ofBucket.Allow),
  ])
  return actions.some((action) => {
    const id = s3ActionId(action)
    return rules.some((rule) => includesAction(rule.actions, id, action.toLowerCase()))
  })
}

/** Who asks about a bucket. */
export interface BucketQuestion {
  readonly principal: Principal
  readonly context: ConditionContext
  readonly bucket: string
}

/** An access that `evaluate` allowed. */
export interface Grant {
  readonly action: string
  readonly resource: string
  readonly decision: Decision
}

/**
 * An object action that the policies really allow on some key of the bucket, or undefined. Keys are made up from the
 * policies' own patterns and each is put to `evaluate`, so a grant is always true; it errs towards undefined, where
 * an allowed key exists but only at the crossing of several patterns. That is the safe side for a list that discloses
 * names.
 */
export function findKeyGrant(policies: PolicySet, question: BucketQuestion): Grant | undefined {
  const { principal, context, bucket } = question
  if (!OBJECT_ACTIONS.some((action) => couldAllow(policies, action, bucket))) return undefined
  for (const part of exampleParts(policies, bucket)) {
    const resource = `arn:aws:s3:::${part}`
    for (const action of OBJECT_ACTIONS) {
      const decision = evaluate(policies, { principal, action, resource, context })
      if (decision.effect === 'Allow') return { action, resource, decision }
    }
  }
  return undefined
}

/** Keys that any Allow spells out, those that a Deny on all else spares, and some that nobody spelled out. */
function exampleParts(policies: PolicySet, bucket: string): ReadonlySet<string> {
  const prefix = `${bucket}/`
  const parts = new Set(examplesBeyond({ kind: 'any' }, prefix))
  for (const policy of layersOf(policies).flat()) {
    const allows = rulesFor(policy, 'Allow', bucket).filter((rule) => !rule.resources.negated)
    const spares = rulesFor(policy, 'Deny', bucket).filter((rule) => rule.resources.negated)
    for (const rule of [...allows, ...spares]) {
      for (const pattern of rule.resources.patterns) {
        for (const part of examplesBeyond(pattern, prefix)) parts.add(part)
      }
    }
  }
  return parts
}

/** The groups of policies each of which must allow. */
function layersOf(policies: PolicySet): readonly (readonly CompiledPolicy[])[] {
  return [
    policies.identity,
    ...(policies.boundary === undefined ? [] : [[policies.boundary]]),
    ...(policies.session === undefined ? [] : [policies.session]),
  ]
}

function rulesFor(policy: CompiledPolicy, effect: Effect, bucket: string): readonly Rule[] {
  return [...policy.anyBucket[effect], ...(policy.byBucket.get(bucket)?.[effect] ?? [])]
}

function holdsSomeKey(set: ResourceSet, bucket: string): boolean {
  const prefix = `${bucket}/`
  if (set.negated) return !set.everything && !set.patterns.some((pattern) => matchesAllBeyond(pattern, prefix))
  return set.everything || set.patterns.some((pattern) => canMatchBeyond(pattern, prefix))
}

function holdsEveryKey(set: ResourceSet, bucket: string): boolean {
  const prefix = `${bucket}/`
  if (set.negated) return !set.everything && !set.patterns.some((pattern) => canMatchBeyond(pattern, prefix))
  return set.everything || set.patterns.some((pattern) => matchesAllBeyond(pattern, prefix))
}
