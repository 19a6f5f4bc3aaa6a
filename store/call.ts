import type { IncomingMessage } from 'node:http'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import type { SeedSignature } from '../src/sigv4/seed-signature.ts'
import type { CommitScope } from './commits.ts'
import type { Engine } from './engine.ts'
import type { JournalRecord, ObjectRecord } from './records.ts'
import { type Bucket, type OpenUpload, uploadKey } from './state.ts'

/** One verified request, with all that an operation needs to answer it. */
export interface Call {
  readonly request: S3Request
  readonly engine: Engine
  /** The body, not begun yet. */
  readonly incoming: IncomingMessage
  /** Tells a client that waits for `100 Continue` to send the body. */
  readonly sendContinue: () => void
  readonly seed: SeedSignature
  readonly now: Date
  readonly region: string
}

/** The bucket's name in the request's address. */
export function bucketName(call: Call): string {
  const name = call.request.address.bucket
  if (name === undefined) throw new S3Error('InvalidBucketName')
  return name
}

/** The key in the request's address. */
export function objectKey(call: Call): string {
  const key = call.request.address.key
  if (key === undefined) throw new S3Error('UserKeyMustBeSpecified')
  return key
}

/** @throws S3Error NoSuchBucket */
export function findBucket(call: Call, name = bucketName(call)): Bucket {
  const bucket = call.engine.state.buckets.get(name)
  if (bucket === undefined) throw new S3Error('NoSuchBucket', { extras: [['BucketName', name]] })
  return bucket
}

/**
 * The object that bucket, key and version name. Without versioning the only version is `null`.
 * @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion
 */
export function findObject(
  call: Call,
  at: { readonly bucket: string; readonly key: string; readonly versionId?: string | undefined },
): ObjectRecord {
  const object = findBucket(call, at.bucket).objects.get(at.key)
  if (at.versionId !== undefined && at.versionId !== 'null') {
    throw new S3Error('NoSuchVersion', {
      extras: [
        ['Key', at.key],
        ['VersionId', at.versionId],
      ],
    })
  }
  if (object === undefined) throw new S3Error('NoSuchKey', { extras: [['Key', at.key]] })
  return object
}

/** The object that the request's own address names. */
export function findAddressedObject(call: Call): ObjectRecord {
  return findObject(call, {
    bucket: bucketName(call),
    key: objectKey(call),
    versionId: call.request.param('versionId'),
  })
}

/** The upload that the request's `uploadId` names. @throws S3Error NoSuchBucket, NoSuchUpload */
export function findUpload(call: Call): OpenUpload {
  const id = call.request.param('uploadId') ?? ''
  const upload = findBucket(call).uploads.get(uploadKey(objectKey(call), id))
  if (upload === undefined) throw new S3Error('NoSuchUpload', { extras: [['UploadId', id]] })
  return upload
}

/** The scope of a change to one object of the request's bucket. */
export function objectScope(call: Call, key = objectKey(call)): CommitScope {
  return { bucket: bucketName(call), tokens: [`object ${key}`] }
}

/** The scope of a change to the request's upload; completing it changes the object too. */
export function uploadScope(call: Call): CommitScope {
  return { bucket: bucketName(call), tokens: [`upload ${call.request.param('uploadId') ?? ''}`] }
}

/** Makes changes; see {@link CommitScope}. `decide` looks things up anew: the world may have moved since the request began. */
export function commit(call: Call, scope: CommitScope, decide: () => readonly JournalRecord[]): Promise<void> {
  return call.engine.commits.change(scope, decide)
}
