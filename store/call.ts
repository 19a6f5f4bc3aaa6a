import type { IncomingMessage } from 'node:http'
import type { HeaderPair } from '../src/http/headers.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import type { SeedSignature } from '../src/sigv4/seed-signature.ts'
import type { CommitScope } from './commits.ts'
import type { Engine } from './engine.ts'
import { type Bucket, type OpenUpload, uploadKey } from './bucket.ts'
import { isMarker } from './object-versions.ts'
import type { Quirks } from './quirks.ts'
import type { DeleteMarker, JournalRecord, ObjectRecord, Version } from './records.ts'

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
  readonly quirks: Quirks
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

/** Where an object lies; without a version id its latest version. */
export interface ObjectAddress {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

/**
 * The version that the address names.
 * @throws S3Error NoSuchBucket, NoSuchVersion; NoSuchKey, also where the latest version is a delete marker.
 */
export function findVersion(call: Call, at: ObjectAddress): Version {
  const { objects } = findBucket(call, at.bucket)
  if (at.versionId === undefined) {
    const object = objects.get(at.key)
    if (object !== undefined) return object
    const marker = objects.latestMarker(at.key)
    throw new S3Error('NoSuchKey', { extras: [['Key', at.key]], headers: marker ? markerHeaders(marker) : [] })
  }
  const version = objects.find(at.key, storedVersionId(at.versionId))
  if (version !== undefined) return version
  const extras = [
    ['Key', at.key],
    ['VersionId', at.versionId],
  ] as const
  throw new S3Error('NoSuchVersion', { extras })
}

/**
 * The object that the address names.
 * @throws S3Error as {@link findVersion}; MethodNotAllowed when the version is a delete marker.
 */
function findObject(call: Call, at: ObjectAddress): ObjectRecord {
  const version = findVersion(call, at)
  if (!isMarker(version)) return version
  throw new S3Error('MethodNotAllowed', {
    extras: [
      ['Method', call.request.method],
      ['ResourceType', 'DeleteMarker'],
    ],
    headers: [
      ['allow', 'DELETE'],
      ['last-modified', new Date(version.modifiedMs).toUTCString()],
      ...markerHeaders(version),
    ],
  })
}

/** The address that the request itself names. */
function objectAddress(call: Call): ObjectAddress {
  return { bucket: bucketName(call), key: objectKey(call), versionId: call.request.param('versionId') }
}

/** The object that the request's own address names. @throws S3Error as {@link findObject} */
export function findAddressedObject(call: Call): ObjectRecord {
  return findObject(call, objectAddress(call))
}

/** A version's id as requests and answers name it, as it is stored. */
export function storedVersionId(versionId: string): string | undefined {
  return versionId === 'null' ? undefined : versionId
}

function markerHeaders({ versionId }: DeleteMarker): HeaderPair[] {
  return [
    ['x-amz-delete-marker', 'true'],
    ['x-amz-version-id', versionId ?? 'null'],
  ]
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
