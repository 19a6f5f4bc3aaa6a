import type { HeaderList, HeaderPair } from '../http/headers.ts'
import type { S3Operation } from '../s3/operation.ts'

/** Rights on the object beyond reading it, on which some headers of the answer depend. */
export interface ObjectHeaderRights {
  /** s3:GetObject[Version]Tagging. */
  readonly tagging: boolean
  /** s3:GetObjectRetention. */
  readonly retention: boolean
  /** s3:GetObjectLegalHold. */
  readonly legalHold: boolean
}

/** What the answer's head says beside what the backend sent. */
export interface ResponseFilter {
  readonly operation: Pick<S3Operation, 'responseHeaders'>
  readonly requestId: string
  readonly hostId?: string
  /** The proxy's region, for `x-amz-bucket-region`. */
  readonly region: string
  readonly rights: ObjectHeaderRights
  /** `rewritten`: length and digests of the backend's body do not hold for what the client gets. */
  readonly body: 'as-it-is' | 'rewritten'
  /** Our own `Location`; the backend's never passes. */
  readonly location?: string
}

/** Entity, caching and range headers (RFC 9110, 9111). `Date` is the server's own. */
const STANDARD: ReadonlySet<string> = new Set([
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
])

/** Lists, which may stand in several lines (RFC 9110 §5.3): a load balancer adds one of its own. Of others the first line counts. */
const LISTS: ReadonlySet<string> = new Set(['cache-control', 'content-encoding', 'content-language'])

/** Withheld from who may read the object but not what they tell. */
const RIGHT_OF: ReadonlyMap<string, keyof ObjectHeaderRights> = new Map([
  ['x-amz-tagging-count', 'tagging'],
  ['x-amz-object-lock-mode', 'retention'],
  ['x-amz-object-lock-retain-until-date', 'retention'],
  ['x-amz-object-lock-event-hold', 'retention'],
  ['x-amz-object-lock-event-hold-duration-days', 'retention'],
  ['x-amz-object-lock-event-hold-duration-years', 'retention'],
  ['x-amz-object-lock-legal-hold', 'legalHold'],
])

/** Answered by the proxy, whatever the backend says. */
const OWN: ReadonlySet<string> = new Set(['x-amz-request-id', 'x-amz-id-2', 'x-amz-bucket-region', 'location'])

/** Digests of the body; `x-amz-checksum-algorithm` and `-type` only say of what kind those of an upload are. */
const DIGEST = /^(?:x-amz-checksum-(?!(?:algorithm|type)$)|content-md5$)/

/**
 * The head of the answer: of the backend's headers only the standard ones, the object's own metadata, and those that the
 * operation binds and the caller has a right to. Hop-by-hop headers, whatever `Connection` names, CORS, `Server`, and
 * the backend's private headers never pass.
 * @returns names in lower case
 */
export function filterResponseHeaders(headers: HeaderList, filter: ResponseFilter): HeaderPair[] {
  const allowed = new Set(filter.operation.responseHeaders)
  const hopByHop = connectionOptions(headers)
  const passed: HeaderPair[] = []
  const seen = new Set<string>()
  for (const [spelled, value] of headers.pairs) {
    const name = spelled.toLowerCase()
    if (seen.has(name) || hopByHop.has(name) || OWN.has(name)) continue
    const known = STANDARD.has(name) || allowed.has(name) || name.startsWith('x-amz-meta-') || DIGEST.test(name)
    if (!known || !mayPass(name, filter)) continue
    seen.add(name)
    passed.push([name, isList(name) ? headers.all(name).join(', ') : value])
  }
  // Last: Node reads a Content-Disposition that follows a Content-Length as UTF-8 and so loses its bytes.
  const isLength = ([name]: HeaderPair): boolean => name === 'content-length'
  return [...passed.filter((pair) => !isLength(pair)), ...ownHeaders(filter), ...passed.filter(isLength)]
}

function isList(name: string): boolean {
  return LISTS.has(name) || name.startsWith('x-amz-meta-')
}

function mayPass(name: string, { rights, body }: ResponseFilter): boolean {
  const right = RIGHT_OF.get(name)
  if (right !== undefined) return rights[right]
  return body === 'as-it-is' || !(name === 'content-length' || DIGEST.test(name))
}

function ownHeaders({ operation, region, location, requestId, hostId }: ResponseFilter): HeaderPair[] {
  const own: HeaderPair[] = [
    ['x-amz-request-id', requestId],
    // A stored page must not be taken for something else than its content type says.
    ['x-content-type-options', 'nosniff'],
  ]
  if (hostId !== undefined) own.push(['x-amz-id-2', hostId])
  if (operation.responseHeaders.includes('x-amz-bucket-region')) own.push(['x-amz-bucket-region', region])
  if (location !== undefined) own.push(['location', location])
  return own
}

function connectionOptions(headers: HeaderList): ReadonlySet<string> {
  const named = headers.all('connection').flatMap((value) => value.split(','))
  return new Set(named.map((name) => name.trim().toLowerCase()))
}
