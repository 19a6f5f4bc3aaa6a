import type { ChecksumAlgorithm } from '../src/codec/checksum.ts'
import type { RetentionMode } from '../src/s3/bodies/object-lock.ts'
import type { Tag } from '../src/s3/bodies/tagging.ts'

/** What the journal is written in. 1 had no versions, no locks and no settings of buckets; it is read as it is. */
export const JOURNAL_FORMAT = 2

/** A stretch of stored bytes: within the journal itself (small objects), or within a data file. */
export type Piece =
  | { readonly inline: string /* base64 */; readonly length: number }
  | { readonly file: string; readonly offset: number; readonly length: number }

export type NamedValue = readonly [name: string, value: string]

export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT'

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; a composite value carries `-N`. */
  readonly value: string
  readonly type: ChecksumType
}

/** How long a version may not be deleted. */
export interface StoredRetention {
  readonly mode: RetentionMode
  readonly untilMs: number
}

/** What keeps a version from being deleted. */
export interface ObjectLock {
  readonly retention?: StoredRetention | undefined
  readonly legalHold?: 'ON' | 'OFF' | undefined
}

/** What a client says about an object beside its bytes; kept as sent and given back on reads. */
export interface ObjectAttributes extends ObjectLock {
  /** Entity headers (content-type, cache-control, …) by lower-case name; values are latin1 text. */
  readonly headers: readonly NamedValue[]
  /** User metadata without the prefix `x-amz-meta-`, names in lower case. */
  readonly metadata: readonly NamedValue[]
  readonly tags: readonly Tag[]
  readonly storageClass: string
}

/** One part of an object that was uploaded in parts. */
export interface CompletedPart {
  readonly number: number
  readonly size: number
  readonly checksum?: string | undefined
}

export interface ObjectRecord extends ObjectAttributes {
  readonly size: number
  /** Without quotes: hex MD5, or hex MD5 of the parts' MD5s and `-N`. */
  readonly etag: string
  readonly modifiedMs: number
  readonly pieces: readonly Piece[]
  readonly checksum?: StoredChecksum | undefined
  /** Absent for an object that was put in one request. */
  readonly parts?: readonly CompletedPart[] | undefined
  /** Absent for the version `null`. */
  readonly versionId?: string | undefined
}

/** A version that says that there is no object. */
export interface DeleteMarker {
  readonly marker: true
  readonly modifiedMs: number
  /** Absent for the version `null`. */
  readonly versionId?: string | undefined
}

export type Version = ObjectRecord | DeleteMarker

/** How long a bucket with object lock keeps what says nothing else: by one of the two. */
export interface DefaultRetention {
  readonly mode: RetentionMode
  readonly days?: number | undefined
  readonly years?: number | undefined
}

/** What is configured of a bucket; each absent until it is. */
export interface BucketSettings {
  readonly versioning?: 'Enabled' | 'Suspended' | undefined
  readonly objectLock?: { readonly defaultRetention?: DefaultRetention | undefined } | undefined
  readonly tags?: readonly Tag[] | undefined
  /** The document as it is given back, and the header that goes with it. Nothing acts on it. */
  readonly lifecycle?: { readonly document: string; readonly minimumSize: string } | undefined
}

export interface PartRecord {
  readonly number: number
  readonly size: number
  readonly etag: string
  readonly modifiedMs: number
  readonly pieces: readonly Piece[]
  readonly checksum?: StoredChecksum | undefined
}

export interface UploadRecord {
  readonly id: string
  readonly initiatedMs: number
  readonly attributes: ObjectAttributes
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined
}

/** One change of the store. The journal is their sequence; replaying it gives the state. */
export type JournalRecord =
  | { readonly op: 'format'; readonly version: 1 | typeof JOURNAL_FORMAT }
  | {
      readonly op: 'bucket-create'
      readonly bucket: string
      readonly createdMs: number
      readonly settings?: BucketSettings | undefined
    }
  | { readonly op: 'bucket-delete'; readonly bucket: string }
  /** Replaces all settings. */
  | { readonly op: 'bucket-settings'; readonly bucket: string; readonly settings: BucketSettings }
  /** A new version, the latest from now on. It takes the place of the one with its id, which can only be `null`. */
  | { readonly op: 'object-put'; readonly bucket: string; readonly key: string; readonly object: ObjectRecord }
  /** The same version with other tags or another lock. */
  | { readonly op: 'object-update'; readonly bucket: string; readonly key: string; readonly object: ObjectRecord }
  /** Removes one version: without an id the version `null`. */
  | {
      readonly op: 'object-delete'
      readonly bucket: string
      readonly key: string
      readonly versionId?: string | undefined
    }
  /** As `object-put`. */
  | { readonly op: 'marker-put'; readonly bucket: string; readonly key: string; readonly marker: DeleteMarker }
  | { readonly op: 'upload-create'; readonly bucket: string; readonly key: string; readonly upload: UploadRecord }
  | {
      readonly op: 'part-put'
      readonly bucket: string
      readonly key: string
      readonly uploadId: string
      readonly part: PartRecord
    }
  | {
      readonly op: 'upload-complete'
      readonly bucket: string
      readonly key: string
      readonly uploadId: string
      readonly object: ObjectRecord
    }
  | { readonly op: 'upload-abort'; readonly bucket: string; readonly key: string; readonly uploadId: string }

/** The data files that the pieces lie in. */
export function filesOf(pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => ('file' in piece ? [piece.file] : []))
}
