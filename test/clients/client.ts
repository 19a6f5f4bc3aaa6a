import type { Lab } from '../support/lab.ts'
import type { ClientName } from './check-table.ts'

/** What a client is asked to do. Files are paths; keys are plain text. */
export type ClientRequest =
  | { readonly do: 'createBucket'; readonly bucket: string }
  | { readonly do: 'headBucket'; readonly bucket: string }
  | { readonly do: 'listBuckets' }
  | {
      readonly do: 'put'
      readonly bucket: string
      readonly key: string
      readonly file: string
      readonly metadata?: Readonly<Record<string, string>>
    }
  | { readonly do: 'get'; readonly bucket: string; readonly key: string; readonly file: string }
  /** As the client does it with large files: in parts, when it can. */
  | { readonly do: 'upload'; readonly bucket: string; readonly key: string; readonly file: string }
  | { readonly do: 'download'; readonly bucket: string; readonly key: string; readonly file: string }
  /** Bytes `first` to `last`, both included. */
  | {
      readonly do: 'getRange'
      readonly bucket: string
      readonly key: string
      readonly file: string
      readonly first: number
      readonly last: number
    }
  | { readonly do: 'readMetadata'; readonly bucket: string; readonly key: string }
  | { readonly do: 'list'; readonly bucket: string; readonly prefix: string }
  | {
      readonly do: 'copy'
      readonly bucket: string
      readonly key: string
      readonly toBucket: string
      readonly toKey: string
    }
  | { readonly do: 'delete'; readonly bucket: string; readonly key: string }
  | { readonly do: 'deleteMany'; readonly bucket: string; readonly keys: readonly string[] }
  /** Everything whose key begins with `prefix` (which ends in a slash), as the client does it. */
  | { readonly do: 'deletePrefix'; readonly bucket: string; readonly prefix: string }
  /** What the file holds, as a stream whose length the client is not told. */
  | { readonly do: 'putStream'; readonly bucket: string; readonly key: string; readonly file: string }
  /** With the checksum that `algorithm` names. */
  | {
      readonly do: 'putChecked'
      readonly bucket: string
      readonly key: string
      readonly file: string
      readonly algorithm: ChecksumAlgorithm
    }
  /** Makes what is below `prefix` (which ends in a slash) the same as what is in the folder. */
  | { readonly do: 'syncUp'; readonly folder: string; readonly bucket: string; readonly prefix: string }
  | { readonly do: 'syncDown'; readonly bucket: string; readonly prefix: string; readonly folder: string }
  /** Only when the object's ETag (with its quotes) is another one; the reply's `changed` says which it was. */
  | {
      readonly do: 'getIfChanged'
      readonly bucket: string
      readonly key: string
      readonly etag: string
      readonly file: string
    }
  /** Only when there is no such object yet. */
  | { readonly do: 'putIfAbsent'; readonly bucket: string; readonly key: string; readonly file: string }
  | { readonly do: 'presignGet'; readonly bucket: string; readonly key: string }
  | { readonly do: 'presignPut'; readonly bucket: string; readonly key: string }

/** The checksum algorithms of S3, as its API spells them. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'SHA1' | 'SHA256' | 'CRC64NVME'

export type ClientOperation = ClientRequest['do']

/** The request of one operation. */
export type RequestTo<K extends ClientOperation> = Extract<ClientRequest, { readonly do: K }>

/** What the client showed. `code` is the error code it names; `text` its words. */
export type ClientReply =
  | {
      readonly ok: true
      readonly keys?: readonly string[]
      readonly buckets?: readonly string[]
      readonly url?: string
      readonly metadata?: Readonly<Record<string, string>>
      readonly changed?: boolean
    }
  | { readonly ok: false; readonly code: string; readonly text: string }

/** Where a client goes and as whom. `authority` is the certificate file to trust, for https endpoints. */
export interface ClientSetting {
  readonly lab: Lab
  readonly endpoint: string
  readonly authority: string | undefined
  readonly region: string
  /** Whether a client that can ask for a bucket's region (minio-js) is to ask, or to believe `region`. */
  readonly findsRegion: 'by asking' | 'in its settings'
  readonly accessKey: string
  readonly secretKey: string
}

/** A client set up for one user at one endpoint. */
export interface ClientSession {
  send(request: ClientRequest): Promise<ClientReply>
  close(): Promise<void>
}

/** A program or library that speaks S3. */
export interface Client {
  readonly name: ClientName
  /** `undefined` when it is not on this machine. */
  version(lab: Lab): Promise<string | undefined>
  /** What it can do at all. */
  readonly offers: ReadonlySet<ClientOperation>
  /** The checksums that it can send by choice. */
  readonly checksums: readonly ChecksumAlgorithm[]
  /** Whether it can name this key; rclone, for one, cleans names as if they were file names. */
  canName(key: string): boolean
  /** Whether it can name this key as the source of a copy, where that is not as {@link canName} has it. */
  canCopy?(key: string): boolean
  /** Whether its listings can show this key: without `encoding-type` XML 1.0 has no way to write most control characters. */
  canList(key: string): boolean
  /** Whether it refuses to delete what is below `a/` while there is an object `a`: in a file system there cannot be both. */
  readonly keepsFolderOfObject?: true
  /** The codes under which it shows AccessDenied: an answer to HEAD has no body to name it in. */
  readonly refusals: readonly string[]
  /** The codes under which it shows SignatureDoesNotMatch. */
  readonly forgeries: readonly string[]
  open(setting: ClientSetting): Promise<ClientSession>
}
