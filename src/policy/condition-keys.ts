import { didYouMean } from './nearest-name.ts'
import { GLOBAL_KEYS, S3_KEYS } from './condition-key-table.ts'
import { s3ActionId } from './s3-actions.ts'

/** What kind of value a key has; operators of another kind hardly ever mean what they say. */
export type ConditionKeyType = 'String' | 'Numeric' | 'Date' | 'Bool' | 'IPAddress' | 'ARN'

/**
 * How many values a key has: one; several, which operators look at by `ForAllValues:` and `ForAnyValue:`; or one for
 * each tag whose key is the same but for its case.
 */
export type Cardinality = 'single' | 'multi' | 'tag'

/** A condition key that policies may name. */
export interface ConditionKey {
  /** As AWS writes it; families of keys, one for each tag, end in `/`. */
  readonly name: string
  readonly type: ConditionKeyType
  readonly cardinality: Cardinality
  /** Whether this proxy can ever know the value; without, the key is absent from every request. */
  readonly availability: 'filled' | 'never'
  /** The ids of the S3 actions for which the key is filled; undefined: for all. */
  readonly actionIds: ReadonlySet<number> | undefined
}

const BY_LOWER_NAME: ReadonlyMap<string, ConditionKey> = new Map(
  [...GLOBAL_KEYS, ...S3_KEYS].map((row) => {
    const { name, type = 'String', cardinality = 'single', availability = 'filled', actions } = row
    const actionIds = actions === undefined ? undefined : new Set(actions.map((action) => s3ActionId(`s3:${action}`)))
    return [name.toLowerCase(), { name, type, cardinality, availability, actionIds }]
  }),
)

/** All keys, for documentation. */
export const CONDITION_KEYS: readonly ConditionKey[] = [...BY_LOWER_NAME.values()]

/**
 * The key of that name, written in any case: `aws:SourceIp`, `s3:ExistingObjectTag/team`. Undefined for names that are
 * no condition key of AWS's globals or of S3.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function conditionKey(name: string): ConditionKey | undefined {
  const lower = name.toLowerCase()
  const slash = lower.indexOf('/')
  if (slash < 0) return BY_LOWER_NAME.get(lower)
  return slash === lower.length - 1 ? undefined : BY_LOWER_NAME.get(lower.slice(0, slash + 1))
}

/** `; did you mean aws:SourceIp?` for a name that is near to that of a condition key, else nothing. */
export function meantConditionKey(name: string): string {
  const [family] = name.split('/', 1)
  return didYouMean(
    name === family ? name : `${family}/`,
    CONDITION_KEYS.map((key) => key.name),
  )
}

/** `s3:existingobjecttag/team` as AWS writes it: `s3:ExistingObjectTag/team`. The name of a tag stays as it is. */
export function conditionKeyName(name: string): string {
  const known = conditionKey(name)?.name ?? name
  return known.endsWith('/') ? known + name.slice(known.length) : known
}

/** Whether AWS defines the key for the S3 action with that id; elsewhere it is absent. */
export function isKeyOfAction(key: ConditionKey, actionId: number): boolean {
  return key.actionIds === undefined || key.actionIds.has(actionId)
}
