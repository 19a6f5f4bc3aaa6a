import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import type { ObjectRecord } from './records.ts'

/** The four conditions of a read, as sent. */
export interface ReadConditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
  readonly ifUnmodifiedSince: string | undefined
}

/** The conditions of GET and HEAD. */
export function readConditions(request: S3Request): ReadConditions {
  return {
    ifMatch: request.headers.get('if-match'),
    ifNoneMatch: request.headers.get('if-none-match'),
    ifModifiedSince: request.headers.get('if-modified-since'),
    ifUnmodifiedSince: request.headers.get('if-unmodified-since'),
  }
}

/** The conditions on the source of a copy. */
export function copyConditions(request: S3Request): ReadConditions {
  return {
    ifMatch: request.amz.get('x-amz-copy-source-if-match'),
    ifNoneMatch: request.amz.get('x-amz-copy-source-if-none-match'),
    ifModifiedSince: request.amz.get('x-amz-copy-source-if-modified-since'),
    ifUnmodifiedSince: request.amz.get('x-amz-copy-source-if-unmodified-since'),
  }
}

/**
 * What the conditions say of an object: an ETag condition takes precedence over the date condition of its kind. Dates
 * that cannot be read count as absent.
 * @returns the name of the condition that does not hold.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function failedCondition(
  conditions: ReadConditions,
  object: ObjectRecord,
): 'unwanted' | 'not-modified' | undefined {
  const modifiedSeconds = Math.floor(object.modifiedMs / 1000)
  const { ifMatch, ifNoneMatch } = conditions
  const unmodifiedSince = seconds(conditions.ifUnmodifiedSince)
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, object.etag)) return 'unwanted'
  } else if (unmodifiedSince !== undefined && modifiedSeconds > unmodifiedSince) return 'unwanted'
  const modifiedSince = seconds(conditions.ifModifiedSince)
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, object.etag) ? 'not-modified' : undefined
  return modifiedSince !== undefined && modifiedSeconds <= modifiedSince ? 'not-modified' : undefined
}

/**
 * Checks `If-Match` and `If-None-Match: *` of a write or delete against what is there now.
 * @throws S3Error PreconditionFailed; NoSuchKey for If-Match on nothing; NotImplemented for other forms.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWriteConditions(request: S3Request, current: ObjectRecord | undefined): void {
  const ifMatch = request.headers.get('if-match')
  const ifNoneMatch = request.headers.get('if-none-match')
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*')
      throw new S3Error('NotImplemented', { message: 'If-None-Match of a write must be *.' })
    if (current !== undefined) throw preconditionFailed('If-None-Match')
  }
  if (ifMatch === undefined) return
  if (current === undefined) throw new S3Error('NoSuchKey')
  if (!matchesEtag(ifMatch, current.etag)) throw preconditionFailed('If-Match')
}

/** 412, naming the condition that failed. */
export function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { extras: [['Condition', condition]] })
}

/** Whether a list of ETags (quoted or, as some clients send them, bare) holds this one; `*` holds any. */
export function matchesEtag(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag || tag === `"${etag}"`
  })
}

function seconds(date: string | undefined): number | undefined {
  const milliseconds = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}
