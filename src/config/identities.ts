import { allowedBucketsPolicy } from '../policy/allowed-buckets.ts'
import { cannedPolicy, isCannedPolicyName } from '../policy/canned-policies.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { shortFormPolicy } from '../policy/short-form.ts'
import type { ParsedConfig } from './schema.ts'
import { Secret } from './secret.ts'

/** A policy under the name that decisions cite. The same object wherever it is attached. */
export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}

/** One key pair of a user. */
export interface KeyConfig {
  readonly accessKey: string
  readonly secretKey: Secret
  readonly active: boolean
  /** Good before this moment; undefined: for ever. */
  readonly notAfter: Date | undefined
}

/** What a user may do. */
export interface UserRights {
  readonly name: string
  /** The user's own, without those of its groups. */
  readonly policies: readonly NamedPolicy[]
  readonly boundary: NamedPolicy | undefined
  readonly groups: readonly string[]
}

/** One user with its keys and policies. */
export interface UserConfig extends UserRights {
  readonly keys: readonly KeyConfig[]
  /** Bucket names, or `*` alone: what `policies` has a statement for. */
  readonly allowedBuckets: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

/** One group. */
export interface GroupConfig {
  readonly name: string
  readonly policies: readonly NamedPolicy[]
}

/** The documents of a configuration, read. */
export interface ReadPolicies {
  /** By name. */
  readonly managed: ReadonlyMap<string, PolicyDocument>
  /** By the user's place in the list. */
  readonly inline: ReadonlyMap<number, PolicyDocument>
  readonly buckets: readonly { readonly bucket: string; readonly value: unknown; readonly document: PolicyDocument }[]
  /** Those of `policy_shadow`. */
  readonly shadow: Pick<ReadPolicies, 'managed' | 'inline'>
}

type ParsedUser = ParsedConfig['users'][number]
type ParsedRights = NonNullable<ParsedConfig['policy_shadow']>['users'][number]
type Attachment = ParsedUser['policies'][number]

/** Users and groups with their policies, each policy once however many have it. */
export class Identities {
  readonly #read: Pick<ReadPolicies, 'managed' | 'inline'>
  readonly #attached = new Map<string, NamedPolicy>()

  constructor(read: Pick<ReadPolicies, 'managed' | 'inline'>) {
    this.#read = read
  }

  group({ name, policies }: ParsedConfig['groups'][number]): GroupConfig {
    return { name, policies: policies.map((attachment) => this.#policy(attachment)) }
  }

  user(user: ParsedUser, place: number): UserConfig {
    const name = user.name ?? user.access_key ?? ''
    return {
      ...this.rights({ ...user, name }, place),
      keys: keysOf(user),
      allowedBuckets: user.allowed_buckets,
      tags: user.tags,
    }
  }

  /** @param place of the user in the list that has its inline policy */
  rights(user: ParsedRights, place: number): UserRights {
    const inline = this.#read.inline.get(place)
    const boundary = user.permissions_boundary
    return {
      name: user.name,
      policies: [
        ...(user.allowed_buckets.length === 0 ? [] : [allowedBuckets(user.allowed_buckets)]),
        ...(user.buckets.length === 0 ? [] : [{ name: 'buckets', document: shortFormPolicy(user.buckets) }]),
        ...(inline === undefined ? [] : [{ name: 'inline_policy', document: inline }]),
        ...user.policies.map((attachment) => this.#policy(attachment)),
      ],
      boundary: boundary === undefined ? undefined : this.#policy(boundary),
      groups: [...new Set(user.groups)],
    }
  }

  #policy(attachment: Attachment): NamedPolicy {
    const id = JSON.stringify(attachment)
    const known = this.#attached.get(id)
    if (known !== undefined) return known
    const { policy: name, buckets } =
      typeof attachment === 'string' ? { policy: attachment, buckets: undefined } : attachment
    const document = isCannedPolicyName(name) ? cannedPolicy(name, buckets) : this.#read.managed.get(name)
    // The loader refused such a name already, with line and column.
    if (document === undefined) throw new Error(`there is no policy ${name}`)
    const policy = { name, document }
    this.#attached.set(id, policy)
    return policy
  }
}

function allowedBuckets(entries: readonly string[]): NamedPolicy {
  const result = allowedBucketsPolicy(entries)
  if ('problems' in result) throw new Error('allowed_buckets is not valid')
  return { name: 'allowed_buckets', document: result.document }
}

/** A key of a user is good as long as both are. */
function keysOf(user: ParsedUser): KeyConfig[] {
  const { access_key, secret_key, keys = [] } = user
  const single =
    access_key === undefined || secret_key === undefined
      ? []
      : [{ access_key, secret_key, status: 'active', not_after: undefined }]
  return [...single, ...keys].map((key) => ({
    accessKey: key.access_key,
    secretKey: new Secret(key.secret_key),
    active: user.status === 'active' && key.status === 'active',
    notAfter: earlier(user.not_after, key.not_after),
  }))
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
