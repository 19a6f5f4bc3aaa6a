import { WITHHELD_ACTIONS } from './allowed-buckets.ts'
import type { ActionClause, PolicyDocument } from './document.ts'

/** The names of the policies that need not be written. No policy of one's own may take one. */
export const CANNED_POLICY_NAMES = ['readonly', 'writeonly', 'readwrite', 'list-only', 'bucket-admin', 'admin'] as const

/** One of them. */
export type CannedPolicyName = (typeof CANNED_POLICY_NAMES)[number]

/** What readers do with objects, without `s3:`. */
export const READING: readonly string[] = [
  'GetObject',
  'GetObjectVersion',
  'GetObjectTagging',
  'GetObjectVersionTagging',
  'GetObjectAttributes',
  'GetObjectVersionAttributes',
]

/** What writers do with objects. */
export const WRITING: readonly string[] = [
  'PutObject',
  'PutObjectTagging',
  'AbortMultipartUpload',
  'ListMultipartUploadParts',
]

/** What those beside do who do both. */
export const REMOVING: readonly string[] = ['DeleteObject', 'DeleteObjectVersion', 'DeleteObjectTagging']

const READONLY: readonly string[] = [
  ...READING,
  'ListBucket',
  'ListBucketVersions',
  'GetBucketLocation',
  'GetBucketVersioning',
]
const WRITEONLY: readonly string[] = [...WRITING, 'GetBucketLocation']

/** Of the rights that a grant of whole buckets leaves out, those that whoever administers a bucket has. */
const ADMINISTRATION: ReadonlySet<string> = new Set([
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketPublicAccessBlock',
])

const ACTIONS: Readonly<Record<CannedPolicyName, ActionClause>> = {
  readonly: these(READONLY),
  writeonly: these(WRITEONLY),
  readwrite: these([...new Set([...READONLY, ...WRITEONLY, ...REMOVING, 'ListBucketMultipartUploads'])]),
  'list-only': these(['ListBucket', 'ListBucketVersions', 'GetBucketLocation']),
  'bucket-admin': {
    kind: 'NotAction',
    patterns: WITHHELD_ACTIONS.filter((action) => !ADMINISTRATION.has(action)),
  },
  admin: these(['*']),
}

function these(names: readonly string[]): ActionClause {
  return { kind: 'Action', patterns: names.map((name) => `s3:${name}`) }
}

/** Whether a name is that of a canned policy. */
export function isCannedPolicyName(name: string): name is CannedPolicyName {
  return CANNED_POLICY_NAMES.some((canned) => canned === name)
}

/** Whether a canned policy would say too much of all buckets, and so must be narrowed to some. */
export function needsBuckets(name: CannedPolicyName): boolean {
  return ACTIONS[name].kind === 'NotAction'
}

/**
 * The document that a canned policy means.
 * @param buckets literal names of the buckets that it is narrowed to; undefined: not narrowed
 * @throws RangeError for one that must be narrowed
 */
export function cannedPolicy(name: CannedPolicyName, buckets: readonly string[] | undefined): PolicyDocument {
  if (buckets === undefined && needsBuckets(name)) throw new RangeError(`${name} needs buckets`)
  const patterns =
    buckets === undefined
      ? ['*']
      : [...new Set(buckets)].flatMap((bucket) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`])
  const resource = { kind: 'Resource', patterns } as const
  return {
    version: '2012-10-17',
    statements: [{ sid: undefined, effect: 'Allow', action: ACTIONS[name], resource }],
  }
}
