import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { parseTaggingHeader, type Tag } from '../src/s3/bodies/tagging.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { trimBlanks } from '../src/sigv4/canonical-request.ts'
import { refuseAcl } from './acl.ts'
import type { Call } from './call.ts'
import { checkHeader } from './header-text.ts'
import { readLockHeaders } from './object-lock.ts'
import type { NamedValue, ObjectAttributes } from './records.ts'

const USER_METADATA = 'x-amz-meta-'
const MAX_USER_METADATA_BYTES = 2048

/** Entity headers that belong to an object and come back when it is read. */
const ENTITY_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const
const REDIRECT = 'x-amz-website-redirect-location'

/** The classes of AWS. All are stored alike and given back as sent. */
const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
  'EXPRESS_ONEZONE',
])

/**
 * What an upload says about the object beside its bytes.
 * @throws S3Error MetadataTooLarge, InvalidTag, InvalidStorageClass, InvalidArgument; NotImplemented or
 * AccessControlListNotSupported for what the store does not keep.
 */
export function readObjectAttributes(call: Call): ObjectAttributes {
  const { request } = call
  refuseUnsupported(request)
  return {
    ...readLockHeaders(call),
    headers: readEntityHeaders(request),
    metadata: readUserMetadata(request),
    tags: readTags(request),
    storageClass: readStorageClass(request) ?? 'STANDARD',
  }
}

/** The tags of the header `x-amz-tagging`. @throws S3Error InvalidArgument, InvalidTag, BadRequest */
export function readTags(request: S3Request): readonly Tag[] {
  const header = request.amz.get('x-amz-tagging')
  return header === undefined ? [] : acceptedBody(parseTaggingHeader(header)).tags
}

/** The storage class that the request asks for. @throws S3Error InvalidStorageClass */
export function readStorageClass(request: S3Request): string | undefined {
  const name = request.amz.get('x-amz-storage-class')
  if (name !== undefined && !STORAGE_CLASSES.has(name)) throw new S3Error('InvalidStorageClass')
  return name
}

/** Refuses what would be lost or not be done, so that nobody relies on it. */
export function refuseUnsupported(request: S3Request): void {
  refuseAcl(request)
  for (const name of request.amz.keys()) {
    if (name.includes('server-side-encryption')) {
      throw new S3Error('NotImplemented', { message: 'The store does not encrypt.' })
    }
  }
}

/** The headers of a copy that keeps those of its source. Where a website leads on is said for each object anew. */
export function copiedHeaders(request: S3Request, original: readonly NamedValue[]): NamedValue[] {
  return [...original.filter(([name]) => name !== REDIRECT), ...readRedirect(request)]
}

function readEntityHeaders(request: S3Request): NamedValue[] {
  const headers: NamedValue[] = []
  for (const name of ENTITY_HEADERS) {
    const sent = request.headers.all(name).join(', ')
    const value = name === 'content-encoding' ? withoutChunking(sent) : trimBlanks(sent)
    if (value !== '') headers.push([name, value])
    else if (name === 'content-type') headers.push([name, 'binary/octet-stream'])
  }
  return [...headers, ...readRedirect(request)]
}

function readRedirect(request: S3Request): NamedValue[] {
  const redirect = request.amz.get(REDIRECT)
  if (redirect === undefined) return []
  checkHeader(REDIRECT, redirect)
  return [[REDIRECT, redirect]]
}

/** `aws-chunked` describes the transfer, not the object. */
function withoutChunking(contentEncoding: string): string {
  const codings = contentEncoding.split(',').map((coding) => coding.trim())
  return codings.filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked').join(', ')
}

function readUserMetadata(request: S3Request): NamedValue[] {
  const metadata: NamedValue[] = []
  let bytes = 0
  for (const [name, value] of request.amz) {
    if (!name.startsWith(USER_METADATA)) continue
    checkHeader(name, value)
    const entry: NamedValue = [name.slice(USER_METADATA.length), value]
    bytes += entry[0].length + entry[1].length
    metadata.push(entry)
  }
  if (bytes > MAX_USER_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', {
      extras: [
        ['Size', String(bytes)],
        ['MaxSizeAllowed', String(MAX_USER_METADATA_BYTES)],
      ],
    })
  }
  return metadata
}
