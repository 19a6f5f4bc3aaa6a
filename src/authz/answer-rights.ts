import { bucketArn, objectArn } from '../policy/arn.ts'
import type { OperationAction } from '../s3/operation.ts'
import { isDenied } from './access-denied.ts'
import { actionFor, isVersioned } from './access-request.ts'
import { type Caller, checkAccess } from './check.ts'

/** An object, or one version of it. */
export interface ObjectReference {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

const LISTING: OperationAction = { plain: 's3:ListBucket', versioned: 's3:ListBucketVersions' }

/** Answer headers that a reader of the object sees only with a right of their own. */
const HEADER_ACTIONS: ReadonlyMap<string, OperationAction> = new Map<string, OperationAction>([
  ['x-amz-tagging-count', { plain: 's3:GetObjectTagging', versioned: 's3:GetObjectVersionTagging' }],
  ['x-amz-object-lock-mode', { plain: 's3:GetObjectRetention' }],
  ['x-amz-object-lock-retain-until-date', { plain: 's3:GetObjectRetention' }],
  ['x-amz-object-lock-legal-hold', { plain: 's3:GetObjectLegalHold' }],
])

/**
 * Whether the caller may learn that an object is missing (404) rather than read 403: who may list the bucket with the
 * key as prefix could find out anyway. For a copy, ask about its source.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function mayLearnOfMissingKey(caller: Caller, object: ObjectReference): boolean {
  const action = actionFor(LISTING, isVersioned(object.versionId))
  const param = (name: string): string | undefined => (name === 'prefix' ? object.key : undefined)
  return !isDenied(checkAccess(caller, { action, resource: bucketArn(object.bucket) }, param))
}

/** Whether a header of the answer, by its lower-case name, may be shown to a caller who may read the object. */
export function mayShowHeader(caller: Caller, object: ObjectReference, header: string): boolean {
  const needed = HEADER_ACTIONS.get(header)
  if (needed === undefined) return true
  const action = actionFor(needed, isVersioned(object.versionId))
  return !isDenied(checkAccess(caller, { action, resource: objectArn(object.bucket, object.key) }, () => undefined))
}
