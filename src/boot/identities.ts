import type { Credential } from '../authn/credentials.ts'
import type { PolicySource } from '../authz/policy-source.ts'
import type { Config } from '../config/config.ts'
import type { NamedPolicy, UserConfig } from '../config/identities.ts'
import { type CompiledPolicy, compilePolicy, SharedClauses } from '../policy/compile.ts'
import { NO_POLICIES, type PolicySet } from '../policy/evaluate.ts'
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
  { users, groups }: Pick<Config, 'users' | 'groups'>,
  buckets: BucketPolicies,
): PolicySource {
  const compile = sharedCompiler()
  const ofGroup = new Map(groups.map(({ name, policies }) => [name, policies.map(compile)]))
  const ofUser = new Map(users.map((user) => [user.name, policySet(user, ofGroup, compile)]))
  return {
    policiesFor(principal, bucket) {
      const own = (principal.type === 'User' ? ofUser.get(principal.name) : undefined) ?? NO_POLICIES
      const resource = bucket === undefined ? undefined : buckets.policyFor(principal, bucket)
      return resource === undefined ? own : { ...own, resource }
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

function policySet(
  { policies, groups, boundary }: UserConfig,
  ofGroup: ReadonlyMap<string, readonly CompiledPolicy[]>,
  compile: Compile,
): PolicySet {
  const identity = [...policies.map(compile), ...groups.flatMap((name) => ofGroup.get(name) ?? [])]
  return { identity: [...new Set(identity)], ...(boundary === undefined ? {} : { boundary: compile(boundary) }) }
}
