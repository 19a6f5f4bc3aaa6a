import { randomBytes } from 'node:crypto'
import type { HeaderPair } from '../src/http/headers.ts'
import type { Bucket } from './bucket.ts'
import { bucketName, type Call, commit, findAddressedObject, findBucket, objectKey, objectScope } from './call.ts'
import { checkWriteConditions } from './conditions.ts'
import { lockOfNewVersion } from './object-lock.ts'
import type { ObjectAttributes, ObjectRecord, Version } from './records.ts'

/** The id of the next version in a bucket: undefined, the version `null`, unless versioning is enabled. */
export function nextVersionId({ settings }: Bucket, now: Date): string | undefined {
  if (settings.versioning !== 'Enabled') return undefined
  // Begins with the time: in a listing that goes on after a version that is gone, the id still says where it was.
  return now.getTime().toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
}

/** The object as the bucket's settings make it: with a version id, and with the default retention where it has none. */
export function newVersion(call: Call, bucket: Bucket, content: ObjectRecord): ObjectRecord {
  const lock = lockOfNewVersion(bucket, content, call.now)
  return { ...content, ...lock, versionId: nextVersionId(bucket, call.now) }
}

/** Names the version, once the bucket's versioning was ever switched on. */
export function versionHeaders({ settings }: Bucket, { versionId }: Pick<Version, 'versionId'>): HeaderPair[] {
  return settings.versioning === undefined ? [] : [['x-amz-version-id', versionId ?? 'null']]
}

/** Names the version that a copy was made of. */
export function sourceVersionHeaders(bucket: Bucket, version: Version): HeaderPair[] {
  return versionHeaders(bucket, version).map(([, value]) => ['x-amz-copy-source-version-id', value])
}

/**
 * Makes an object the latest version of the request's key, if the request's conditions hold.
 * @returns the headers that name the version
 */
export async function commitObject(call: Call, content: ObjectRecord): Promise<readonly HeaderPair[]> {
  const key = objectKey(call)
  let headers: readonly HeaderPair[] = []
  await commit(call, objectScope(call), () => {
    const bucket = findBucket(call)
    checkWriteConditions(call.request, bucket.objects.get(key))
    const object = newVersion(call, bucket, content)
    headers = versionHeaders(bucket, object)
    return [{ op: 'object-put', bucket: bucketName(call), key, object }]
  })
  return headers
}

/**
 * Changes what is said about the version that the request names.
 * @param change may refuse by throwing
 * @returns the headers that name the version
 */
export async function updateObject(
  call: Call,
  change: (object: ObjectRecord, bucket: Bucket) => Partial<ObjectAttributes>,
): Promise<readonly HeaderPair[]> {
  let headers: readonly HeaderPair[] = []
  await commit(call, objectScope(call), () => {
    const bucket = findBucket(call)
    const object = findAddressedObject(call)
    headers = versionHeaders(bucket, object)
    const changed = { ...object, ...change(object, bucket) }
    return [{ op: 'object-update', bucket: bucketName(call), key: objectKey(call), object: changed }]
  })
  return headers
}
