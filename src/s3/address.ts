import { percentDecode } from '../http/target.ts'
import { S3Error } from './errors.ts'

/** What a request's host and path name. */
export interface S3Address {
  /** `path`: the bucket is the path's first segment; `virtual`: it stands in the host name. */
  readonly style: 'path' | 'virtual'
  readonly bucket: string | undefined
  /** Decoded once; never empty. A leading slash belongs to it. */
  readonly key: string | undefined
}

/** Names under which Ceph and MinIO keep their own interfaces beside the buckets. */
export const RESERVED_BUCKETS: ReadonlySet<string> = new Set(['admin', 'auth', 'info', 'minio', 'swift'])

const MAX_KEY_BYTES = 1024
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const IPV4_FORM = /^\d{1,3}(?:\.\d{1,3}){3}$/
const HOST = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::(\d{1,5}))?$/

/**
 * Whether a name is one that S3 gives to buckets: 3 to 63 of lower-case letters, digits, `-` and `.`, no IP address.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function isBucketName(name: string): boolean {
  return BUCKET_NAME.test(name) && !name.includes('..') && !IPV4_FORM.test(name)
}

/** Whether a key holds a `.` or `..` segment, which some backends resolve. */
export function hasDotSegment(key: string): boolean {
  if (!key.includes('.')) return false
  for (const segment of key.split('/')) if (segment === '.' || segment === '..') return true
  return false
}

/**
 * The name of a host without its port, in lower case.
 * @throws S3Error InvalidRequest when it is no host name, or ends in a dot.
 */
export function hostName(host: string): string {
  const name = HOST.exec(host)?.[1]
  if (name === undefined || name.endsWith('.') || name.startsWith('.')) {
    throw new S3Error('InvalidRequest', { message: 'The Host header is not valid.' })
  }
  return name.toLowerCase()
}

/** The bucket that stands before one of the base domains; undefined when the host is a base domain itself or none of ours. */
function bucketOfHost(name: string, baseDomains: readonly string[]): string | undefined {
  let found: string | undefined
  for (const base of baseDomains) {
    if (name === base) return undefined
    if (!name.endsWith(`.${base}`)) continue
    const bucket = name.slice(0, -base.length - 1)
    // The longest base domain wins: it leaves the shortest bucket.
    if (found === undefined || bucket.length < found.length) found = bucket
  }
  return found
}

function decoded(text: string): string {
  const plain = percentDecode(text)
  if (plain === undefined) throw new S3Error('InvalidURI')
  return plain
}

function keyOf(encoded: string): string | undefined {
  if (encoded === '') return undefined
  const key = decoded(encoded)
  if (key.length > MAX_KEY_BYTES || Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', {
      extras: [
        ['Size', String(Buffer.byteLength(key))],
        ['MaxSizeAllowed', String(MAX_KEY_BYTES)],
      ],
    })
  }
  return key
}

function bucketOfSegment(segment: string): string {
  const bucket = percentDecode(segment)
  if (bucket === undefined || bucket === '' || bucket === '.' || bucket === '..' || bucket.includes('/')) {
    throw new S3Error('InvalidBucketName', { extras: [['BucketName', bucket ?? segment]] })
  }
  return bucket
}

/**
 * Finds bucket and key. A bucket whose name is merely not allowed is returned as it stands ({@link isBucketName} tells);
 * what cannot be read in one way only is refused.
 * @param host the effective host, with or without port
 * @param path the path as sent, beginning with `/`
 * @param baseDomains `BUCKET.<one of these>` is virtual-hosted; lower case
 * @throws S3Error InvalidBucketName, InvalidURI, KeyTooLongError, or InvalidRequest for a bad host.
 */
export function parseAddress(host: string, path: string, baseDomains: readonly string[]): S3Address {
  const hosted = bucketOfHost(hostName(host), baseDomains)
  if (hosted !== undefined) return { style: 'virtual', bucket: hosted, key: keyOf(path.slice(1)) }
  if (path === '/') return { style: 'path', bucket: undefined, key: undefined }
  const slash = path.indexOf('/', 1)
  const segment = slash < 0 ? path.slice(1) : path.slice(1, slash)
  const bucket = bucketOfSegment(segment)
  return { style: 'path', bucket, key: slash < 0 ? undefined : keyOf(path.slice(slash + 1)) }
}
