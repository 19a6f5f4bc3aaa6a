import type { BackendRequest } from './recording-backend.ts'

// What a store would do about a request: a reader of its own, written from AWS's API reference ("Actions"), and from the
// service authorization reference for the rights. It shares nothing with src/.

/** One right on one resource that carrying out a request takes. */
export interface TakenRight {
  readonly action: string
  readonly resource: string
}

/** What a request does, as the store reads it. */
export interface ExecutedRequest {
  readonly operation: string
  readonly bucket: string
  readonly key: string | undefined
  readonly versionId: string | undefined
  readonly source: string | undefined
  /** Of DeleteObjects, `key` or `key?version`, in order. */
  readonly keys: readonly string[]
  readonly rights: readonly TakenRight[]
}

type Query = ReadonlyMap<string, string>

/** `METHOD bucket-or-object sub-resource` to the name of the operation and the right that it takes, with `Version` where one is named. */
const OPERATIONS: ReadonlyMap<string, readonly [operation: string, action: string]> = new Map([
  ['GET object', ['GetObject', 'GetObject(Version)']],
  ['HEAD object', ['HeadObject', 'GetObject(Version)']],
  ['PUT object', ['PutObject', 'PutObject']],
  ['DELETE object', ['DeleteObject', 'DeleteObject(Version)']],
  ['GET object tagging', ['GetObjectTagging', 'GetObject(Version)Tagging']],
  ['PUT object tagging', ['PutObjectTagging', 'PutObject(Version)Tagging']],
  ['DELETE object tagging', ['DeleteObjectTagging', 'DeleteObject(Version)Tagging']],
  ['GET object acl', ['GetObjectAcl', 'GetObject(Version)Acl']],
  ['PUT object retention', ['PutObjectRetention', 'PutObjectRetention']],
  ['GET object legal-hold', ['GetObjectLegalHold', 'GetObjectLegalHold']],
  ['PUT object uploadId', ['UploadPart', 'PutObject']],
  ['GET object uploadId', ['ListParts', 'ListMultipartUploadParts']],
  ['DELETE object uploadId', ['AbortMultipartUpload', 'AbortMultipartUpload']],
  ['POST object uploadId', ['CompleteMultipartUpload', 'PutObject']],
  ['POST object uploads', ['CreateMultipartUpload', 'PutObject']],
  ['GET bucket', ['ListObjects', 'ListBucket']],
  ['GET bucket list-type', ['ListObjectsV2', 'ListBucket']],
  ['GET bucket versions', ['ListObjectVersions', 'ListBucketVersions']],
  ['GET bucket uploads', ['ListMultipartUploads', 'ListBucketMultipartUploads']],
  ['HEAD bucket', ['HeadBucket', 'ListBucket']],
  ['PUT bucket', ['CreateBucket', 'CreateBucket']],
  ['DELETE bucket', ['DeleteBucket', 'DeleteBucket']],
  ['GET bucket tagging', ['GetBucketTagging', 'GetBucketTagging']],
  ['PUT bucket tagging', ['PutBucketTagging', 'PutBucketTagging']],
  ['DELETE bucket tagging', ['DeleteBucketTagging', 'PutBucketTagging']],
  ['GET bucket versioning', ['GetBucketVersioning', 'GetBucketVersioning']],
  ['GET bucket lifecycle', ['GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration']],
  ['POST bucket delete', ['DeleteObjects', '']],
])
const SUBRESOURCES = [...new Set([...OPERATIONS.keys()].flatMap((name) => name.split(' ')[2] ?? []))]

/** Throws for what it does not know: nothing unknown may reach a store. */
export function executedRequest({ method, target, headers, body }: BackendRequest): ExecutedRequest {
  if (!/^\/[A-Za-z0-9\-._~/%]*(?:\?[A-Za-z0-9\-._~/%=&]+)?$/.test(target)) throw new Error(`not canonical: ${target}`)
  const [path = '', text = ''] = target.split('?')
  const [, bucket = '', key] = /^\/([^/]+)(?:\/(.+))?$/s.exec(decodeURIComponent(path)) ?? []
  const query = queryOf(text)
  const [plain, action] = operationOf(method, key === undefined ? 'bucket' : 'object', query)
  const source = headers.get('x-amz-copy-source')
  const versionId = query.get('versionId')
  const keys = plain === 'DeleteObjects' ? keysOf(body.toString()) : []
  const own = action === '' ? [] : [{ action: versioned(action, versionId), resource: arnOf(bucket, key) }]
  const others = [...(source === undefined ? [] : [sourceRight(source)]), ...keys.map((item) => keyRight(bucket, item))]
  const operation = source === undefined ? plain : (COPIES[plain] ?? 'no copy')
  return { operation, bucket, key, versionId, source, keys, rights: [...own, ...others] }
}

const COPIES: Readonly<Record<string, string>> = { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' }

function queryOf(text: string): Query {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=').map(decodeURIComponent)
      return [name, value]
    }),
  )
}

function operationOf(method: string, level: string, query: Query): readonly [operation: string, action: string] {
  const given = SUBRESOURCES.filter((name) => query.has(name))
  const name = [method, level, ...given].join(' ')
  const found = OPERATIONS.get(name)
  if (found === undefined) throw new Error(`no operation is ${name}`)
  return found
}

const arnOf = (bucket: string, key: string | undefined): string =>
  `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`

const versioned = (action: string, versionId: string | undefined): string =>
  `s3:${action.replace('(Version)', versionId === undefined ? '' : 'Version')}`

function sourceRight(source: string): TakenRight {
  const [, path = '', version] = /^([^?]+)(?:\?versionId=(.+))?$/.exec(source) ?? []
  return { action: versioned('GetObject(Version)', version), resource: `arn:aws:s3:::${decodeURIComponent(path)}` }
}

function keyRight(bucket: string, item: string): TakenRight {
  const [key = '', version] = item.split('\0')
  return { action: versioned('DeleteObject(Version)', version), resource: arnOf(bucket, key) }
}

/** Key and version, with NUL between them, of each object in the body. */
function keysOf(xml: string): string[] {
  return [...xml.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = '']) => {
    const key = plainText(/<Key>(.*?)<\/Key>/s.exec(object)?.[1] ?? '')
    const version = /<VersionId>(.*?)<\/VersionId>/s.exec(object)?.[1]
    return version === undefined ? key : `${key}\0${plainText(version)}`
  })
}

function plainText(xml: string): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#13;', '\r')
    .replaceAll('&amp;', '&')
}
