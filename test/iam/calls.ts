/** Parameters in S3's own names, as boto3 and aws-cli take them. */
export type Params = Readonly<Record<string, unknown>>

/** One thing that a client does. */
export interface Call {
  /** The name that boto3 has for it; or what no single request is: `upload`, and the two for presigned URLs. */
  readonly op: string
  readonly params: Params
}

/** In place of a version id: that of the `number`th version (from 1) that the scenario stored under a path. */
export interface VersionReference {
  readonly versionOf: string
  readonly number: number
}

/** In place of an upload id: that of the upload under way which the scenario began at a path. */
export interface UploadReference {
  readonly uploadOf: string
}

export const version = (path: string, number: number): VersionReference => ({ versionOf: path, number })
export const uploadId = (path: string): UploadReference => ({ uploadOf: path })

/** `company/home/alice/plan.txt`: the bucket, and the key. */
export function at(path: string): { readonly Bucket: string; readonly Key: string } {
  const slash = path.indexOf('/')
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1) }
}

/** What a put of these tests writes; what the scenario stores before is {@link textOf}. */
export const NEW_TEXT = 'put by a client'

/** The text of an object that a scenario stores; of its first version, if it has several. */
export const textOf = (path: string, number = 1): string => `text ${number} of ${path}`

const onObject =
  (op: string) =>
  (path: string, more: Params = {}): Call => ({ op, params: { ...at(path), ...more } })

const onBucket =
  (op: string) =>
  (Bucket: string, more: Params = {}): Call => ({ op, params: { Bucket, ...more } })

export const get = onObject('get_object')
export const head = onObject('head_object')
export const remove = onObject('delete_object')
/** Multipart, as the client does it with large files: 6 MiB in parts of 5. */
export const upload = onObject('upload')
/** A URL made by the client, fetched by curl. */
export const presignedGet = onObject('presigned_get')
export const presignedPut = onObject('presigned_put')

export const list = onBucket('list_objects_v2')
export const listOld = onBucket('list_objects')
export const listVersions = onBucket('list_object_versions')
export const listUploads = onBucket('list_multipart_uploads')

export const listBuckets: Call = { op: 'list_buckets', params: {} }

export function put(path: string, more: Params = {}): Call {
  return { op: 'put_object', params: { ...at(path), Body: NEW_TEXT, ...more } }
}

/** `from` may end in `?versionId=…`, with a {@link version} in place of the id. */
export function copy(from: string | VersionReference, to: string, more: Params = {}): Call {
  const CopySource = typeof from === 'string' ? from : { ...from, asCopySource: true }
  return { op: 'copy_object', params: { CopySource, ...at(to), ...more } }
}

/** Removes several keys of a bucket in one request. */
export function removeMany(Bucket: string, keys: readonly string[], more: Params = {}): Call {
  return { op: 'delete_objects', params: { Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) }, ...more } }
}

/** Anything else, by boto3's name; `on` is a path or a bucket. */
export function call(op: string, on: string, more: Params = {}): Call {
  return { op, params: { ...(on.includes('/') ? at(on) : { Bucket: on }), ...more } }
}

/** The call in the words of a title. */
export function wordsOf({ op, params }: Call): string {
  const { Bucket, Key, CopySource, ...rest } = params
  const more = Object.entries(rest).filter(([name]) => name !== 'Body')
  const target = Bucket === undefined ? '' : ` ${String(Bucket)}${Key === undefined ? '' : `/${String(Key)}`}`
  const source = CopySource === undefined ? '' : ` from ${typeof CopySource === 'string' ? CopySource : 'a version'}`
  const others = more.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(more))}`
  return `${op}${source}${target}${others}`.slice(0, 160)
}
