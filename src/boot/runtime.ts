import { getCACertificates } from 'node:tls'
import type { AuditSink } from '../audit/sink.ts'
import { staticCredentials } from '../authn/credentials.ts'
import type { Config } from '../config/config.ts'
import type { Runtime } from '../gateway.ts'
import { MemoryBudget } from '../payload/memory-budget.ts'
import { RESERVED_BUCKETS } from '../s3/address.ts'
import type { StateStore } from '../state/state-store.ts'
import { SigningKeys } from '../sigv4/credential-scope.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { withRetry } from '../upstream/retry.ts'
import { type BackendConnections, undiciSend } from '../upstream/undici-send.ts'
import { bucketPoliciesOf } from './bucket-policies.ts'
import { corsRulesOf, governedBuckets } from './governed-buckets.ts'
import { credentialsOf, policySourceOf } from './identities.ts'

/** What outlives a configuration. */
export interface Surroundings {
  readonly audit: AuditSink
  readonly logger: Logger
  readonly metrics: Metrics
  /** Undefined when nothing that clients set is kept. */
  readonly state: StateStore | undefined
  readonly now: () => Date
}

/** A runtime with the connections that it owns. */
export interface BuiltRuntime {
  readonly runtime: Runtime
  readonly connections: BackendConnections
}

const OWNER_NAME = 's3-iam-proxy'
const MIN_CACHED_SIGNING_KEYS = 1_000
const FORM_MEMORY_BYTES = 64 * 1024 * 1024

/** Builds everything that requests are handled with. Succeeds whole or throws. */
export function buildRuntime(config: Config, surroundings: Surroundings): BuiltRuntime {
  const { masterCredentials: master, backend, server, limits } = config
  const regions = server.regions
  const proxyRegion = regions === '*' || regions.includes(master.region) ? master.region : (regions[0] ?? master.region)
  // Each user's key of each day and region; yesterday's fall out.
  const credentials = credentialsOf(config)
  const keys = new SigningKeys(Math.max(MIN_CACHED_SIGNING_KEYS, credentials.length * 2))
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
    policies: policySourceOf(config, bucketPoliciesOf(config, surroundings.state)),
    owner: { id: config.accountId, displayName: OWNER_NAME },
    regions,
    proxyRegion,
    maxXmlBodyBytes: limits.maxXmlBodyBytes,
    cors: corsRulesOf(config, surroundings.state),
    governed: governedBuckets(config),
    multipartOwnerOnly: config.multipartOwnerOnly,
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
      credentials: staticCredentials(credentials),
      keys,
      variants: config.logging.debugSignatures
        ? { hostnames: server.hostnames, regions: regions === '*' ? [master.region] : regions }
        : undefined,
    },
  }
  return { runtime, connections }
}
