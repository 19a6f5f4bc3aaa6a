import type { PolicyDocument } from '../policy/document.ts'
import type { Endpoint, ListenAddress } from './addresses.ts'
import type { BackendQuirk } from '../s3/backend-quirks.ts'
import type { CorsRule } from '../s3/cors-rules.ts'
import type { PublicAccessBlock } from '../s3/public-access-block.ts'
import { type GroupConfig, Identities, type ReadPolicies, type UserConfig } from './identities.ts'
import { type PolicyShadowConfig, policyShadow } from './policy-shadow.ts'
import type { ParsedConfig } from './schema.ts'
import { MAX_HEADER_BYTES_CAP } from './schema-server.ts'
import { Secret } from './secret.ts'

/** A certificate chain with its private key, both PEM. */
export interface TlsMaterial {
  readonly certificate: string
  readonly privateKey: Secret
}

/** What the files that the configuration names hold. */
export interface ReadFiles {
  readonly serverTls: TlsMaterial | undefined
  readonly backendCa: string | undefined
}

/** The configuration as the program uses it: immutable, every default filled in, durations in ms, sizes in bytes. */
export interface Config {
  /** The file it came from, for messages. */
  readonly file: string
  readonly masterCredentials: {
    readonly accessKey: string
    readonly secretKey: Secret
    readonly endpoint: Endpoint
    readonly region: string
  }
  readonly server: {
    readonly listen: ListenAddress
    readonly readTimeoutMs: number
    readonly writeTimeoutMs: number
    readonly idleTimeoutMs: number
    readonly maxHeaderBytes: number
    readonly regions: readonly string[] | '*'
    /** In lower case. */
    readonly hostnames: readonly string[]
    /** Addresses and networks (CIDR). */
    readonly trustedProxies: readonly string[]
    readonly tls: TlsMaterial | undefined
  }
  readonly backend: {
    readonly profile: NonNullable<ParsedConfig['backend']['profile']>
    readonly addressing: ParsedConfig['backend']['addressing']
    readonly maxConnections: number
    readonly extraOperations: ParsedConfig['backend']['extra_operations']
    readonly connectTimeoutMs: number
    readonly responseTimeoutMs: number
    /** PEM. */
    readonly ca: string | undefined
  }
  readonly accountId: string
  readonly users: readonly UserConfig[]
  readonly groups: readonly GroupConfig[]
  /** Of the buckets that this file governs. */
  readonly bucketPolicies: readonly BucketPolicyConfig[]
  /** What no bucket may do. */
  readonly publicAccessBlock: PublicAccessBlock
  readonly multipartOwnerOnly: boolean
  /** Policies to be tried out; undefined when there are none. */
  readonly policyShadow: PolicyShadowConfig | undefined
  /** Undefined when nothing that clients set is kept. */
  readonly state: { readonly path: string; readonly readOnly: boolean } | undefined
  readonly limits: {
    readonly maxClockSkewMs: number
    readonly presignedMaxExpirySeconds: number
    readonly maxXmlBodyBytes: number
    /** In lower case. */
    readonly ignoreHeaders: readonly string[]
  }
  readonly logging: {
    readonly level: ParsedConfig['logging']['level']
    readonly format: ParsedConfig['logging']['format']
    readonly debugSignatures: boolean
  }
  /** Undefined when no admin listener is wanted. */
  readonly admin: { readonly listen: ListenAddress } | undefined
  readonly audit: { readonly sinks: readonly AuditSinkConfig[] }
  /** By bucket name, each once, with at least one rule. */
  readonly cors: readonly { readonly bucket: string; readonly rules: readonly CorsRule[] }[]
  readonly store: { readonly path: string; readonly listen: ListenAddress; readonly imitate: readonly BackendQuirk[] }
}

/** The policy of one bucket. */
export interface BucketPolicyConfig {
  readonly bucket: string
  readonly document: PolicyDocument
  /** As JSON, to be shown to clients. */
  readonly text: string
}

/** Where audit events go. Paths are absolute. */
export interface AuditSinkConfig {
  readonly type: 'file'
  readonly path: string
}

/** What builds a Config beside the parsed file. */
export interface BuildInput {
  readonly file: string
  readonly files: ReadFiles
  readonly policies: ReadPolicies
  /** Makes a path of the file absolute. */
  readonly toAbsolute: (path: string) => string
}

/** Fills in the defaults that depend on other blocks and gives the fields their names and units. */
export function buildConfig(parsed: ParsedConfig, input: BuildInput): Config {
  const { master_credentials: master, logging, store, audit, state } = parsed
  const identities = new Identities(input.policies)
  return deepFreeze({
    file: input.file,
    masterCredentials: {
      accessKey: master.access_key,
      secretKey: new Secret(master.secret_key),
      endpoint: master.endpoint,
      region: master.region,
    },
    server: serverConfig(parsed, input),
    backend: backendConfig(parsed, input),
    accountId: parsed.account_id,
    users: parsed.users.map((user, place) => identities.user(user, place)),
    groups: parsed.groups.map((group) => identities.group(group)),
    bucketPolicies: input.policies.buckets.map(({ bucket, value, document }) => ({
      bucket,
      document,
      text: JSON.stringify(value),
    })),
    publicAccessBlock: publicAccessBlock(parsed),
    multipartOwnerOnly: parsed.multipart_owner_only,
    policyShadow: policyShadow(parsed, input.policies),
    state: state === undefined ? undefined : { path: input.toAbsolute(state.path), readOnly: state.read_only },
    limits: {
      maxClockSkewMs: parsed.limits.max_clock_skew,
      presignedMaxExpirySeconds: Math.floor(parsed.limits.presigned_max_expiry / 1_000),
      maxXmlBodyBytes: parsed.limits.max_xml_body,
      ignoreHeaders: parsed.limits.ignore_headers.map((name) => name.toLowerCase()),
    },
    logging: { level: logging.level, format: logging.format, debugSignatures: logging.debug_signatures },
    admin: parsed.admin === undefined ? undefined : { listen: parsed.admin.listen_addr },
    audit: { sinks: audit.sinks.map((sink) => ({ type: sink.type, path: input.toAbsolute(sink.path) })) },
    cors: Object.entries(parsed.cors).map(([bucket, rules]) => ({ bucket, rules: rules.map(corsRule) })),
    store: { path: input.toAbsolute(store.path), listen: store.listen_addr, imitate: store.imitate },
  })
}

function publicAccessBlock({ public_access_block: block }: ParsedConfig): PublicAccessBlock {
  return {
    blockPublicAcls: block.block_public_acls,
    ignorePublicAcls: block.ignore_public_acls,
    blockPublicPolicy: block.block_public_policy,
    restrictPublicBuckets: block.restrict_public_buckets,
  }
}

function corsRule(rule: ParsedConfig['cors'][string][number]): CorsRule {
  return {
    origins: rule.origins,
    methods: rule.methods,
    allowedHeaders: rule.headers,
    exposedHeaders: rule.expose,
    maxAgeSeconds: rule.max_age === undefined ? undefined : Math.floor(rule.max_age / 1_000),
  }
}

function serverConfig(parsed: ParsedConfig, input: BuildInput): Config['server'] {
  const { server, master_credentials: master } = parsed
  return {
    listen: server.listen_addr,
    readTimeoutMs: server.read_timeout,
    writeTimeoutMs: server.write_timeout,
    idleTimeoutMs: server.idle_timeout,
    maxHeaderBytes: Math.min(server.max_header_bytes, MAX_HEADER_BYTES_CAP),
    regions: acceptedRegions(server.regions ?? [master.region, 'us-east-1']),
    hostnames: server.hostnames,
    trustedProxies: server.trusted_proxies,
    tls: input.files.serverTls,
  }
}

function backendConfig(parsed: ParsedConfig, input: BuildInput): Config['backend'] {
  const { backend, master_credentials: master } = parsed
  return {
    profile: backend.profile ?? profileOfHost(master.endpoint.hostname),
    addressing: backend.addressing,
    maxConnections: backend.max_connections,
    extraOperations: backend.extra_operations,
    connectTimeoutMs: backend.connect_timeout,
    responseTimeoutMs: backend.response_timeout,
    ca: input.files.backendCa,
  }
}

function acceptedRegions(regions: '*' | readonly string[]): readonly string[] | '*' {
  if (regions === '*' || regions.includes('*')) return '*'
  return [...new Set(regions)]
}

/** The profile that a well-known provider's host stands for. */
function profileOfHost(hostname: string): 'hetzner' | 'aws' | 'generic' {
  if (/(^|\.)your-objectstorage\.com$/.test(hostname)) return 'hetzner'
  if (/(^|\.)amazonaws\.com(\.cn)?$/.test(hostname)) return 'aws'
  return 'generic'
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner)
  }
  return Object.freeze(value)
}
