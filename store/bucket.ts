import { isMarker, ObjectVersions } from './object-versions.ts'
import {
  type BucketSettings,
  filesOf,
  type JournalRecord,
  type ObjectRecord,
  type PartRecord,
  type UploadRecord,
  type Version,
} from './records.ts'
import { SortedIndex } from './sorted-index.ts'

/** An upload in parts that has neither been completed nor aborted. */
export interface OpenUpload {
  readonly key: string
  readonly record: UploadRecord
  readonly parts: Map<number, PartRecord>
}

/** An upload that became an object, remembered for clients that did not get the answer. */
export interface FinishedUpload {
  readonly key: string
  readonly object: Pick<ObjectRecord, 'etag' | 'checksum' | 'versionId'>
}

export interface Bucket {
  readonly name: string
  readonly createdMs: number
  readonly settings: BucketSettings
  readonly objects: ObjectVersions
  /** By key, then upload id; see {@link uploadKey}. */
  readonly uploads: SortedIndex<OpenUpload>
  /** By upload id, the latest {@link MAX_FINISHED} ones. */
  readonly finished: Map<string, FinishedUpload>
}

const MAX_FINISHED = 1000

/** An empty bucket. */
export function newBucket(name: string, createdMs: number, settings: BucketSettings): Bucket {
  return {
    name,
    createdMs,
    settings,
    objects: new ObjectVersions(),
    uploads: new SortedIndex(),
    finished: new Map(),
  }
}

/** Orders uploads by key, then id. A key never holds NUL, so the two cannot run into each other. */
export function uploadKey(key: string, uploadId: string): string {
  return `${key}\0${uploadId}`
}

/** A change within one bucket. */
export type BucketChange = Exclude<
  JournalRecord,
  { readonly op: 'format' | 'bucket-create' | 'bucket-delete' | 'bucket-settings' }
>

/** Makes the change, and gives the data files that nothing in the bucket refers to any more. */
export function applyWithin(bucket: Bucket, record: BucketChange): readonly string[] {
  const { objects, uploads } = bucket
  switch (record.op) {
    case 'object-put':
      return withoutKept(versionFiles(objects.put(record.key, record.object)), record.object)
    case 'object-update':
      return withoutKept(versionFiles(objects.update(record.key, record.object)), record.object)
    case 'object-delete':
      return versionFiles(objects.remove(record.key, record.versionId))
    case 'marker-put':
      return versionFiles(objects.mark(record.key, record.marker))
    case 'upload-create': {
      const { key, upload } = record
      uploads.set(uploadKey(key, upload.id), { key, record: upload, parts: new Map() })
      return []
    }
    case 'part-put':
      return putPart(bucket, record)
    case 'upload-complete':
      return completeUpload(bucket, record)
    case 'upload-abort':
      return removeUpload(bucket, record.key, record.uploadId)
    default:
      throw new Error(`the journal holds a change that this version does not know: ${JSON.stringify(record)}`)
  }
}

/** All data files that the bucket refers to. */
export function* bucketFiles(bucket: Bucket | undefined): Generator<string, void> {
  if (bucket === undefined) return
  for (const { value } of bucket.objects.oldestFirst()) yield* versionFiles(value)
  for (const { value } of bucket.uploads.all()) yield* uploadFiles(value)
}

/** The data files that a change to something that is not there would have referred to. */
export function orphansOf(record: BucketChange): readonly string[] {
  if (record.op === 'object-put' || record.op === 'upload-complete') return filesOf(record.object.pieces)
  return record.op === 'part-put' ? filesOf(record.part.pieces) : []
}

function versionFiles(version: Version | undefined): readonly string[] {
  return version === undefined || isMarker(version) ? [] : filesOf(version.pieces)
}

function uploadFiles(upload: OpenUpload): string[] {
  return [...upload.parts.values()].flatMap((part) => filesOf(part.pieces))
}

function putPart(bucket: Bucket, record: JournalRecord & { op: 'part-put' }): readonly string[] {
  const upload = bucket.uploads.get(uploadKey(record.key, record.uploadId))
  if (upload === undefined) return filesOf(record.part.pieces)
  const former = upload.parts.get(record.part.number)
  upload.parts.set(record.part.number, record.part)
  return filesOf(former?.pieces ?? [])
}

function completeUpload(bucket: Bucket, record: JournalRecord & { op: 'upload-complete' }): readonly string[] {
  const { key, uploadId, object } = record
  const parts = removeUpload(bucket, key, uploadId)
  const former = versionFiles(bucket.objects.put(key, object))
  const { etag, checksum, versionId } = object
  bucket.finished.set(uploadId, { key, object: { etag, checksum, versionId } })
  if (bucket.finished.size > MAX_FINISHED) {
    for (const oldest of bucket.finished.keys()) {
      bucket.finished.delete(oldest)
      break
    }
  }
  return withoutKept([...parts, ...former], object)
}

function removeUpload(bucket: Bucket, key: string, uploadId: string): readonly string[] {
  const upload = bucket.uploads.delete(uploadKey(key, uploadId))
  return upload === undefined ? [] : uploadFiles(upload)
}

/** A change of tags keeps the object's files; a completed upload keeps those of its parts. */
function withoutKept(freed: readonly string[], kept: ObjectRecord): readonly string[] {
  if (freed.length === 0) return freed
  const keep = new Set(filesOf(kept.pieces))
  return freed.filter((file) => !keep.has(file))
}
