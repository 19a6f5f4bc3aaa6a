import { splitArn } from './arn.ts'
import { compileActions, includesAction } from './action-set.ts'
import { conditionKey, type ConditionKey, type ConditionKeyType, isKeyOfAction } from './condition-keys.ts'
import type { ActionClause, ConditionTest, ResourceClause, Statement } from './document.ts'
import { type OperatorFamily, parseOperator } from './operators.ts'
import { canMatchS3 } from './resource-set.ts'
import { S3_ACTIONS, s3ActionLevel, type ActionLevel } from './s3-actions.ts'
import type { StatementPlace } from './statement-place.ts'
import { parseTemplate, variablesOf } from './template.ts'

/**
 * Warns of what a statement most likely does not mean: grants that reach further than they look, and clauses that match
 * nothing. In the policy of a bucket an action that applies to none of its resources is refused, as by S3.
 */
export function lintStatement(statement: Statement, place: StatementPlace): void {
  const actions = actionsOf(statement.action)
  lintReach(statement, actions, place)
  lintNotResource(statement, place)
  lintLevels(statement, place)
  for (const test of statement.conditions ?? []) lintTest(test, { statement, actions, place })
  lintPublic(statement, place)
}

/** The ids of the S3 actions that a clause matches. */
function actionsOf(clause: ActionClause): readonly number[] {
  const set = compileActions(clause)
  return ALL_ACTION_IDS.filter((id) => includesAction(set, id, ''))
}

const ALL_ACTION_IDS: readonly number[] = [...S3_ACTIONS.keys()]

/** The paths of the entries of a clause: with an index, which is wrong only for a list of one that was no list. */
function clausePath({ path }: StatementPlace, clause: ResourceClause | ActionClause, index: number) {
  return clause.patterns.length === 1 ? [...path, clause.kind] : [...path, clause.kind, index]
}

function lintReach(statement: Statement, actions: readonly number[], place: StatementPlace): void {
  const { effect, resource } = statement
  const isBackendWide = effect === 'Allow' && actions.some((action) => s3ActionLevel(action) !== 'other')
  for (const [index, source] of resource.patterns.entries()) {
    const doubt = doubtOfReach(partOf(source), statement, isBackendWide ? 'backend-wide' : 'narrow')
    if (doubt !== undefined) place.problems.warn(clausePath(place, resource, index), doubt)
  }
  if (isBackendWide && resource.kind === 'NotResource') {
    place.problems.warn([...place.path, 'NotResource'], 'an Allow of all that is not listed reaches every other bucket')
  }
}

function doubtOfReach(
  part: string,
  { effect, resource }: Statement,
  actions: 'backend-wide' | 'narrow',
): string | undefined {
  if (/^\*+(?:\/\**)?$/.test(part)) {
    return actions === 'backend-wide' && resource.kind === 'Resource'
      ? 'reaches every bucket of the backend'
      : undefined
  }
  // A NotResource in a Deny spares what it lists, as a Resource in an Allow opens it.
  const opens = (effect === 'Allow') === (resource.kind === 'Resource')
  if (!opens || !/^[^/]*\*$/.test(part)) return undefined
  const name = part.replace(/\*+$/, '')
  return `matches all buckets whose names begin with ${name}; for the keys of one write ${name}/*`
}

/** What stands after the fifth colon; empty for what is not S3's. */
function partOf(source: string): string {
  if (source === '*') return '*'
  return canMatchS3(source) ? (splitArn(source)?.resource ?? '') : ''
}

function lintNotResource({ resource }: Statement, place: StatementPlace): void {
  if (resource.kind !== 'NotResource') return
  for (const [index, source] of resource.patterns.entries()) {
    const template = parseTemplate(source, place.version)
    if (typeof template === 'string') continue
    const open = variablesOf(template).find(({ fallback }) => fallback === undefined)
    if (open === undefined) continue
    const what = `when \${${open.name}} has no value this excludes nothing; give it a default`
    place.problems.warn(clausePath(place, resource, index), what)
  }
}

/** Whether each action applies to some resource of the statement. */
function lintLevels({ action, resource }: Statement, place: StatementPlace): void {
  if (action.kind === 'NotAction' || resource.kind === 'NotResource') return
  const reachable = new Set(resource.patterns.flatMap(levelsIn))
  // Resources that are none of S3's have a warning of their own.
  if (reachable.size === 0) return
  for (const [index, pattern] of action.patterns.entries()) {
    const levels = new Set(actionsOf({ kind: 'Action', patterns: [pattern] }).map(s3ActionLevel))
    if (levels.size === 0 || [...levels].some((level) => reachable.has(level))) continue
    const at = clausePath(place, action, index)
    const what = `applies to no resource of the statement: ${needsText([...levels])}`
    if (place.kind.type === 'bucket') place.problems.add(at, what)
    else place.problems.warn(at, what)
  }
}

function needsText(levels: readonly ActionLevel[]): string {
  if (levels.includes('object')) return 'it is about objects, arn:aws:s3:::BUCKET/*'
  return levels.includes('bucket') ? 'it is about a bucket, arn:aws:s3:::BUCKET' : 'it is about the account, "*"'
}

function levelsIn(source: string): readonly ActionLevel[] {
  if (source === '*') return ['object', 'bucket', 'other']
  const part = partOf(source)
  if (part === '') return []
  const levels: ActionLevel[] = []
  if (/[/*?]|\$\{/.test(part)) levels.push('object')
  if (!part.includes('/') || part.includes('${')) levels.push('bucket')
  if (/^[*?]+$/.test(part)) levels.push('other')
  return levels
}

interface LintedTest {
  readonly statement: Statement
  readonly actions: readonly number[]
  readonly place: StatementPlace
}

function lintTest(test: ConditionTest, { statement, actions, place }: LintedTest): void {
  const use = parseOperator(test.operator)
  const key = conditionKey(test.key)
  if (use === undefined || key === undefined) return
  const { problems } = place
  const at = [...place.path, 'Condition', test.operator, test.key]
  const { family } = use.operator
  if (use.quantifier === 'ForAllValues' && statement.effect === 'Allow' && !demandsPresence(statement, test.key)) {
    problems.warn(at, `is also met without any value; add {"Null": {"${test.key}": "false"}}`)
  }
  if (key.cardinality === 'multi' && use.quantifier === undefined && family !== 'Null') {
    problems.warn(at, 'has several values: the operator needs ForAllValues: or ForAnyValue: before it')
  }
  if (key.availability === 'never') problems.warn(at, 'has no value behind this proxy')
  else if (!actions.some((action) => isKeyOfAction(key, action))) {
    problems.warn(at, 'has no value for any action of the statement')
  }
  if (!isComparable(family, key)) problems.warn(at, `is a ${key.type}, which ${test.operator} does not compare as such`)
}

function demandsPresence({ conditions = [] }: Statement, key: string): boolean {
  return conditions.some(
    (test) =>
      test.operator === 'Null' &&
      test.key.toLowerCase() === key.toLowerCase() &&
      test.values.every((value) => value.toLowerCase() === 'false'),
  )
}

const FAMILIES: Readonly<Record<ConditionKeyType, readonly OperatorFamily[]>> = {
  String: ['String', 'StringIgnoreCase', 'StringLike', 'Arn', 'Binary'],
  ARN: ['Arn', 'String', 'StringIgnoreCase', 'StringLike'],
  Numeric: ['Numeric'],
  Date: ['Date'],
  Bool: ['Bool', 'String', 'StringIgnoreCase'],
  IPAddress: ['IpAddress'],
}

function isComparable(family: OperatorFamily, key: ConditionKey): boolean {
  if (family === 'Null' || key.cardinality === 'tag') return true
  const isCount = key.name === 'aws:EpochTime' && family === 'Numeric'
  return isCount || FAMILIES[key.type].includes(family)
}

function lintPublic({ effect, principal, conditions }: Statement, { path, problems }: StatementPlace): void {
  if (effect !== 'Allow' || principal?.kind !== 'Principal' || conditions !== undefined) return
  if (!principal.members.some(({ value }) => value === '*')) return
  problems.warn([...path, 'Principal'], 'is everybody, with or without a key')
}
