import { type GroupConfig, Identities, type ReadPolicies, type UserRights } from './identities.ts'
import type { ParsedConfig } from './schema.ts'

/** A candidate set of policies: the rights that users and groups would have. */
export interface PolicyShadowConfig {
  /** Only users whose rights may differ from those in force. */
  readonly users: readonly UserRights[]
  readonly groups: readonly GroupConfig[]
}

/**
 * What `policy_shadow` stands for: everybody's policies with those of the same names replaced, and the users that it lists
 * with what it gives them.
 */
export function policyShadow(parsed: ParsedConfig, read: ReadPolicies): PolicyShadowConfig | undefined {
  const { policy_shadow: block } = parsed
  if (block === undefined) return undefined
  const managed = new Map([...read.managed, ...read.shadow.managed])
  const listed = new Identities({ managed, inline: read.shadow.inline })
  const others = new Identities({ managed, inline: read.inline })
  const places = new Map(block.users.map((user, place) => [user.name, place]))
  const isReplaced = [...read.shadow.managed.keys()].some((name) => read.managed.has(name))
  const users = parsed.users.flatMap((user, own): UserRights[] => {
    const name = user.name ?? user.access_key ?? ''
    const place = places.get(name)
    const candidate = place === undefined ? undefined : block.users[place]
    if (candidate !== undefined && place !== undefined) return [listed.rights(candidate, place)]
    return isReplaced ? [others.rights({ ...user, name }, own)] : []
  })
  return { users, groups: parsed.groups.map((group) => others.group(group)) }
}
