import { type ActionSet, compileActions } from './action-set.ts'
import type { MatchedStatement } from './decision.ts'
import type { Effect, PolicyDocument, Statement } from './document.ts'
import { compileResources, type ResourceSet } from './resource-set.ts'

/**
 * A statement, or the part of one that concerns a single bucket. It matches when both sets hold what is asked.
 * A statement with many resources becomes several rules, so that a request meets only those of its bucket.
 */
export interface Rule {
  readonly matched: MatchedStatement
  readonly actions: ActionSet
  readonly resources: ResourceSet
}

/** Rules in document order, apart by effect. */
type RulesByEffect = Readonly<Record<Effect, readonly Rule[]>>

/** A policy made ready for many evaluations: its rules by the bucket that they can match in. */
export interface CompiledPolicy {
  readonly name: string
  /** Rules that may match in any bucket, or match resources of other services. */
  readonly anyBucket: RulesByEffect
  readonly byBucket: ReadonlyMap<string, RulesByEffect>
}

/**
 * Compiles a parsed document under the name that decisions will cite.
 * @throws Error for a statement with conditions or principals: to leave them out would change what the policy says.
 */
export function compilePolicy(document: PolicyDocument, name: string): CompiledPolicy {
  const anyBucket: MutableRules = { Allow: [], Deny: [] }
  const byBucket = new Map<string, MutableRules>()
  for (const [index, statement] of document.statements.entries()) {
    refuseUnsupported(statement, name)
    const matched = { policy: name, sid: statement.sid, index }
    const actions = compileActions(statement.action)
    for (const [bucket, resources] of compileResources(statement.resource)) {
      const rules = bucket === undefined ? anyBucket : rulesOf(byBucket, bucket)
      rules[statement.effect].push({ matched, actions, resources })
    }
  }
  return { name, anyBucket, byBucket }
}

type MutableRules = Record<Effect, Rule[]>

function rulesOf(byBucket: Map<string, MutableRules>, bucket: string): MutableRules {
  const known = byBucket.get(bucket)
  if (known !== undefined) return known
  const rules: MutableRules = { Allow: [], Deny: [] }
  byBucket.set(bucket, rules)
  return rules
}

function refuseUnsupported(statement: Statement, name: string): void {
  if (statement.condition === undefined && statement.principal === undefined) return
  throw new Error(`policy ${name}: conditions and principals cannot be compiled`)
}
