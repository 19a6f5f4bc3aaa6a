import { filesOf, type JournalRecord, type ObjectRecord, type PartRecord, type UploadRecord } from './records.ts'
import { SortedIndex } from './sorted-index.ts'

/** An upload in parts that has neither been completed nor aborted. */
export interface OpenUpload {
  readonly key: string
  readonly record: UploadRecord
  readonly parts: Map<number, PartRecord>
}

export interface Bucket {
  readonly name: string
  readonly createdMs: number
  readonly objects: SortedIndex<ObjectRecord>
  /** By key, then upload id; see {@link uploadKey}. */
  readonly uploads: SortedIndex<OpenUpload>
}

/** Orders uploads by key, then id. A key never holds NUL, so the two cannot run into each other. */
export function uploadKey(key: string, uploadId: string): string {
  return `${key}\0${uploadId}`
}

/** What the store holds, in memory: the journal replayed. Changes come through {@link State.apply} only. */
export class State {
  readonly buckets = new SortedIndex<Bucket>()

  /**
   * Makes one change, and gives the data files that nothing refers to any more. A change to something that is not there
   * has no effect.
   */
  apply(record: JournalRecord): readonly string[] {
    switch (record.op) {
      case 'format':
        if (record.version !== 1) throw new Error('the store was written by another version of this program')
        return []
      case 'bucket-create':
        return this.#createBucket(record.bucket, record.createdMs)
      case 'bucket-delete':
        return [...bucketFiles(this.buckets.delete(record.bucket))]
      default: {
        const bucket = this.buckets.get(record.bucket)
        return bucket === undefined ? orphansOf(record) : applyWithin(bucket, record)
      }
    }
  }

  /** The shortest sequence of changes that gives this state. */
  *snapshot(): Generator<JournalRecord, void> {
    yield { op: 'format', version: 1 }
    for (const { key: name, value: bucket } of this.buckets.all()) {
      yield { op: 'bucket-create', bucket: name, createdMs: bucket.createdMs }
      for (const { key, value: object } of bucket.objects.all()) yield { op: 'object-put', bucket: name, key, object }
      for (const { value: upload } of bucket.uploads.all()) {
        yield { op: 'upload-create', bucket: name, key: upload.key, upload: upload.record }
        const uploadId = upload.record.id
        for (const part of upload.parts.values())
          yield { op: 'part-put', bucket: name, key: upload.key, uploadId, part }
      }
    }
  }

  /** How many changes a snapshot takes. */
  recordCount(): number {
    let count = 1
    for (const { value: bucket } of this.buckets.all()) {
      count += 1 + bucket.objects.size + bucket.uploads.size
      for (const { value: upload } of bucket.uploads.all()) count += upload.parts.size
    }
    return count
  }

  /** Every data file that something refers to. */
  *files(): Generator<string, void> {
    for (const { value: bucket } of this.buckets.all()) yield* bucketFiles(bucket)
  }

  #createBucket(name: string, createdMs: number): readonly string[] {
    this.buckets.set(name, { name, createdMs, objects: new SortedIndex(), uploads: new SortedIndex() })
    return []
  }
}

type BucketChange = Exclude<JournalRecord, { readonly op: 'format' | 'bucket-create' | 'bucket-delete' }>

function applyWithin(bucket: Bucket, record: BucketChange): readonly string[] {
  switch (record.op) {
    case 'object-put':
      return withoutKept(objectFiles(bucket.objects.set(record.key, record.object)), record.object)
    case 'object-delete':
      return objectFiles(bucket.objects.delete(record.key))
    case 'upload-create':
      bucket.uploads.set(uploadKey(record.key, record.upload.id), {
        key: record.key,
        record: record.upload,
        parts: new Map(),
      })
      return []
    case 'part-put':
      return putPart(bucket, record)
    case 'upload-complete': {
      const parts = removeUpload(bucket, record.key, record.uploadId)
      const former = objectFiles(bucket.objects.set(record.key, record.object))
      return withoutKept([...parts, ...former], record.object)
    }
    case 'upload-abort':
      return removeUpload(bucket, record.key, record.uploadId)
    default:
      throw new Error(`the journal holds a change that this version does not know: ${JSON.stringify(record)}`)
  }
}

function objectFiles(object: ObjectRecord | undefined): readonly string[] {
  return object === undefined ? [] : filesOf(object.pieces)
}

function* bucketFiles(bucket: Bucket | undefined): Generator<string, void> {
  if (bucket === undefined) return
  for (const { value } of bucket.objects.all()) yield* filesOf(value.pieces)
  for (const { value } of bucket.uploads.all()) yield* uploadFiles(value)
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

function orphansOf(record: BucketChange): readonly string[] {
  if (record.op === 'object-put' || record.op === 'upload-complete') return filesOf(record.object.pieces)
  return record.op === 'part-put' ? filesOf(record.part.pieces) : []
}
