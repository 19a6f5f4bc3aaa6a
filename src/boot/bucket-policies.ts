import type { Config } from '../config/config.ts'
import { compilePolicy, SharedClauses } from '../policy/compile.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { PolicySet } from '../policy/evaluate.ts'
import { readJson } from '../policy/json.ts'
import { parseBucketPolicy } from '../policy/parse.ts'
import type { Principal } from '../policy/principal.ts'
import { isPublicPolicy } from '../policy/public-policy.ts'
import { combinedBlock, type PublicAccessBlock } from '../s3/public-access-block.ts'
import type { StateStore } from '../state/state-store.ts'

/** The policies of buckets, as decisions need them. */
export interface BucketPolicies {
  /** The policy of a bucket, as one that counts for a caller or one that is kept from it; neither where there is none. */
  policyFor(principal: Principal, bucket: string): BucketPolicy
  readonly hasAny: boolean
}

type BucketPolicy = Pick<PolicySet, 'resource' | 'blocked'>

const NO_POLICY: BucketPolicy = Object.freeze({})

interface Compiled {
  readonly counting: BucketPolicy
  readonly blocked: BucketPolicy
  readonly isPublic: boolean
}

/**
 * The policies of the configuration's buckets, and those that clients set. A policy of the state is compiled when it is
 * first asked for; one that can no longer be read shuts its bucket for everybody: it might have held a Deny.
 */
export function bucketPoliciesOf(
  { bucketPolicies, publicAccessBlock }: Pick<Config, 'bucketPolicies' | 'publicAccessBlock'>,
  state: StateStore | undefined,
): BucketPolicies {
  const shared = new SharedClauses()
  const compile = (bucket: string, document: PolicyDocument): Compiled => {
    const policy = compilePolicy(document, policyName(bucket), shared)
    return { counting: { resource: policy }, blocked: { blocked: policy }, isPublic: isPublicPolicy(document) }
  }
  const governed = new Map(bucketPolicies.map(({ bucket, document }) => [bucket, compile(bucket, document)]))
  const kept = new Map<string, Compiled & { readonly text: string }>()
  const fromState = (bucket: string): Compiled | undefined => {
    const text = state?.bucket(bucket)?.policy?.text
    if (text === undefined) {
      kept.delete(bucket)
      return undefined
    }
    const known = kept.get(bucket)
    if (known?.text === text) return known
    const made = { ...compile(bucket, readPolicy(text, bucket)), text }
    kept.set(bucket, made)
    return made
  }
  return {
    policyFor(principal, bucket) {
      const found = governed.get(bucket) ?? fromState(bucket)
      if (found === undefined) return NO_POLICY
      if (principal.type !== 'Anonymous' || !found.isPublic) return found.counting
      const block = blockOf(publicAccessBlock, state?.bucket(bucket)?.publicAccessBlock)
      return block.restrictPublicBuckets ? found.blocked : found.counting
    },
    get hasAny() {
      return governed.size > 0 || state?.hasBucketPolicies === true
    },
  }
}

/** The name by which decisions cite the policy of a bucket. */
function policyName(bucket: string): string {
  return `bucket-policy:${bucket}`
}

function blockOf(account: PublicAccessBlock, own: PublicAccessBlock | undefined): PublicAccessBlock {
  return own === undefined ? account : combinedBlock(account, own)
}

function readPolicy(text: string, bucket: string): PolicyDocument {
  const read = readJson(text)
  const parsed = 'problem' in read ? undefined : parseBucketPolicy(read.value, bucket)
  return parsed !== undefined && 'document' in parsed ? parsed.document : NOBODY
}

const NOBODY: PolicyDocument = {
  version: '2012-10-17',
  statements: [
    {
      sid: 'Unreadable',
      effect: 'Deny',
      principal: { kind: 'Principal', members: [{ type: '*', value: '*' }] },
      action: { kind: 'Action', patterns: ['*'] },
      resource: { kind: 'Resource', patterns: ['*'] },
    },
  ],
}
