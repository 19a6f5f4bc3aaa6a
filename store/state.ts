import { applyWithin, type Bucket, bucketFiles, newBucket, orphansOf } from './bucket.ts'
import { isMarker } from './object-versions.ts'
import { JOURNAL_FORMAT, type JournalRecord, type Version } from './records.ts'
import { SortedIndex } from './sorted-index.ts'

/** What the store holds, in memory: the journal replayed. Changes come through {@link State.apply} only. */
export class State {
  readonly buckets = new SortedIndex<Bucket>()
  #format = 0

  /** The newest format that the journal says it is written in. */
  get format(): number {
    return this.#format
  }

  /**
   * Makes one change, and gives the data files that nothing refers to any more. A change to something that is not there
   * has no effect.
   */
  apply(record: JournalRecord): readonly string[] {
    switch (record.op) {
      case 'format':
        this.#readFormat(record.version)
        return []
      case 'bucket-create':
        this.buckets.set(record.bucket, newBucket(record.bucket, record.createdMs, record.settings ?? {}))
        return []
      case 'bucket-delete':
        return [...bucketFiles(this.buckets.delete(record.bucket))]
      case 'bucket-settings': {
        const bucket = this.buckets.get(record.bucket)
        if (bucket !== undefined) this.buckets.set(record.bucket, { ...bucket, settings: record.settings })
        return []
      }
      default: {
        const bucket = this.buckets.get(record.bucket)
        return bucket === undefined ? orphansOf(record) : applyWithin(bucket, record)
      }
    }
  }

  /** The shortest sequence of changes that gives this state; which uploads were finished lately is forgotten. */
  *snapshot(): Generator<JournalRecord, void> {
    yield { op: 'format', version: JOURNAL_FORMAT }
    for (const { key: name, value: bucket } of this.buckets.all()) {
      yield { op: 'bucket-create', bucket: name, createdMs: bucket.createdMs, settings: bucket.settings }
      for (const { key, value } of bucket.objects.oldestFirst()) yield versionRecord(name, key, value)
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
      count += 1 + bucket.objects.count + bucket.uploads.size
      for (const { value: upload } of bucket.uploads.all()) count += upload.parts.size
    }
    return count
  }

  /** Every data file that something refers to. */
  *files(): Generator<string, void> {
    for (const { value: bucket } of this.buckets.all()) yield* bucketFiles(bucket)
  }

  #readFormat(version: number): void {
    if (version > JOURNAL_FORMAT) {
      throw new Error(
        `the store was written by a newer version of this program: its format is ${version}, this version reads up to ${JOURNAL_FORMAT}`,
      )
    }
    this.#format = Math.max(this.#format, version)
  }
}

function versionRecord(bucket: string, key: string, version: Version): JournalRecord {
  return isMarker(version)
    ? { op: 'marker-put', bucket, key, marker: version }
    : { op: 'object-put', bucket, key, object: version }
}
