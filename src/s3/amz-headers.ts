import type { HeaderList } from '../http/headers.ts'
import { trimBlanks } from '../sigv4/canonical-request.ts'
import { SDK_BINDINGS } from './bindings.generated.ts'
import { S3Error } from './errors.ts'
import type { S3OperationName } from './operation.ts'

const META = 'x-amz-meta-'
const MAX_METADATA_BYTES = 2048

/** Names that S3 knows beside those that an operation of the SDK's model binds. */
const TRANSPORT_NAMES = [
  'x-amz-api-version',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-region-set',
  'x-amz-s3session-token',
  'x-amz-security-token',
  'x-amz-te',
  'x-amz-trailer',
  'x-amz-user-agent',
]

/** Families: which member is valid is for the operation, the payload check or the authorisation to say. */
const KNOWN_PREFIXES = [META, 'x-amz-checksum-', 'x-amz-grant-']

/**
 * S3's own that change what is stored and cannot be carried: append, which no permission covers, and event holds, which
 * none of the known actions covers.
 */
const CANNOT_BE_CARRIED = ['x-amz-write-offset-bytes', 'x-amz-object-lock-event-hold']

/** Through these MinIO and Ceph take orders that are no S3: forced deletes, replication, acting as another user. */
const BACK_DOOR_PREFIXES = ['x-minio-', 'x-rgw-', 'rgwx-', `${META}snowball-`, `${META}minio-snowball-`]

const KNOWN_NAMES: ReadonlySet<string> = new Set([
  ...TRANSPORT_NAMES,
  ...Object.values(SDK_BINDINGS)
    .flatMap((bindings) => bindings.split(' '))
    .filter((word) => word.startsWith('>x-amz-'))
    .map((word) => word.slice(1)),
])

const startsWithOneOf = (name: string, prefixes: readonly string[]) =>
  prefixes.some((prefix) => name.startsWith(prefix))

/** Whether a header or parameter (lower case) is a vendor's back door. */
export function isBackDoor(name: string): boolean {
  return startsWithOneOf(name, BACK_DOOR_PREFIXES)
}

/** Whether a header (lower case) is one of S3's that the proxy never sends on, and so must refuse. */
export function cannotBeCarried(name: string): boolean {
  return startsWithOneOf(name, CANNOT_BE_CARRIED)
}

/** Whether S3 knows an `x-amz-*` header of that name (lower case). */
export function isKnownAmz(name: string): boolean {
  return KNOWN_NAMES.has(name) || startsWithOneOf(name, KNOWN_PREFIXES)
}

/** The `x-amz-*` of a request, from both places. */
export interface AmzHeaders {
  readonly amz: ReadonlyMap<string, string>
  readonly ignored: ReadonlySet<string>
  /** The first name that nobody here can carry; for a refusal after the signature. */
  readonly unsupported: string | undefined
}

/** RFC 9110 §5.1 and §5.5, values as latin1 text. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/
const NOT_IN_A_HEADER = /[^\t\x20-\x7e\x80-\xff]/

const isSpecial = (name: string) => name.startsWith('x-amz-') || isBackDoor(name)

/**
 * Merges the `x-amz-*` headers with the parameters that stand for headers.
 * @param hoisted by lower-case name, values as latin1 text
 * @param ignoreNames unknown names, in lower case, that are dropped instead of refused
 * @throws S3Error InvalidArgument when header and parameter differ, MetadataTooLarge above 2 KiB of user metadata.
 */
export function mergeAmzHeaders(
  headers: HeaderList,
  hoisted: ReadonlyMap<string, string>,
  ignoreNames: ReadonlySet<string>,
): AmzHeaders {
  const amz = new Map<string, string>()
  const ignored = new Set<string>()
  let unsupported: string | undefined
  const take = (name: string, value: string) => {
    const supported = isKnownAmz(name) && !isBackDoor(name) && !cannotBeCarried(name)
    if (!supported && !isKnownAmz(name) && ignoreNames.has(name)) ignored.add(name)
    else {
      if (!supported) unsupported ??= name
      if (name.startsWith('x-amz-')) amz.set(name, value)
    }
  }
  for (const name of headers.names()) if (isSpecial(name)) take(name, valueOf(headers, name))
  for (const [name, value] of hoisted) {
    if (!HEADER_NAME.test(name) || NOT_IN_A_HEADER.test(value)) throw notAHeader(name)
    if (headers.has(name) && valueOf(headers, name) !== value) {
      throw new S3Error('InvalidArgument', {
        message: 'A header and a query parameter of the same name differ.',
        extras: [['ArgumentName', name]],
      })
    }
    take(name, value)
  }
  checkMetadataSize(amz)
  return { amz, ignored, unsupported }
}

/** Lines of one name are one list (RFC 9110 §5.3); where more than one means something else, they were refused before. */
function valueOf(headers: HeaderList, name: string): string {
  return headers.all(name).map(trimBlanks).join(',')
}

/** What a real header could never say must not become one (CWE-113). */
function notAHeader(name: string): S3Error {
  return new S3Error('InvalidArgument', {
    message: 'A query parameter that stands for a header holds what no header may hold.',
    extras: [['ArgumentName', name]],
  })
}

function checkMetadataSize(amz: ReadonlyMap<string, string>): void {
  let bytes = 0
  for (const [name, value] of amz) if (name.startsWith(META)) bytes += name.length - META.length + value.length
  if (bytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', {
      extras: [
        ['Size', String(bytes)],
        ['MaxSizeAllowed', String(MAX_METADATA_BYTES)],
      ],
    })
  }
}

/**
 * Whether the headers ask for access rights beyond the owner's: any grant, or a canned ACL other than `private`.
 * @param amz the effective `x-amz-*` of a request
 */
export function asksForAcl(amz: ReadonlyMap<string, string>): boolean {
  const canned = amz.get('x-amz-acl')
  if (canned !== undefined && canned !== 'private') return true
  for (const name of amz.keys()) if (name.startsWith('x-amz-grant-')) return true
  return false
}

/**
 * Whether `x-amz-tagging` says which tags the object gets: those of a copy are its source's, unless they are replaced.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function setsTags(operation: S3OperationName, amz: ReadonlyMap<string, string>): boolean {
  return operation !== 'CopyObject' || amz.get('x-amz-tagging-directive') === 'REPLACE'
}

/** The account ids that the client expects to own the bucket and the copy source's bucket, as far as it says. */
export function expectedBucketOwners(amz: ReadonlyMap<string, string>): readonly string[] {
  const values = [amz.get('x-amz-expected-bucket-owner'), amz.get('x-amz-source-expected-bucket-owner')]
  return values.filter((value) => value !== undefined)
}
