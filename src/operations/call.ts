import type { AuthnOptions } from '../authn/authenticate.ts'
import type { Circumstances } from '../authz/circumstances.ts'
import type { KnownTags } from '../authz/object-reference.ts'
import type { PolicySource } from '../authz/policy-source.ts'
import type { ShadowResult } from '../authz/shadow-result.ts'
import type { Exchange } from '../listen/exchange.ts'
import type { MemoryBudget } from '../payload/memory-budget.ts'
import type { AccessCheck, Authenticated } from '../proof/stages.ts'
import type { Owner } from '../s3/bodies/list-buckets.ts'
import type { CorsRules } from '../s3/cors-rules.ts'
import type { PublicAccessBlock } from '../s3/public-access-block.ts'
import type { S3Operation } from '../s3/operation.ts'
import type { RequestOptions, S3Request } from '../s3/request.ts'
import type { StateStore } from '../state/state-store.ts'
import type { StageLabel } from '../telemetry/metrics.ts'
import type { Backend } from '../upstream/backend.ts'
import type { Send } from '../upstream/send.ts'

/** What the configuration file says about buckets: clients see it and cannot change it. */
export interface GovernedBuckets {
  /** The policies, as JSON, by bucket. */
  readonly policies: ReadonlyMap<string, string>
  /** The buckets whose CORS rules stand there. */
  readonly cors: ReadonlySet<string>
  /** Of the account: what no bucket may do. */
  readonly publicAccessBlock: PublicAccessBlock
  /** Whether a bucket's policy may name that ARN. */
  readonly knowsPrincipal: (arn: string) => boolean
}

/** What operations work with: one set per configuration. */
export interface Services {
  readonly parsing: RequestOptions
  readonly authn: AuthnOptions
  readonly backend: Backend
  readonly send: Send
  readonly policies: PolicySource
  /** Who owns everything that the proxy shows; its id is the account's. */
  readonly owner: Owner
  /** Regions that a LocationConstraint may name. */
  readonly regions: readonly string[] | '*'
  /** The region that clients are told. */
  readonly proxyRegion: string
  readonly maxXmlBodyBytes: number
  readonly cors: CorsRules
  readonly governed: GovernedBuckets
  /** Undefined when nothing that clients set is kept. */
  readonly state: StateStore | undefined
  /** Whether only who began an upload in parts may go on with it. */
  readonly multipartOwnerOnly: boolean
  /** What all browser forms together may hold. */
  readonly formMemory: MemoryBudget
  readonly now: () => Date
}

/** What the walk learns on its way, for audit and log. Stages add to it; nothing is decided from it. */
export interface WalkRecord {
  checks: readonly AccessCheck[]
  /** How candidate policies differ, where the checks do not tell. */
  shadow: ShadowResult | undefined
  /** The walk passes on to that stage. */
  enter(stage: StageLabel): void
  /** A browser form says only in its body who sent it and which object it is about. */
  authenticated: Authenticated | undefined
  request: S3Request | undefined
  /** The S3 code of what went wrong after the answer had begun. */
  lateErrorCode: string | undefined
}

/** One authenticated request that is to be carried out. */
export interface Call {
  readonly services: Services
  readonly exchange: Exchange
  readonly request: S3Request
  readonly operation: S3Operation
  readonly authenticated: Authenticated
  readonly circumstances: Circumstances
  /** Of objects whose tags had to be read for the decision. */
  readonly knownTags?: KnownTags
  readonly record: WalkRecord
}

/** The bucket of a request whose row is told apart by having one. */
export function bucketOf(call: Call): string {
  const { bucket } = call.request.address
  if (bucket === undefined) throw new Error(`${call.operation.name} without a bucket`)
  return bucket
}
