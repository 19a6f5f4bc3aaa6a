import { isCannedPolicyName, needsBuckets } from '../policy/canned-policies.ts'
import { didYouMean } from '../policy/nearest-name.ts'
import type { ConfigPath, Problem } from './problems.ts'
import { entriesAt, listAt, valueAt } from './raw-values.ts'

/** Every key pair of every user with its place. */
export function keysOf(raw: unknown): readonly { readonly accessKey: unknown; readonly path: ConfigPath }[] {
  return listAt(raw, ['users']).flatMap((user, index) => [
    { accessKey: valueAt(user, ['access_key']), path: ['users', index, 'access_key'] },
    ...listAt(user, ['keys']).map((key, place) => ({
      accessKey: valueAt(key, ['access_key']),
      path: ['users', index, 'keys', place, 'access_key'],
    })),
  ])
}

/**
 * What must hold between users, groups and policies.
 * @param managed whether there is a policy of that name beside the canned ones, be it a faulty one
 */
export function identityChecks(raw: unknown, managed: (name: string) => boolean): Problem[] {
  const groups = listAt(raw, ['groups'])
  const groupNames = new Set(groups.map((group) => valueAt(group, ['name'])))
  return [
    ...repeatedGroups(groups),
    ...groups.flatMap((group, index) => attachmentProblems(group, ['groups', index], managed)),
    ...listAt(raw, ['users']).flatMap((user, index) => [
      ...keyProblems(user, ['users', index]),
      ...attachmentProblems(user, ['users', index], managed),
      ...boundaryProblems(user, ['users', index], managed),
      ...unknownGroups(user, ['users', index], groupNames),
      ...ambiguousTags(user, ['users', index]),
    ]),
    ...ownerOnlyProblems(raw),
  ]
}

/** What must hold between the users of `policy_shadow` and everything else. */
export function shadowChecks(raw: unknown, managed: (name: string) => boolean): Problem[] {
  const added = new Set(entriesAt(raw, ['policy_shadow', 'policies']).map(([name]) => name))
  const knows = (name: string): boolean => added.has(name) || managed(name)
  const groups = new Set(listAt(raw, ['groups']).map((group) => valueAt(group, ['name'])))
  const names = new Set(listAt(raw, ['users']).map((user) => valueAt(user, ['name']) ?? valueAt(user, ['access_key'])))
  const seen = new Set<unknown>()
  return listAt(raw, ['policy_shadow', 'users']).flatMap((user, index) => {
    const path: ConfigPath = ['policy_shadow', 'users', index]
    const name = valueAt(user, ['name'])
    const fault = seen.has(name) ? 'stands here already' : names.has(name) ? undefined : 'there is no such user'
    seen.add(name)
    return [
      ...(fault === undefined || typeof name !== 'string' ? [] : [{ path: [...path, 'name'], message: fault }]),
      ...attachmentProblems(user, path, knows),
      ...boundaryProblems(user, path, knows),
      ...unknownGroups(user, path, groups),
    ]
  })
}

/** What loads but is probably not meant. */
export function identityWarnings(raw: unknown): Problem[] {
  return listAt(raw, ['users']).flatMap((user, index) =>
    listAt(user, ['buckets']).flatMap((entry, place) => doubtfulPrefix(entry, ['users', index, 'buckets', place])),
  )
}

function doubtfulPrefix(entry: unknown, path: ConfigPath): Problem[] {
  const prefix = valueAt(entry, ['prefix'])
  if (typeof prefix !== 'string' || prefix === '') return []
  const faults = [
    ...(prefix.startsWith('/') ? ['begins with "/", as hardly any key does: s3://BUCKET/KEY is the key KEY'] : []),
    ...(prefix.endsWith('/') ? [] : ['does not end in "/", and so is about every key that begins like this']),
  ]
  return faults.map((message) => ({ path: [...path, 'prefix'], message }))
}

function keyProblems(user: unknown, path: ConfigPath): Problem[] {
  const own = ['access_key', 'secret_key'].filter((name) => valueAt(user, [name]) !== undefined)
  const keys = valueAt(user, ['keys'])
  const [first] = own
  if (keys === undefined) {
    const missing = ['access_key', 'secret_key'].filter((name) => !own.includes(name))
    return missing.map((name) => ({ path: [...path, name], message: 'is required, unless the user has `keys`' }))
  }
  const problems: Problem[] = []
  if (first !== undefined) {
    problems.push({ path: [...path, first], message: 'stands beside `keys`; put this key pair into that list' })
  }
  if (valueAt(user, ['name']) === undefined) {
    problems.push({ path: [...path, 'name'], message: 'is required for a user with `keys`' })
  }
  return problems
}

function repeatedGroups(groups: readonly unknown[]): Problem[] {
  const seen = new Set<unknown>()
  return groups.flatMap((group, index): Problem[] => {
    const name = valueAt(group, ['name'])
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [{ path: ['groups', index, 'name'], message: 'is the name of another group; every name may stand once' }]
  })
}

function unknownGroups(user: unknown, path: ConfigPath, known: ReadonlySet<unknown>): Problem[] {
  return listAt(user, ['groups']).flatMap((name, index) =>
    typeof name !== 'string' || known.has(name)
      ? []
      : [
          {
            path: [...path, 'groups', index],
            message: `there is no such group${didYouMean(name, [...known].filter(isText))}`,
          },
        ],
  )
}

const isText = (value: unknown): value is string => typeof value === 'string'

function attachmentProblems(holder: unknown, path: ConfigPath, managed: (name: string) => boolean): Problem[] {
  return listAt(holder, ['policies']).flatMap((attachment, index): Problem[] => {
    const isNarrowed = typeof attachment !== 'string'
    const name = isNarrowed ? valueAt(attachment, ['policy']) : attachment
    if (typeof name !== 'string') return []
    const at = [...path, 'policies', index, ...(isNarrowed ? ['policy'] : [])]
    const message = isNarrowed ? narrowedFault(name, managed) : nameFault(name, managed)
    return message === undefined ? [] : [{ path: at, message }]
  })
}

function narrowedFault(name: string, managed: (name: string) => boolean): string | undefined {
  if (isCannedPolicyName(name)) return undefined
  return managed(name)
    ? 'only canned policies can be narrowed; write the buckets into the policy'
    : (nameFault(name, managed) ?? '')
}

function nameFault(name: string, managed: (name: string) => boolean): string | undefined {
  if (isCannedPolicyName(name)) {
    return needsBuckets(name) ? `must be narrowed: {policy: ${name}, buckets: [...]}` : undefined
  }
  return managed(name) ? undefined : 'there is no such policy, neither canned nor under policies nor in policy_dir'
}

function boundaryProblems(user: unknown, path: ConfigPath, managed: (name: string) => boolean): Problem[] {
  const name = valueAt(user, ['permissions_boundary'])
  if (typeof name !== 'string') return []
  const message = nameFault(name, managed)
  return message === undefined ? [] : [{ path: [...path, 'permissions_boundary'], message }]
}

/** Condition keys are compared without regard to case, so that a tag's value would not be certain. */
function ambiguousTags(user: unknown, path: ConfigPath): Problem[] {
  const seen = new Set<string>()
  return entriesAt(user, ['tags']).flatMap(([key]): Problem[] => {
    const lower = key.toLowerCase()
    if (seen.has(lower)) {
      return [{ path: [...path, 'tags', key], message: 'differs from another tag by case only', atKey: true }]
    }
    seen.add(lower)
    return []
  })
}

function ownerOnlyProblems(raw: unknown): Problem[] {
  if (valueAt(raw, ['multipart_owner_only']) !== true) return []
  const path: ConfigPath = ['multipart_owner_only']
  if (valueAt(raw, ['state']) === undefined) return [{ path, message: 'needs `state`, to note who began an upload' }]
  return valueAt(raw, ['state', 'read_only']) === true
    ? [{ path, message: 'needs a `state` that is not read_only, to note who began an upload' }]
    : []
}
