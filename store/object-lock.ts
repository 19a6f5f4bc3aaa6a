import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import type { Bucket } from './bucket.ts'
import type { Call } from './call.ts'
import type { DefaultRetention, ObjectLock, StoredRetention } from './records.ts'

const DAY_MS = 24 * 3600 * 1000
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/**
 * The lock that the headers of an upload ask for.
 * @throws S3Error InvalidArgument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function readLockHeaders({ request, now }: Call): ObjectLock {
  const mode = request.amz.get('x-amz-object-lock-mode')
  const until = request.amz.get('x-amz-object-lock-retain-until-date')
  const legalHold = request.amz.get('x-amz-object-lock-legal-hold')
  if (legalHold !== undefined && legalHold !== 'ON' && legalHold !== 'OFF') {
    throw invalid("Legal Hold must be either of 'ON' or 'OFF'", 'x-amz-object-lock-legal-hold', legalHold)
  }
  return { retention: readRetention(mode, until, now), legalHold }
}

function readRetention(mode: string | undefined, until: string | undefined, now: Date): StoredRetention | undefined {
  if (mode === undefined && until === undefined) return undefined
  if (mode === undefined || until === undefined) {
    throw new S3Error('InvalidArgument', {
      message: 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    })
  }
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')
    throw invalid('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode)
  if (!TIME.test(until) || Number.isNaN(Date.parse(until)))
    throw invalid(
      'The retain until date must be provided in ISO 8601 format',
      'x-amz-object-lock-retain-until-date',
      until,
    )
  return { mode, untilMs: futureMs(until, now) }
}

/** The moment that a retention ends. @throws S3Error InvalidArgument when it is past. */
export function futureMs(until: string, now: Date): number {
  const untilMs = Date.parse(until)
  if (untilMs > now.getTime()) return untilMs
  throw invalid('The retain until date must be in the future!', 'x-amz-object-lock-retain-until-date', until)
}

/** Locks are for buckets that were made for them. @throws S3Error InvalidRequest */
export function requireLockable({ settings }: Bucket, lock: ObjectLock): void {
  if (lock.retention !== undefined || lock.legalHold !== undefined) requireLockBucket({ settings })
}

/** @throws S3Error InvalidRequest when the bucket has no object lock. */
export function requireLockBucket({ settings }: Pick<Bucket, 'settings'>): void {
  if (settings.objectLock === undefined)
    throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' })
}

/** The lock of a version that is made now: what was asked for, else the bucket's default. @throws S3Error InvalidRequest */
export function lockOfNewVersion(bucket: Bucket, { retention, legalHold }: ObjectLock, now: Date): ObjectLock {
  requireLockable(bucket, { retention, legalHold })
  const byDefault = bucket.settings.objectLock?.defaultRetention
  return { retention: retention ?? (byDefault && retentionFrom(byDefault, now)), legalHold }
}

function retentionFrom({ mode, days = 0, years = 0 }: DefaultRetention, now: Date): StoredRetention {
  const until = new Date(now.getTime() + days * DAY_MS)
  until.setUTCFullYear(until.getUTCFullYear() + years)
  return { mode, untilMs: until.getTime() }
}

/** Whether the request wants to pass over governance. Whether it may, nobody asks here: the store has one user. */
function bypassesGovernance(request: S3Request): boolean {
  return request.amz.get('x-amz-bypass-governance-retention')?.toLowerCase() === 'true'
}

/** Whether a retention is in force against this request. */
export function isRetained(retention: StoredRetention | undefined, { request, now }: Call): boolean {
  if (retention === undefined || retention.untilMs <= now.getTime()) return false
  return retention.mode === 'COMPLIANCE' || !bypassesGovernance(request)
}

/** Whether a version may not be deleted by this request. */
export function isLocked({ retention, legalHold }: ObjectLock, call: Call): boolean {
  return legalHold === 'ON' || isRetained(retention, call)
}

function invalid(message: string, name: string, value: string): S3Error {
  return new S3Error('InvalidArgument', {
    message,
    extras: [
      ['ArgumentName', name],
      ['ArgumentValue', value],
    ],
  })
}
