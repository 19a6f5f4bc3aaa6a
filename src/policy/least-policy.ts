import { type ConditionKey, conditionKey, isKeyOfAction } from './condition-keys.ts'
import { parseDecimal } from './decimal.ts'
import type { ConditionTest, PolicyDocument, Statement } from './document.ts'
import { literalPattern } from './granting-statement.ts'
import { parseInstant } from './instant.ts'
import { parseIpNetwork } from './ip-address.ts'
import { s3ActionId } from './s3-actions.ts'
import { isBool } from './value-tests.ts'

/** An access that was allowed, with the condition keys that the decision read; null for a key that the request had not. */
export interface RecordedAccess {
  readonly action: string
  readonly resource: string
  readonly context: ReadonlyMap<string, readonly string[] | null>
  /** Whether the context is this access' own, or of several that were decided together: then a key may be lacking. */
  readonly contextOf: 'access' | 'several'
}

/** Who asks and when does not make a request another one, nor what is the same for all. */
const NOT_OF_REQUESTS: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:userid',
  'aws:username',
  'aws:viaawsservice',
  's3:resourceaccount',
  's3:signatureage',
])

/** The operator that holds for one value alone, and whether it can read that value: a client may send anything. */
const OPERATORS: Partial<
  Readonly<Record<ConditionKey['type'], readonly [operator: string, reads: (value: string) => boolean]>>
> = {
  Numeric: ['NumericEquals', (value) => parseDecimal(value) !== undefined],
  Date: ['DateEquals', (value) => parseInstant(value) !== undefined],
  Bool: ['Bool', isBool],
  IPAddress: ['IpAddress', (value) => parseIpNetwork(value) !== undefined],
}

function operatorFor({ name, type }: ConditionKey, values: readonly string[]): string {
  const [operator, reads] = OPERATORS[type] ?? ['StringEquals', () => true]
  if (!values.every(reads)) return 'StringEquals'
  // The days that are left to a date become fewer by themselves.
  return name === 's3:object-lock-remaining-retention-days' ? 'NumericLessThanEquals' : operator
}

/**
 * The policy that allows exactly the accesses: each action on each resource by itself, in the circumstances that were
 * looked at. Those that have actions, resources or circumstances in common share a statement where that allows nothing more.
 */
export function leastPolicy(accesses: Iterable<RecordedAccess>): PolicyDocument {
  const byConditions = new Map<string, Map<string, Set<string>>>()
  for (const access of accesses) {
    const resources = valueIn(byConditions, JSON.stringify(conditionsOf(access)), () => new Map<string, Set<string>>())
    valueIn(resources, access.resource, () => new Set<string>()).add(access.action)
  }
  const statements = Array.from(byConditions, ([conditions, resources]) =>
    statementsOf(JSON.parse(conditions) as ConditionTest[], resources),
  )
  return { version: '2012-10-17', statements: withSharedValues(statements.flat()) }
}

/** Resources on which the same actions were used share a statement. */
function statementsOf(
  conditions: readonly ConditionTest[],
  resources: ReadonlyMap<string, ReadonlySet<string>>,
): Statement[] {
  const byActions = new Map<string, string[]>()
  for (const [resource, actions] of resources) {
    valueIn(byActions, JSON.stringify([...actions].sort()), (): string[] => []).push(literalPattern(resource))
  }
  return Array.from(byActions, ([actions, patterns]) => ({
    sid: undefined,
    effect: 'Allow',
    action: { kind: 'Action', patterns: JSON.parse(actions) as string[] },
    resource: { kind: 'Resource', patterns: patterns.sort() },
    ...(conditions.length === 0 ? {} : { conditions }),
  }))
}

/** Statements that differ in the values of their one condition only become one. */
function withSharedValues(statements: readonly Statement[]): Statement[] {
  const merged = new Map<string, Statement>()
  for (const statement of statements) {
    const [test, ...others] = statement.conditions ?? []
    // Among the values of two requests there are more sets than two.
    const isAlone = test !== undefined && others.length === 0 && !test.operator.startsWith('ForAllValues')
    const same = JSON.stringify([
      statement.action.patterns,
      statement.resource.patterns,
      isAlone ? [test.operator, test.key] : statement.conditions,
    ])
    const before = merged.get(same)?.conditions?.[0]?.values ?? []
    const conditions = isAlone ? { conditions: [{ ...test, values: [...before, ...test.values] }] } : {}
    merged.set(same, { ...statement, ...conditions })
  }
  return [...merged.values()]
}

function conditionsOf({ action, context, contextOf }: RecordedAccess): ConditionTest[] {
  const actionId = s3ActionId(action)
  return Array.from(context).flatMap(([name, values]): ConditionTest[] => {
    const key = conditionKey(name)
    const lower = name.toLowerCase()
    if (key === undefined || lower.startsWith('aws:principal') || NOT_OF_REQUESTS.has(lower)) return []
    if (!isKeyOfAction(key, actionId)) return []
    if (values === null) return [{ operator: 'Null', key: name, values: ['true'] }]
    const suffix = contextOf === 'several' ? 'IfExists' : ''
    const literal = values.map((value) => value.replaceAll('$', '${$}'))
    if (key.cardinality !== 'multi')
      return [{ operator: operatorFor(key, values) + suffix, key: name, values: literal }]
    const among: ConditionTest = { operator: `ForAllValues:StringEquals${suffix}`, key: name, values: literal }
    return contextOf === 'several' ? [among] : [among, { operator: 'Null', key: name, values: ['false'] }]
  })
}

function valueIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
