import { S3Error } from './errors.ts'
import type { PostCondition, PostPolicy } from './post-policy-document.ts'

/** What a policy is held against. */
export interface PolicySubject {
  /** The bucket that the URL names; what a form field says of a bucket is not looked at. */
  readonly bucket: string
  /** The form's fields by lower-case name, as received; only `key` has its `${filename}` replaced. */
  readonly fields: ReadonlyMap<string, string>
}

/** Sizes of the file in bytes that are allowed, both included. */
export interface SizeBounds {
  readonly min: number
  readonly max: number
}

/** Fields that need no condition: what carries the policy and its signature, the file, and what is named to be ignored. */
const FREE_FIELDS: ReadonlySet<string> = new Set(['x-amz-signature', 'signature', 'awsaccesskeyid', 'policy', 'file'])
const FREE_PREFIX = 'x-ignore-'

/**
 * Holds a form against its policy: not expired, every condition true of a field that is there, every field covered by a
 * condition, and the bucket too.
 * @throws S3Error AccessDenied
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function enforcePostPolicy(policy: PostPolicy, subject: PolicySubject, now: Date): void {
  if (now >= policy.expiresAt) throw denied('Policy expired.')
  const covered = new Set<string>()
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') continue
    covered.add(condition.field)
    const actual = condition.field === 'bucket' ? subject.bucket : subject.fields.get(condition.field)
    // A field that is not there meets no condition, not even an empty beginning.
    if (actual === undefined || !holds(condition, actual)) throw denied(`Policy Condition failed: ${textOf(condition)}`)
  }
  if (!covered.has('bucket')) throw denied('The policy has no condition on the bucket.')
  const extra = [...subject.fields.keys()].filter((name) => !covered.has(name) && !isFree(name))
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ').slice(0, 256)}`)
}

/** The sizes that all the policy's ranges allow; without any, every size. */
export function sizeBounds(policy: PostPolicy | undefined): SizeBounds {
  let min = 0
  let max = Number.POSITIVE_INFINITY
  for (const condition of policy?.conditions ?? []) {
    if (condition.kind !== 'content-length-range') continue
    min = Math.max(min, condition.min)
    max = Math.min(max, condition.max)
  }
  return { min, max }
}

function holds(
  { kind, field, value }: Exclude<PostCondition, { kind: 'content-length-range' }>,
  actual: string,
): boolean {
  if (kind === 'eq') return actual === value
  // A list of content types begins with something only if each of its items does.
  if (field === 'content-type') return actual.split(',').every((item) => item.trim().startsWith(value))
  return actual.startsWith(value)
}

function isFree(name: string): boolean {
  return FREE_FIELDS.has(name) || name.startsWith(FREE_PREFIX)
}

function textOf(condition: Exclude<PostCondition, { kind: 'content-length-range' }>): string {
  return JSON.stringify([condition.kind, `$${condition.field}`, condition.value])
}

function denied(what: string): S3Error {
  return new S3Error('AccessDenied', { message: `Invalid according to Policy: ${what}` })
}
