import type { Random } from '../fuzz/random.ts'
import { encode } from './signer.ts'
import type { Pair } from './wire-requests.ts'

/** What a random request is meant to do, and how it asks for it. */
export interface RandomOrder {
  readonly operation: string
  readonly bucket: string
  readonly key: string | undefined
  readonly versionId: string | undefined
  /** Bucket and key of a copy's source. */
  readonly source: string | undefined
  /** As on the wire, in one of many spellings. */
  readonly path: string
  readonly method: string
  readonly query: readonly Pair[]
  readonly headers: readonly Pair[]
  readonly body: string
}

const PIECES = ['a', 'dir', '/', '//', '.', '..', '/../', '/./', '%', '%2F', '%2e', '+', ' ', '?', '&', '=', '#', '\\']
const MORE_PIECES = [
  'é',
  'e\u0301',
  '😀',
  '~',
  '*',
  '\n',
  '\r\n',
  '\t',
  '<',
  '>',
  '"',
  "'",
  ';',
  ':',
  '@',
  '!',
  '$',
  '(',
  ',',
]
const NAMES = ['v-bkt', 'b-bkt/k', 'k?acl', '?versionId=x', 'arn:aws:s3:::v-bkt/k', 'k']
const ALL_PIECES = [...PIECES, ...MORE_PIECES, ...NAMES]
const BUCKETS = ['a-bkt', 'a-bkt', 'a-bkt', 'b-bkt', 'v-bkt', 'a-bkt.x', 'a-bkt-evil'] as const

function randomKey(random: Random): string {
  let key = ''
  for (let left = 1 + random.below(6); left > 0; left--) key += random.pick(ALL_PIECES) ?? 'k'
  return key
}

/** One of the spellings that decode to the text: what must be encoded is, all else may be, in either case of hex digits. */
function spelled(text: string, random: Random): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      const mayStand = /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/.test(character)
      if (mayStand && !random.oneIn(8)) return character
      const hex = byte.toString(16).padStart(2, '0')
      return `%${random.oneIn(2) ? hex : hex.toUpperCase()}`
    })
    .join('')
}

/** Character data, in which any character may be written as a reference. */
function spelledXml(text: string, random: Random): string {
  return Array.from(text, (character) =>
    /[<>&"'\r]/.test(character) || random.oneIn(6) ? `&#${character.codePointAt(0)};` : character,
  ).join('')
}

type Asked = Pick<RandomOrder, 'operation' | 'method'> & {
  readonly on: 'bucket' | 'object'
  readonly query?: readonly Pair[]
  readonly more?: 'version' | 'source' | 'delete' | 'tags' | 'retention' | 'parts'
}

const part: readonly Pair[] = [
  ['uploadId', 'up/1+='],
  ['partNumber', '7'],
]
const ASKED: readonly [Asked, ...Asked[]] = [
  { operation: 'GetObject', method: 'GET', on: 'object', more: 'version' },
  { operation: 'HeadObject', method: 'HEAD', on: 'object', more: 'version' },
  { operation: 'PutObject', method: 'PUT', on: 'object' },
  { operation: 'DeleteObject', method: 'DELETE', on: 'object', more: 'version' },
  { operation: 'CopyObject', method: 'PUT', on: 'object', more: 'source' },
  { operation: 'UploadPart', method: 'PUT', on: 'object', query: part },
  { operation: 'UploadPartCopy', method: 'PUT', on: 'object', query: part, more: 'source' },
  { operation: 'CreateMultipartUpload', method: 'POST', on: 'object', query: [['uploads', '']] },
  { operation: 'CompleteMultipartUpload', method: 'POST', on: 'object', query: [['uploadId', 'u']], more: 'parts' },
  { operation: 'AbortMultipartUpload', method: 'DELETE', on: 'object', query: [['uploadId', 'u']] },
  { operation: 'ListParts', method: 'GET', on: 'object', query: [['uploadId', 'u']] },
  { operation: 'GetObjectTagging', method: 'GET', on: 'object', query: [['tagging', '']], more: 'version' },
  { operation: 'PutObjectTagging', method: 'PUT', on: 'object', query: [['tagging', '']], more: 'tags' },
  { operation: 'DeleteObjectTagging', method: 'DELETE', on: 'object', query: [['tagging', '']], more: 'version' },
  { operation: 'GetObjectAcl', method: 'GET', on: 'object', query: [['acl', '']], more: 'version' },
  { operation: 'PutObjectRetention', method: 'PUT', on: 'object', query: [['retention', '']], more: 'retention' },
  { operation: 'GetObjectLegalHold', method: 'GET', on: 'object', query: [['legal-hold', '']] },
  { operation: 'ListObjects', method: 'GET', on: 'bucket', query: [['prefix', 'v-bkt/../?&=']] },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    query: [
      ['list-type', '2'],
      ['start-after', 'é +'],
    ],
  },
  { operation: 'ListObjectVersions', method: 'GET', on: 'bucket', query: [['versions', '']] },
  { operation: 'ListMultipartUploads', method: 'GET', on: 'bucket', query: [['uploads', '']] },
  { operation: 'HeadBucket', method: 'HEAD', on: 'bucket' },
  { operation: 'CreateBucket', method: 'PUT', on: 'bucket' },
  { operation: 'DeleteBucket', method: 'DELETE', on: 'bucket' },
  { operation: 'GetBucketLocation', method: 'GET', on: 'bucket', query: [['location', '']] },
  { operation: 'GetBucketTagging', method: 'GET', on: 'bucket', query: [['tagging', '']] },
  { operation: 'PutBucketTagging', method: 'PUT', on: 'bucket', query: [['tagging', '']], more: 'tags' },
  { operation: 'DeleteBucketTagging', method: 'DELETE', on: 'bucket', query: [['tagging', '']] },
  { operation: 'GetBucketVersioning', method: 'GET', on: 'bucket', query: [['versioning', '']] },
  { operation: 'GetBucketLifecycleConfiguration', method: 'GET', on: 'bucket', query: [['lifecycle', '']] },
  { operation: 'DeleteObjects', method: 'POST', on: 'bucket', query: [['delete', '']], more: 'delete' },
]

function bodyOf(asked: Asked, random: Random): string {
  switch (asked.more) {
    case 'tags':
      return '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
    case 'retention':
      return '<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>'
    case 'parts':
      return '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>'
    case 'delete':
      return `<Delete>${Array.from({ length: 1 + random.below(4) }, () => deletedObject(random)).join('')}</Delete>`
    default:
      return asked.operation === 'PutObject' || asked.operation === 'UploadPart' ? 'some bytes' : ''
  }
}

function deletedObject(random: Random): string {
  const version = random.oneIn(3) ? '<VersionId>v&amp;1</VersionId>' : ''
  return `<Object><Key>${spelledXml(randomKey(random), random)}</Key>${version}</Object>`
}

interface Source {
  /** As the header says it. */
  readonly header: string
  /** Bucket, key and version. */
  readonly meant: string
}

function randomSource(random: Random): Source {
  const [bucket, key] = [random.pick(BUCKETS), randomKey(random)]
  const version = random.oneIn(4) ? '?versionId=v1' : ''
  const slash = random.oneIn(2) ? '/' : ''
  const path = key.split('/').map(encode).join('/')
  return { header: `${slash}${bucket}/${path}${version}`, meant: `${bucket}/${key}${version}` }
}

/** A bucket may be named with a slash behind it. */
function pathOf(bucket: string, key: string | undefined, random: Random): string {
  if (key === undefined) return `/${bucket}${random.oneIn(4) ? '/' : ''}`
  return `/${bucket}/${spelled(key, random)}`
}

/** A request that a client might well send, in one of the many ways to spell it. */
export function randomOrder(random: Random): RandomOrder {
  const asked = random.pick(ASKED)
  const bucket = random.pick(BUCKETS)
  const key = asked.on === 'object' ? randomKey(random) : undefined
  const versionId = asked.more === 'version' && random.oneIn(3) ? random.pick(['null', 'v1', 'a/b+c=']) : undefined
  const source = asked.more === 'source' ? randomSource(random) : undefined
  const version: Pair[] = versionId === undefined ? [] : [['versionId', versionId]]
  const query = [...(asked.query ?? []), ...version]
  return {
    operation: asked.operation,
    bucket,
    key,
    versionId,
    source: source?.meant,
    path: pathOf(bucket, key, random),
    method: asked.method,
    query: random.oneIn(2) ? query : query.toReversed(),
    headers: source === undefined ? [] : [['x-amz-copy-source', source.header]],
    body: bodyOf(asked, random),
  }
}
