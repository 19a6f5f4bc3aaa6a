import { cannedPolicy, CANNED_POLICY_NAMES } from '../src/policy/canned-policies.ts'
import { compileActions, includesAction } from '../src/policy/action-set.ts'
import { CONDITION_KEYS, type ConditionKey } from '../src/policy/condition-keys.ts'
import { type ActionLevel, S3_ACTIONS, s3ActionLevel } from '../src/policy/s3-actions.ts'
import { S3_OPERATIONS } from '../src/s3/operations.ts'
import { NOTICE, table } from './markdown-table.ts'
import { headerDemands } from './reference-pages.ts'

const code = (text: string): string => `\`${text}\``
const listOf = (texts: Iterable<string>): string => [...texts].join(', ') || '–'
const byName = (a: string, b: string): number => (a < b ? -1 : 1)

const LEVELS: Readonly<Record<ActionLevel, string>> = { object: 'object', bucket: 'bucket', other: 'account' }

/** docs/reference/actions.md: every action that a policy may name, and what asks for it. */
export function actionsPage(): string {
  const asking = askingOperations()
  const ids = [...S3_ACTIONS.entries()].sort(([, a], [, b]) => byName(a, b))
  const rows = ids.map(([id, action]) => [
    code(action),
    LEVELS[s3ActionLevel(id)],
    listOf(asking.get(action) ?? []),
    listOf(cannedWith(id)),
  ])
  return `${NOTICE}

# Actions

Every S3 action that AWS knows; a policy may name any, in any case and with \`*\` and \`?\`, and a pattern that matches none of them is an
error. How to write a policy: [policies.md](../policies.md).

- **On**: what the \`Resource\` of a statement must match: an object (\`arn:aws:s3:::BUCKET/KEY\`), a bucket (\`arn:aws:s3:::BUCKET\`), or
  the account and what else is neither (\`*\`).
- **Asked for by**: the operations of [operations.md](operations.md) that need it. \`(version)\`: when the request names a version;
  \`(header)\`: when it carries one of [these headers](operations.md#actions-that-headers-ask-for); \`(source)\`: on the source of a copy;
  \`(tags)\`: when tags go along. A dash: no request that passes here needs it.
- **Canned policies**: those of [configuration.md](../configuration.md#policies) that allow it, beside \`admin\`, which allows all.

${table(['Action', 'On', 'Asked for by', 'Canned policies'], rows)}
`
}

function askingOperations(): ReadonlyMap<string, ReadonlySet<string>> {
  const asking = new Map<string, Set<string>>()
  const add = (action: string, by: string) => asking.set(action, (asking.get(action) ?? new Set()).add(by))
  for (const { name, actions, selector } of S3_OPERATIONS) {
    for (const { plain, versioned } of actions) {
      add(plain, name)
      if (versioned !== undefined && versioned !== plain) add(versioned, `${name} (version)`)
    }
    if (selector.copySource !== 'present') continue
    add('s3:GetObject', `${name} (source)`)
    add('s3:GetObjectVersion', `${name} (source, version)`)
  }
  add('s3:GetObjectTagging', 'CopyObject (source, tags)')
  add('s3:GetObjectVersionTagging', 'CopyObject (source, version, tags)')
  add('s3:PutObjectTagging', 'CopyObject (tags)')
  add('s3:TagResource', 'CreateBucket (tags)')
  for (const { operation, actions } of headerDemands()) {
    for (const action of actions) add(action, `${operation} (header)`)
  }
  return asking
}

const CANNED = CANNED_POLICY_NAMES.filter((name) => name !== 'admin').map((name) => {
  const [statement] = cannedPolicy(name, ['any']).statements
  if (statement === undefined) throw new Error(`${name} says nothing`)
  return { name, actions: compileActions(statement.action) }
})

function cannedWith(id: number): readonly string[] {
  // Narrowed to buckets, a policy says nothing of the account.
  if (s3ActionLevel(id) === 'other') return []
  return CANNED.filter(({ actions }) => includesAction(actions, id, '')).map(({ name }) => code(name))
}

/** docs/reference/condition-keys.md: every key that a condition may ask, and what it is. */
export function conditionKeysPage(): string {
  const known = CONDITION_KEYS.toSorted((a, b) => byName(a.name.toLowerCase(), b.name.toLowerCase()))
  const filled = known.filter(({ availability }) => availability === 'filled')
  const never = known.filter(({ availability }) => availability === 'never')
  return `${NOTICE}

# Condition keys

What the \`Condition\` of a statement may ask. Names are compared without regard to case; another name is an error. How to use them:
[policies.md](../policies.md#conditions).

## With a value here

- **Type**: the family of operators that compares it; others load with a warning.
- **Values**: one; several, which \`ForAllValues:\` and \`ForAnyValue:\` look at; or one for each tag, whose key stands for \`KEY\`.
- **For**: the actions for which it can have a value. Elsewhere it is absent.

${table(
  ['Key', 'Type', 'Values', 'For'],
  filled.map((key) => [code(shownName(key)), key.type, VALUES[key.cardinality], actionsOf(key)]),
)}

## Without a value behind a proxy

A policy that names one loads with a warning; the key is absent from every request.

${table(
  ['Key', 'Type'],
  never.map((key) => [code(shownName(key)), key.type]),
)}
`
}

const VALUES: Readonly<Record<ConditionKey['cardinality'], string>> = { single: 'one', multi: 'several', tag: 'tags' }

function shownName({ name, cardinality }: ConditionKey): string {
  return cardinality === 'tag' ? `${name}KEY` : name
}

function actionsOf({ actionIds }: ConditionKey): string {
  if (actionIds === undefined) return 'all'
  return [...actionIds]
    .map((id) => S3_ACTIONS[id]?.slice('s3:'.length) ?? '')
    .sort()
    .join(', ')
}
