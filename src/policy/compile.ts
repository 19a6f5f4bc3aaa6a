import { type ActionSet, compileActions } from './action-set.ts'
import { compileConditions } from './conditions.ts'
import type { ActionClause, Effect, PolicyDocument, PolicyVersion, Statement } from './document.ts'
import { compilePrincipals } from './principal-set.ts'
import { compileResources } from './resource-set.ts'
import { type Rule, RuleIndex } from './rule-index.ts'

/** A policy made ready for many evaluations. */
export interface CompiledPolicy {
  readonly name: string
  readonly rules: Readonly<Record<Effect, RuleIndex>>
}

/** What the policies of one configuration have in common; compiling them with the same one saves memory. */
export class SharedClauses {
  readonly #actions = new Map<string, ActionSet>()

  /** The compiled clause: one for all clauses that say the same. */
  actions(clause: ActionClause): ActionSet {
    const text = JSON.stringify([clause.kind, ...clause.patterns])
    const known = this.#actions.get(text)
    if (known !== undefined) return known
    const compiled = compileActions(clause)
    this.#actions.set(text, compiled)
    return compiled
  }
}

const NO_RULES = new RuleIndex([])

/**
 * Compiles a parsed document under the name that decisions will cite.
 * @throws Error for a document that no parser let through: to leave a part out would change what the policy says
 */
export function compilePolicy(
  document: PolicyDocument,
  name: string,
  shared: SharedClauses = new SharedClauses(),
): CompiledPolicy {
  const rules: Record<Effect, Rule[]> = { Allow: [], Deny: [] }
  for (const [index, statement] of document.statements.entries()) {
    rules[statement.effect].push(...rulesOf(statement, { index, version: document.version, shared }))
  }
  return { name, rules: { Allow: indexOf(rules.Allow), Deny: indexOf(rules.Deny) } }
}

/** The policy without what it allows. */
export function onlyDenying({ name, rules }: CompiledPolicy): CompiledPolicy {
  return { name, rules: { Allow: NO_RULES, Deny: rules.Deny } }
}

function indexOf(rules: readonly Rule[]): RuleIndex {
  // A copy of the exact size: a list that grew keeps room for more.
  return rules.length === 0 ? NO_RULES : new RuleIndex(rules.slice())
}

interface StatementPlace {
  readonly index: number
  readonly version: PolicyVersion
  readonly shared: SharedClauses
}

function rulesOf(statement: Statement, { index, version, shared }: StatementPlace): readonly Rule[] {
  const { sid, principal, conditions = [] } = statement
  const actions = shared.actions(statement.action)
  const principals = principal === undefined ? undefined : compilePrincipals(principal)
  const check = conditions.length === 0 ? undefined : compileConditions(conditions, version)
  return compileResources(statement.resource, version).map((resource) => ({
    sid,
    index,
    actions,
    resource,
    principals,
    conditions: check,
  }))
}
