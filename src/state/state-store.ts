import type { CorsRule } from '../s3/cors-rules.ts'
import type { PublicAccessBlock } from '../s3/public-access-block.ts'

/** What clients have set for a bucket. */
export interface BucketState {
  /** The policy as JSON, as it was sent. */
  readonly policy: { readonly text: string; readonly version: number } | undefined
  readonly publicAccessBlock: PublicAccessBlock | undefined
  readonly cors: readonly CorsRule[] | undefined
}

/** One change of a bucket's policy. */
export interface PolicyVersion {
  /** From 1, without gaps. */
  readonly version: number
  /** Undefined: the policy was deleted. */
  readonly text: string | undefined
  /** ISO 8601, UTC. */
  readonly changedAt: string
  /** The ARN of who changed it, or what did. */
  readonly changedBy: string
}

/** Who changes something, and when. */
export interface Change {
  readonly by: string
  readonly at: Date
}

/** An upload in parts that is under way. */
export interface UploadReference {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
}

/**
 * What outlives the process and is not in the configuration file. Several processes may have one open: each sees what
 * the others changed after its next {@link refresh}. Every method may throw when the medium fails.
 */
export interface StateStore {
  readonly access: 'read-write' | 'read-only'
  /** Looks for changes of other processes. Cheap: called once for every request. */
  refresh(): void
  /** Of a bucket for which nothing was set: undefined. */
  bucket(name: string): BucketState | undefined
  readonly hasBucketPolicies: boolean
  /** Undefined deletes. @returns the number of the new version */
  setPolicy(bucket: string, text: string | undefined, change: Change): number
  setPublicAccessBlock(bucket: string, block: PublicAccessBlock | undefined): void
  setCors(bucket: string, rules: readonly CorsRule[] | undefined): void
  /** Removes everything that is known of a bucket: it is gone, or another one of its name came. */
  forgetBucket(bucket: string): void
  /** Every change of a bucket's policy, the oldest first. */
  policyHistory(bucket: string): readonly PolicyVersion[]
  noteUpload(upload: UploadReference, principal: string, at: Date): void
  /** The upload is complete or aborted: who began it is known for another day. */
  endUpload(upload: UploadReference, at: Date): void
  /** Who began an upload; undefined when that is not known. */
  uploadOwner(upload: UploadReference): string | undefined
  close(): void
}
