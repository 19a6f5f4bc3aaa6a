import { getCACertificates } from 'node:tls'
import type { AuditSink } from '../audit/sink.ts'
import { type Credential, staticCredentials } from '../authn/credentials.ts'
import { type PolicySource, staticPolicies } from '../authz/policy-source.ts'
import type { Config, UserConfig } from '../config/config.ts'
import type { Runtime } from '../gateway.ts'
import { MemoryBudget } from '../payload/memory-budget.ts'
import { allowedBucketsPolicy } from '../policy/allowed-buckets.ts'
import { compilePolicy } from '../policy/compile.ts'
import { RESERVED_BUCKETS } from '../s3/address.ts'
import { SigningKeys } from '../sigv4/credential-scope.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { withRetry } from '../upstream/retry.ts'
import { type BackendConnections, undiciSend } from '../upstream/undici-send.ts'

/** What outlives a configuration. */
export interface Surroundings {
  readonly audit: AuditSink
  readonly logger: Logger
  readonly metrics: Metrics
  readonly now: () => Date
}

/** A runtime with the connections that it owns. */
export interface BuiltRuntime {
  readonly runtime: Runtime
  readonly connections: BackendConnections
}

/** The account that everything belongs to, until one can be configured. */
const ACCOUNT_ID = '000000000000'
const OWNER_NAME = 's3-iam-proxy'
const MIN_CACHED_SIGNING_KEYS = 1_000
const FORM_MEMORY_BYTES = 64 * 1024 * 1024

/** Builds everything that requests are handled with. Succeeds whole or throws. */
export function buildRuntime(config: Config, surroundings: Surroundings): BuiltRuntime {
  const { masterCredentials: master, backend, server, limits } = config
  const regions = server.regions
  const proxyRegion = regions === '*' || regions.includes(master.region) ? master.region : (regions[0] ?? master.region)
  // Each user's key of each day and region; yesterday's fall out.
  const keys = new SigningKeys(Math.max(MIN_CACHED_SIGNING_KEYS, config.users.length * 2))
  const connections = undiciSend({
    origin: master.endpoint.origin,
    maxConnections: backend.maxConnections,
    connectTimeoutMs: backend.connectTimeoutMs,
    responseTimeoutMs: backend.responseTimeoutMs,
    ca: backend.ca === undefined ? undefined : [...getCACertificates('default'), backend.ca],
  })
  const runtime: Runtime = {
    ...surroundings,
    backend: {
      origin: master.endpoint.origin,
      host: master.endpoint.host,
      addressing: backend.addressing,
      profile: backend.profile,
      extraOperations: new Set(backend.extraOperations),
      credential: { accessKey: master.accessKey, secretKey: master.secretKey.reveal(), region: master.region },
      keys,
    },
    send: withRetry(connections.send),
    policies: policiesOf(config.users),
    owner: { id: ACCOUNT_ID, displayName: OWNER_NAME },
    regions,
    proxyRegion,
    maxXmlBodyBytes: limits.maxXmlBodyBytes,
    cors: new Map(config.cors.map(({ bucket, rules }) => [bucket, rules])),
    formMemory: new MemoryBudget(FORM_MEMORY_BYTES),
    parsing: {
      hostnames: server.hostnames,
      reservedBuckets: RESERVED_BUCKETS,
      ignoreHeaders: new Set(limits.ignoreHeaders),
    },
    authn: {
      regions,
      proxyRegion,
      maxSkewMs: limits.maxClockSkewMs,
      presignedMaxExpirySeconds: limits.presignedMaxExpirySeconds,
      credentials: staticCredentials(config.users.map(credentialOf)),
      keys,
    },
  }
  return { runtime, connections }
}

function credentialOf(user: UserConfig): Credential {
  return {
    accessKey: user.accessKey,
    secretKey: user.secretKey.reveal(),
    principal: {
      type: 'User',
      name: user.name,
      arn: `arn:aws:iam::${ACCOUNT_ID}:user/${user.name}`,
      accountId: ACCOUNT_ID,
      tags: new Map(),
    },
  }
}

function policiesOf(users: readonly UserConfig[]): PolicySource {
  return staticPolicies(
    users.map((user) => {
      const result = allowedBucketsPolicy(user.allowedBuckets)
      // The loader refused such a list already, with line and column.
      if ('problems' in result) throw new Error(`user ${user.name}: allowed_buckets is not valid`)
      return [user.name, { identity: [compilePolicy(result.document, 'allowed_buckets')] }] as const
    }),
  )
}
