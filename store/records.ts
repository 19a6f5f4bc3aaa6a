import type { ChecksumAlgorithm } from '../src/codec/checksum.ts'
import type { Tag } from '../src/s3/bodies/tagging.ts'

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

/** What a client says about an object beside its bytes; kept as sent and given back on reads. */
export interface ObjectAttributes {
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
  | { readonly op: 'format'; readonly version: 1 }
  | { readonly op: 'bucket-create'; readonly bucket: string; readonly createdMs: number }
  | { readonly op: 'bucket-delete'; readonly bucket: string }
  | { readonly op: 'object-put'; readonly bucket: string; readonly key: string; readonly object: ObjectRecord }
  | { readonly op: 'object-delete'; readonly bucket: string; readonly key: string }
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
