import { parseCreateBucket } from '../src/s3/bodies/create-bucket.ts'
import { writeLocation } from '../src/s3/bodies/location.ts'
import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import type { Tag } from '../src/s3/bodies/tagging.ts'
import { S3Error, type S3ErrorCode } from '../src/s3/errors.ts'
import { element, optionalElement, xmlDocument } from '../src/s3/xml.ts'
import { refuseAcl } from './acl.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { bucketName, type Call, commit, findBucket } from './call.ts'
import { decodeToken, encodeToken, pageLimit } from './list-parameters.ts'
import { receiveDocument } from './receive-body.ts'
import { ownerElement } from './owner.ts'
import type { BucketSettings } from './records.ts'
import { compareUtf8 } from './utf8-order.ts'

/** ListBuckets. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets(call: Call): Answer {
  const { request, engine } = call
  const prefix = request.param('prefix') ?? ''
  const token = request.param('continuation-token')
  const after = token === undefined ? '' : decodeToken(token)
  const limit = pageLimit(request, 'max-buckets')
  // A page is asked for by its size; without one S3 gives all.
  const isPaged = request.param('max-buckets') !== undefined
  const found = [...engine.state.buckets.from((name) => compareUtf8(name, after) <= 0)].filter(({ key }) =>
    key.startsWith(prefix),
  )
  const page = isPaged ? found.slice(0, limit) : found
  const next = page.length < found.length ? page.at(-1)?.key : undefined
  const buckets = page.map(({ value }) =>
    element(
      'Bucket',
      element('Name', value.name),
      element('CreationDate', new Date(value.createdMs).toISOString()),
      element('BucketRegion', call.region),
    ),
  )
  return xmlAnswer(
    xmlDocument(
      'ListAllMyBucketsResult',
      ownerElement(),
      element('Buckets', buckets),
      optionalElement('ContinuationToken', next === undefined ? undefined : encodeToken(next)),
      optionalElement('Prefix', request.param('prefix')),
    ),
  )
}

/** CreateBucket. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export async function createBucket(call: Call): Promise<Answer> {
  const bucket = bucketName(call)
  refuseUnsupported(call)
  const { locationConstraint: constraint, tags } = acceptedBody(parseCreateBucket(await receiveDocument(call)))
  if (constraint !== undefined && constraint !== call.region) {
    throw new S3Error('InvalidLocationConstraint', { extras: [['LocationConstraint', constraint]] })
  }
  await commit(call, { bucket }, () => {
    if (call.engine.state.buckets.get(bucket) !== undefined) {
      throw new S3Error('BucketAlreadyOwnedByYou', { extras: [['BucketName', bucket]] })
    }
    return [{ op: 'bucket-create', bucket, createdMs: call.now.getTime(), settings: firstSettings(call, tags) }]
  })
  return emptyAnswer(200, [['location', `/${bucket}`]])
}

/** DeleteBucket. Versions and delete markers keep a bucket; uploads under way do not, they go with it. */
export async function deleteBucket(call: Call): Promise<Answer> {
  const bucket = bucketName(call)
  await commit(call, { bucket }, () => {
    const { count } = findBucket(call).objects
    if (count > 0) throw new S3Error('BucketNotEmpty', { extras: [['BucketName', bucket]] })
    return [{ op: 'bucket-delete', bucket }]
  })
  return emptyAnswer(204)
}

/** HeadBucket. */
export function headBucket(call: Call): Answer {
  findBucket(call)
  return emptyAnswer(200, [
    ['x-amz-bucket-region', call.region],
    ['content-type', 'application/xml'],
  ])
}

/** GetBucketLocation: us-east-1 is written as an empty constraint. */
export function getBucketLocation(call: Call): Answer {
  findBucket(call)
  return xmlAnswer(writeLocation(call.region))
}

/**
 * Answers a question for a configuration that no bucket here has: bucket by bucket, the code that S3 has for that.
 * @throws S3Error NoSuchBucket, or that code
 */
export function hasNone(code: S3ErrorCode): (call: Call) => Answer {
  return (call) => {
    findBucket(call)
    throw new S3Error(code)
  }
}

function refuseUnsupported({ request }: Call): void {
  refuseAcl(request)
  const ownership = request.amz.get('x-amz-object-ownership') ?? 'BucketOwnerEnforced'
  if (ownership !== 'BucketOwnerEnforced') throw new S3Error('NotImplemented', { message: 'The store has no ACLs.' })
}

/** Object lock needs versions, and has them from the start. */
function firstSettings({ request }: Call, tags: readonly Tag[]): BucketSettings {
  const isLocked = request.amz.get('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true'
  return {
    ...(tags.length > 0 ? { tags } : {}),
    ...(isLocked ? { versioning: 'Enabled', objectLock: {} } : {}),
  }
}
