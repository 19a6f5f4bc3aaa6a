import { bucketArn } from '../policy/arn.ts'
import type { ConditionContext } from '../policy/context.ts'
import type { OperationAction } from '../s3/operation.ts'
import { isDenied } from './access-denied.ts'
import { actionFor, isVersioned, objectTarget } from './access-request.ts'
import { checkAccess } from './check.ts'
import type { Caller } from './circumstances.ts'
import { listOf } from './context.ts'
import type { KnownTags, ObjectReference } from './object-reference.ts'
import { existingTag } from './request-context.ts'

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
export function mayLearnOfMissingKey(caller: Caller, { bucket, key, versionId }: ObjectReference): boolean {
  const action = actionFor(LISTING, isVersioned(versionId))
  const listing: ConditionContext = (name) =>
    name === 's3:prefix' ? [key] : name === 's3:max-keys' ? ['1000'] : undefined
  const demand = { action, resource: bucketArn(bucket), object: undefined }
  return !isDenied(checkAccess(caller, demand, listing))
}

/**
 * Whether a header of the answer, by its lower-case name, may be shown to a caller who may read the object. A right that
 * depends on tags counts where the tags were read for the request itself.
 */
export function mayShowHeader(
  caller: Caller,
  object: ObjectReference,
  header: string,
  knownTags: KnownTags = new Map(),
): boolean {
  const needed = HEADER_ACTIONS.get(header)
  if (needed === undefined) return true
  const action = actionFor(needed, isVersioned(object.versionId))
  const specific: ConditionContext = (name) =>
    name.startsWith('s3:existingobjecttag/')
      ? existingTag(knownTags, object, name.slice(name.indexOf('/') + 1))
      : listOf(name === 's3:versionid' ? object.versionId : undefined)
  return !isDenied(checkAccess(caller, { action, ...objectTarget(object) }, specific))
}
