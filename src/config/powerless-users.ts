import type { Config } from './config.ts'
import type { GroupConfig, UserConfig } from './identities.ts'
import type { Problem } from './problems.ts'

/**
 * A warning for every user whom no policy of its own or of its groups allows anything, unless the policies of buckets may:
 * those that clients set are not in the configuration.
 */
export function powerlessUsers({ users, groups, bucketPolicies, state }: Config): readonly Problem[] {
  if (bucketPolicies.length > 0 || state !== undefined) return []
  return users.flatMap((user, index) =>
    allowsNothing(user, groups)
      ? [{ path: ['users', index], message: `this user may do nothing: ${whyOf(user)}` }]
      : [],
  )
}

function allowsNothing(user: UserConfig, groups: readonly GroupConfig[]): boolean {
  const ofGroups = groups.filter(({ name }) => user.groups.includes(name)).flatMap(({ policies }) => policies)
  return ![...user.policies, ...ofGroups].some(({ document }) =>
    document.statements.some(({ effect }) => effect === 'Allow'),
  )
}

function whyOf({ policies, groups }: UserConfig): string {
  return policies.length + groups.length === 0
    ? 'it has neither buckets nor policies'
    : 'no policy of it or of its groups has an Allow'
}
