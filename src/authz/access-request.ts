import { bucketArn, objectArn, SERVICE_RESOURCE } from '../policy/arn.ts'
import type { CreateBucketFacts } from '../s3/bodies/create-bucket.ts'
import type { CopySource } from '../s3/copy-source.ts'
import type { OperationAction, S3Operation } from '../s3/operation.ts'
import type { S3Request } from '../s3/request.ts'
import { type AmzHeaders, headerActions } from './header-demands.ts'

/** One right that a request needs: both are put to the policies together. */
export interface AccessDemand {
  /** `s3:GetObject` */
  readonly action: string
  readonly resource: string
}

/** Everything that a request needs. All of `always` must be allowed. */
export interface AccessDemands {
  readonly always: readonly AccessDemand[]
  /** What CopyObject needs beside, but only if the source has tags, which go along. */
  readonly ifSourceTagged: readonly AccessDemand[]
}

/** What a body that was read before the decision says. */
export interface BodyFacts {
  readonly createBucket?: CreateBucketFacts
  /** Of a browser form: the final key, and its fields as the headers that they stand for. */
  readonly form?: { readonly key: string; readonly amz: AmzHeaders }
}

/**
 * Says which actions on which resources a request needs: those of its row (the one for versions when it names one),
 * those that its headers and body ask for, and those on the source of a copy.
 * @throws Error for DeleteObjects, whose keys are decided one by one, and for what the parser should have refused
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function accessDemands(request: S3Request, operation: S3Operation, facts: BodyFacts = {}): AccessDemands {
  const resource = ownResource(request, operation, facts)
  const versioned = isVersioned(request.param('versionId'))
  const actions = operation.actions.map((action) => actionFor(action, versioned))
  actions.push(...headerActions(operation.name, facts.form?.amz ?? request.amz))
  if ((facts.createBucket?.tags.length ?? 0) > 0) actions.push('s3:TagResource')
  const own = actions.map((action) => ({ action, resource }))
  const { copySource } = request
  if (copySource === undefined) {
    if (operation.selector.copySource === 'present') throw new Error(`${operation.name} without a readable source`)
    return { always: own, ifSourceTagged: [] }
  }
  const ifSourceTagged = copiesTags(request, operation) ? copiedTagDemands(copySource, resource) : []
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

function ownResource({ address }: S3Request, operation: S3Operation, facts: BodyFacts): string {
  const { bucket } = address
  const key = operation.name === 'PostObject' ? facts.form?.key : address.key
  if (operation.resource === 'service') return SERVICE_RESOURCE
  if (bucket !== undefined && operation.resource === 'bucket') return bucketArn(bucket)
  if (bucket !== undefined && key !== undefined && operation.name !== 'DeleteObjects') return objectArn(bucket, key)
  throw new Error(`${operation.name} does not name the resource that it is about`)
}

/** Without a directive, and with any but REPLACE, the tags of the source go along. */
function copiesTags(request: S3Request, operation: S3Operation): boolean {
  return operation.name === 'CopyObject' && request.amz.get('x-amz-tagging-directive') !== 'REPLACE'
}

function copiedTagDemands(source: CopySource, destination: string): readonly AccessDemand[] {
  return [
    sourceDemand(source, 'GetObjectTagging', 'GetObjectVersionTagging'),
    { action: 's3:PutObjectTagging', resource: destination },
  ]
}

function sourceDemand(source: CopySource, plain: string, versioned: string): AccessDemand {
  const name = isVersioned(source.versionId) === 'versioned' ? versioned : plain
  return { action: `s3:${name}`, resource: objectArn(source.bucket, source.key) }
}
