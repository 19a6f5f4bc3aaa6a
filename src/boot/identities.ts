import type { Credential } from '../authn/credentials.ts'
import type { PolicySource } from '../authz/policy-source.ts'
import type { Config } from '../config/config.ts'
import type { GroupConfig, NamedPolicy, UserRights } from '../config/identities.ts'
import { type CompiledPolicy, compilePolicy, SharedClauses } from '../policy/compile.ts'
import { NO_POLICIES, type PolicySet } from '../policy/evaluate.ts'
import type { Principal } from '../policy/principal.ts'
import type { BucketPolicies } from './bucket-policies.ts'

/** The key pairs of a configuration's users, each with whom it stands for. */
export function credentialsOf({ users, accountId }: Pick<Config, 'users' | 'accountId'>): Credential[] {
  return users.flatMap((user) => {
    const principal = {
      type: 'User',
      name: user.name,
      arn: `arn:aws:iam::${accountId}:user/${user.name}`,
      accountId,
      tags: new Map(Object.entries(user.tags)),
    } as const
    return user.keys.map(({ accessKey, secretKey, active, notAfter }) => ({
      accessKey,
      secretKey: secretKey.reveal(),
      principal,
      active,
      ...(notAfter === undefined ? {} : { notAfter }),
    }))
  })
}

/**
 * The policies of a configuration's users and groups, each compiled once however many have it, together with those of
 * the buckets.
 */
export function policySourceOf(
  { users, groups, policyShadow }: Pick<Config, 'users' | 'groups' | 'policyShadow'>,
  buckets: BucketPolicies,
): PolicySource {
  const compile = sharedCompiler()
  const ofUser = setsByName(users, groups, compile)
  const candidates =
    policyShadow === undefined ? undefined : setsByName(policyShadow.users, policyShadow.groups, compile)
  const withBucket = (own: PolicySet, principal: Principal, bucket: string | undefined): PolicySet => {
    if (bucket === undefined) return own
    const { resource, blocked } = buckets.policyFor(principal, bucket)
    if (resource !== undefined) return { ...own, resource }
    return blocked === undefined ? own : { ...own, blocked }
  }
  return {
    policiesFor(principal, bucket) {
      const own = (principal.type === 'User' ? ofUser.get(principal.name) : undefined) ?? NO_POLICIES
      return withBucket(own, principal, bucket)
    },
    shadowFor(principal, bucket) {
      const candidate = principal.type === 'User' ? candidates?.get(principal.name) : undefined
      return candidate === undefined ? undefined : withBucket(candidate, principal, bucket)
    },
    get hasBucketPolicies() {
      return buckets.hasAny
    },
  }
}

type Compile = (policy: NamedPolicy) => CompiledPolicy

/** Compiles a policy the first time, and clauses that several policies share once. */
function sharedCompiler(): Compile {
  const shared = new SharedClauses()
  const compiled = new Map<NamedPolicy, CompiledPolicy>()
  return (policy) => {
    const known = compiled.get(policy)
    if (known !== undefined) return known
    const made = compilePolicy(policy.document, policy.name, shared)
    compiled.set(policy, made)
    return made
  }
}

function setsByName(
  users: readonly UserRights[],
  groups: readonly GroupConfig[],
  compile: Compile,
): ReadonlyMap<string, PolicySet> {
  const ofGroup = new Map(groups.map(({ name, policies }) => [name, policies.map(compile)]))
  return new Map(users.map((user) => [user.name, policySet(user, ofGroup, compile)]))
}

function policySet(
  { policies, groups, boundary }: UserRights,
  ofGroup: ReadonlyMap<string, readonly CompiledPolicy[]>,
  compile: Compile,
): PolicySet {
  const identity = [...policies.map(compile), ...groups.flatMap((name) => ofGroup.get(name) ?? [])]
  return { identity: [...new Set(identity)], ...(boundary === undefined ? {} : { boundary: compile(boundary) }) }
}
