import { bucketArn, objectArn, SERVICE_RESOURCE } from '../policy/arn.ts'
import type { CopySource } from '../s3/copy-source.ts'
import type { OperationAction, S3Operation } from '../s3/operation.ts'
import type { S3Request } from '../s3/request.ts'
import type { BodyFacts } from './body-facts.ts'
import { headerActions } from './header-demands.ts'
import type { ObjectReference } from './object-reference.ts'

/** One right that a request needs: both are put to the policies together. */
export interface AccessDemand {
  /** `s3:GetObject` */
  readonly action: string
  readonly resource: string
  /** The object that the resource is; undefined for a bucket and the account. */
  readonly object: ObjectReference | undefined
}

/** Everything that a request needs. All of `always` must be allowed. */
export interface AccessDemands {
  readonly always: readonly AccessDemand[]
  /** What CopyObject needs beside, but only if the source has tags, which go along. */
  readonly ifSourceTagged: readonly AccessDemand[]
}

/**
 * Says which actions on which resources a request needs: those of its row (the one for versions when it names one),
 * those that its headers and body ask for, and those on the source of a copy.
 * @throws Error for DeleteObjects, whose keys are decided one by one, and for what the parser should have refused
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function accessDemands(request: S3Request, operation: S3Operation, facts: BodyFacts = {}): AccessDemands {
  const on = ownResource(request, operation, facts)
  const versioned = isVersioned(request.param('versionId'))
  const actions = operation.actions.map((action) => actionFor(action, versioned))
  actions.push(...headerActions(operation.name, facts.form?.amz ?? request.amz))
  if ((facts.createBucket?.tags.length ?? 0) > 0) actions.push('s3:TagResource')
  const own = actions.map((action) => ({ action, ...on }))
  const { copySource } = request
  if (copySource === undefined) {
    if (operation.selector.copySource === 'present') throw new Error(`${operation.name} without a readable source`)
    return { always: own, ifSourceTagged: [] }
  }
  const ifSourceTagged = copiesTags(request, operation) ? copiedTagDemands(copySource, on) : []
  return { always: [...own, sourceDemand(copySource, 'GetObject', 'GetObjectVersion')], ifSourceTagged }
}

/** The action for a request that names a version, or for one that does not. `null` names one, too. */
export function actionFor(action: OperationAction, versioned: 'versioned' | 'current'): string {
  return versioned === 'versioned' ? (action.versioned ?? action.plain) : action.plain
}

/** Whether a version is named. */
export function isVersioned(versionId: string | undefined): 'versioned' | 'current' {
  return versionId === undefined || versionId === '' ? 'current' : 'versioned'
}

type Target = Pick<AccessDemand, 'resource' | 'object'>

function ownResource(request: S3Request, operation: S3Operation, facts: BodyFacts): Target {
  const { bucket, key: named } = request.address
  const key = operation.name === 'PostObject' ? facts.form?.key : named
  if (operation.resource === 'service') return { resource: SERVICE_RESOURCE, object: undefined }
  if (bucket !== undefined && operation.resource === 'bucket') return { resource: bucketArn(bucket), object: undefined }
  if (bucket !== undefined && key !== undefined && operation.name !== 'DeleteObjects') {
    return objectTarget({ bucket, key, versionId: request.param('versionId') })
  }
  throw new Error(`${operation.name} does not name the resource that it is about`)
}

/** An object as what a demand is about. */
export function objectTarget(object: ObjectReference): Target {
  return { resource: objectArn(object.bucket, object.key), object }
}

/** Without a directive, and with any but REPLACE, the tags of the source go along. */
function copiesTags(request: S3Request, operation: S3Operation): boolean {
  return operation.name === 'CopyObject' && request.amz.get('x-amz-tagging-directive') !== 'REPLACE'
}

function copiedTagDemands(source: CopySource, destination: Target): readonly AccessDemand[] {
  return [
    sourceDemand(source, 'GetObjectTagging', 'GetObjectVersionTagging'),
    { action: 's3:PutObjectTagging', ...destination },
  ]
}

function sourceDemand(source: CopySource, plain: string, versioned: string): AccessDemand {
  const name = isVersioned(source.versionId) === 'versioned' ? versioned : plain
  return { action: `s3:${name}`, ...objectTarget(source) }
}
