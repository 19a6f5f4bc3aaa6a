import type { HeaderPair } from '../src/http/headers.ts'
import { type DeleteOutcome, writeDeleteResult } from '../src/s3/bodies/delete-result.ts'
import { type DeleteTarget, parseDelete } from '../src/s3/bodies/parse-delete.ts'
import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { S3Error } from '../src/s3/errors.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import type { Bucket } from './bucket.ts'
import { bucketName, type Call, commit, findBucket, objectKey, objectScope, storedVersionId } from './call.ts'
import { checkWriteConditions } from './conditions.ts'
import { protectedByLock } from './lock-operations.ts'
import { nextVersionId } from './new-version.ts'
import { isLocked } from './object-lock.ts'
import { isMarker } from './object-versions.ts'
import { receiveDocument } from './receive-body.ts'
import type { JournalRecord } from './records.ts'

/** What is to be done about one target, and what its client is told. */
interface Deletion {
  readonly records: readonly JournalRecord[]
  readonly outcome: DeleteOutcome
}

/** Conditions that only directory buckets know. */
const UNKNOWN_CONDITIONS = ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size']

/** DeleteObject. Deleting what is not there succeeds. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export async function deleteObject(call: Call): Promise<Answer> {
  const { request } = call
  if (UNKNOWN_CONDITIONS.some((name) => request.amz.has(name))) throw new S3Error('NotImplemented')
  const target: DeleteTarget = { key: objectKey(call), versionId: request.param('versionId') }
  let outcome: DeleteOutcome | undefined
  await commit(call, objectScope(call), () => {
    const current = findBucket(call).objects.get(target.key)
    if (request.headers.has('if-match')) checkWriteConditions(request, current)
    const deletion = decide(call, target)
    if (!deletion.outcome.deleted) throw protectedByLock()
    outcome = deletion.outcome
    return deletion.records
  })
  return emptyAnswer(204, outcome === undefined ? [] : outcomeHeaders(outcome))
}

/** DeleteObjects: all of them in one change. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export async function deleteObjects(call: Call): Promise<Answer> {
  findBucket(call)
  const { objects, quiet } = acceptedBody(parseDelete(await receiveDocument(call)))
  const tokens = objects.flatMap(({ key }) => objectScope(call, key).tokens ?? [])
  let outcomes: DeleteOutcome[] = []
  await commit(call, { bucket: bucketName(call), tokens: [...new Set(tokens)] }, () => {
    // Each decided against the state before: the same target twice is one deletion.
    const decided = new Map<string, Deletion>()
    for (const target of objects) {
      if (!decided.has(identity(target))) decided.set(identity(target), decide(call, target))
    }
    outcomes = objects.flatMap((target) => decided.get(identity(target))?.outcome ?? [])
    return [...decided.values()].flatMap(({ records }) => records)
  })
  return xmlAnswer(writeDeleteResult({ outcomes, quiet }))
}

function identity({ key, versionId = '' }: DeleteTarget): string {
  return `${key}\0${versionId}`
}

function decide(call: Call, target: DeleteTarget): Deletion {
  const bucket = findBucket(call)
  if (target.versionId !== undefined) return removeVersion(call, bucket, { ...target, versionId: target.versionId })
  return bucket.settings.versioning === undefined ? removeObject(bucket, target) : putMarker(call, bucket, target)
}

function removeVersion(call: Call, bucket: Bucket, target: DeleteTarget & { readonly versionId: string }): Deletion {
  const { key } = target
  const versionId = storedVersionId(target.versionId)
  const version = bucket.objects.find(key, versionId)
  if (version === undefined) return { records: [], outcome: gone(target) }
  const records: JournalRecord[] = [{ op: 'object-delete', bucket: bucket.name, key, versionId }]
  if (isMarker(version)) {
    return { records, outcome: { ...gone(target), deleteMarker: true, deleteMarkerVersionId: target.versionId } }
  }
  if (!isLocked(version, call)) return { records, outcome: gone(target) }
  const { code, message } = protectedByLock()
  return { records: [], outcome: { ...target, deleted: false, code, message } }
}

function removeObject(bucket: Bucket, target: DeleteTarget): Deletion {
  const { key } = target
  const exists = bucket.objects.get(key) !== undefined
  return { records: exists ? [{ op: 'object-delete', bucket: bucket.name, key }] : [], outcome: gone(target) }
}

/** With versions, deleting hides the object behind a marker, whether or not there is one. */
function putMarker(call: Call, bucket: Bucket, target: DeleteTarget): Deletion {
  const { key } = target
  const versionId = nextVersionId(bucket, call.now)
  const marker = { marker: true, modifiedMs: call.now.getTime(), versionId } as const
  return {
    records: [{ op: 'marker-put', bucket: bucket.name, key, marker }],
    outcome: { ...gone(target), deleteMarker: true, deleteMarkerVersionId: versionId ?? 'null' },
  }
}

function gone(target: DeleteTarget): DeleteOutcome & { readonly deleted: true } {
  return { ...target, deleted: true, deleteMarker: false, deleteMarkerVersionId: undefined }
}

function outcomeHeaders(outcome: DeleteOutcome): HeaderPair[] {
  if (!outcome.deleted) return []
  const versionId = outcome.versionId ?? outcome.deleteMarkerVersionId
  const headers: HeaderPair[] = versionId === undefined ? [] : [['x-amz-version-id', versionId]]
  return outcome.deleteMarker ? [...headers, ['x-amz-delete-marker', 'true']] : headers
}
