import type { Fault } from '../support/chunked-body.ts'

/** The backends that the suite knows. `ceph18` runs only where there is one (see CONTRIBUTING.md). */
export type BackendName = 'store' | 'ceph' | 'minio' | 'ceph18'

/** How a body is framed and what `x-amz-content-sha256` says of it; default: as it is, with its digest. */
export type Payload =
  | 'unsigned'
  | 'signed chunks'
  | 'signed chunks and trailer'
  | 'unsigned chunks and trailer'
  | { readonly sha256: string }

/**
 * One request. Texts may hold `{name}`, which stands for a bucket (`{bucket}`, `{other}`) or for what an earlier request
 * kept; in a header, `{md5}` for the digest of the body.
 */
export interface Sent {
  readonly method: string
  /** Default `{bucket}`; empty for the service itself. */
  readonly bucket?: string
  readonly key?: string
  /** In wire form; wins over bucket and key. */
  readonly path?: string
  /** `name=value&name`; values may be percent-encoded. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** In place of a body and of a signature of the request. */
  readonly form?: UploadForm
  readonly payload?: Payload
  /** The trailer of a payload that has one. */
  readonly trailer?: readonly [name: string, value: string]
  readonly fault?: Fault
  /** What Content-Length says, where that is not the truth. */
  readonly contentLength?: number | 'absent'
  /** HTTP's own chunked coding in place of a Content-Length. */
  readonly chunkedTransfer?: true
  /** Names for values of the answer: an XML element, or `header NAME`. */
  readonly keep?: Readonly<Record<string, string>>
  /** Before the case, a request goes to the backend with the master key, unless it must go the case's own way. */
  readonly way?: 'the same as the case'
}

/** A browser's form, signed by its policy. */
export interface UploadForm {
  readonly fields: Readonly<Record<string, string>>
  readonly file?: string
  /** What the policy demands beside the fields. */
  readonly demanded?: Readonly<Record<string, string>>
  readonly conditions?: readonly (readonly [operator: string, ...operands: (string | number)[]])[]
  readonly isExpired?: true
  /** Whether the signature is of another policy. */
  readonly isTampered?: true
}

/** What a bucket is before the case. */
export type BucketState = 'plain' | 'versioned' | 'locked' | 'absent'

/** One case of an operation: a sentence, what is there before, the request, what is looked at afterwards. */
export interface AcceptanceCase {
  /** Completes "OPERATION: …". */
  readonly name: string
  /** `good` is answered below 400, `bad` is refused. */
  readonly kind: 'good' | 'bad'
  readonly bucket?: BucketState
  /** Whether `{other}` is there, too. */
  readonly other?: BucketState
  readonly given?: readonly Sent[]
  readonly send: Sent
  /** Read directly from the backend afterwards; default: see `defaultAfter`. */
  readonly after?: readonly Sent[]
  /** `all`: path and virtual-hosted, header and presigned, http and https. Default: path, header, http. */
  readonly variants?: 'all'
  /** Only these backends have what the case is about. */
  readonly only?: readonly BackendName[]
  /** Backends that answer otherwise than `kind` says, both ways. */
  readonly contraryOn?: readonly BackendName[]
}

/** All cases of one row of the operation table. */
export interface OperationCases {
  readonly row: number
  readonly name: string
  readonly cases: readonly AcceptanceCase[]
}

/** One of the eight ways to send a request. */
export interface Variant {
  readonly address: 'path' | 'virtual'
  readonly auth: 'header' | 'presigned'
  readonly scheme: 'http' | 'https'
}

export const PLAIN_VARIANT: Variant = { address: 'path', auth: 'header', scheme: 'http' }

const ALL_VARIANTS: readonly Variant[] = (['http', 'https'] as const).flatMap((scheme) =>
  (['header', 'presigned'] as const).flatMap((auth) =>
    (['path', 'virtual'] as const).map((address) => ({ address, auth, scheme })),
  ),
)

/** The variants that a case runs in. */
export function variantsOf(item: AcceptanceCase): readonly Variant[] {
  return item.variants === 'all' ? ALL_VARIANTS : [PLAIN_VARIANT]
}

const SELECTORS_OF_THE_OBJECT: ReadonlySet<string> = new Set(['versionId', 'uploadId', 'partNumber', 'uploads'])

/** What a case that says nothing looks at afterwards: for a write, the object or the configuration written. */
export function defaultAfter({ method, bucket, key, query = '' }: Sent): readonly Sent[] {
  if (method === 'GET' || method === 'HEAD' || bucket === '') return []
  const at = bucket === undefined ? {} : { bucket }
  const [selector = ''] = query.split('&').map((pair) => pair.split('=')[0] ?? '')
  const listing = { method: 'GET', ...at, query: 'list-type=2' }
  if (key === undefined) {
    if (selector === 'delete') return [listing]
    return [selector === '' ? { method: 'HEAD', ...at } : { method: 'GET', ...at, query }]
  }
  if (selector !== '' && !SELECTORS_OF_THE_OBJECT.has(selector)) return [{ method: 'GET', ...at, key, query }]
  return [{ method: 'GET', ...at, key }, listing]
}
