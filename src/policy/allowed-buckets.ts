import type { PolicyDocument, Statement } from './document.ts'

/**
 * What a grant of whole buckets leaves out: rights that would open the bucket behind the proxy's back, send its data
 * elsewhere, or override object lock.
 */
export const WITHHELD_ACTIONS: readonly string[] = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketOwnershipControls',
  's3:PutReplicationConfiguration',
  's3:PutBucketNotification',
  's3:PutBucketLogging',
  's3:PutBucketWebsite',
  's3:DeleteBucketWebsite',
  's3:PutInventoryConfiguration',
  's3:PutAnalyticsConfiguration',
  's3:PutMetricsConfiguration',
  's3:PutIntelligentTieringConfiguration',
  's3:PutAccelerateConfiguration',
  's3:PutBucketRequestPayment',
  's3:BypassGovernanceRetention',
  's3:PutBucketAcl',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
]

/** What is wrong with one entry of the list. */
interface AllowedBucketsProblem {
  /** Place in the list, from 0. */
  readonly index: number
  readonly problem: string
}

/** The policy that a list of buckets means, or everything that is wrong with the list. */
export type AllowedBucketsResult =
  | { readonly document: PolicyDocument }
  | { readonly problems: readonly AllowedBucketsProblem[] }

/**
 * Turns `allowed_buckets` into a policy: one Allow a bucket, on the bucket and its keys. `"*"` alone means every S3
 * action on everything. All other entries are literal names.
 */
export function allowedBucketsPolicy(entries: readonly string[]): AllowedBucketsResult {
  const problems = entries.flatMap((entry, index) => {
    const problem = problemOf(entry, entries.length)
    return problem === undefined ? [] : [{ index, problem }]
  })
  if (problems.length > 0) return { problems }
  const statements = entries[0] === '*' ? [everything] : [...new Set(entries)].map(wholeBucket)
  return { document: { version: '2012-10-17', statements } }
}

const everything: Statement = {
  sid: undefined,
  effect: 'Allow',
  action: { kind: 'Action', patterns: ['s3:*'] },
  resource: { kind: 'Resource', patterns: ['*'] },
}

function wholeBucket(bucket: string): Statement {
  return {
    sid: undefined,
    effect: 'Allow',
    action: { kind: 'NotAction', patterns: WITHHELD_ACTIONS },
    resource: { kind: 'Resource', patterns: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] },
  }
}

function problemOf(entry: string, count: number): string | undefined {
  if (entry === '*') return count === 1 ? undefined : '"*" means every bucket and must stand alone'
  if (/[*?$]/.test(entry)) return 'wildcards and variables are not bucket names; write a policy to match by pattern'
  // Anything with a slash would become a grant on a key.
  if (!/^[A-Za-z0-9._-]{1,255}$/.test(entry)) return 'not a bucket name'
  return undefined
}
