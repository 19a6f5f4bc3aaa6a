import type { HeaderPair } from '../http/headers.ts'
import type { QueryPair } from '../http/target.ts'
import { asksForAcl, setsTags } from '../s3/amz-headers.ts'
import { isBodyProblem } from '../s3/bodies/read-body.ts'
import { parseTaggingHeader, writeTaggingHeader } from '../s3/bodies/tagging.ts'
import { canonicalCopySource } from '../s3/copy-source.ts'
import type { S3Operation } from '../s3/operation.ts'
import type { S3Request } from '../s3/request.ts'
import { cephConditions } from './ceph-conditions.ts'
import type { BackendProfile } from './profiles.ts'

/** What of a backend's profile decides about headers. */
export type ForwardingTraits = Pick<BackendProfile, 'storesChecksums'> &
  Partial<Pick<BackendProfile, 'conditionHeaders'>>

/** The one sub-resource whose value means something. */
const VALUED_SUBRESOURCE = 'uploadId'

/** The query that leaves: the parameters that made the row what it is, and those that the row takes. */
export function forwardedQuery(request: S3Request, operation: S3Operation): QueryPair[] {
  const { selector, params } = operation
  return request.query.flatMap((pair): QueryPair[] => {
    if (pair.name === selector.subresource && pair.name !== VALUED_SUBRESOURCE) return [{ name: pair.name, value: '' }]
    const taken = pair.name === selector.subresource || selector.demands.has(pair.name) || params.includes(pair.name)
    return taken ? [pair] : []
  })
}

/** Written by the stage that knows the body: its digests. */
const BODY_HEADERS: ReadonlySet<string> = new Set(['content-md5', 'x-amz-sdk-checksum-algorithm'])

/** Checksums and what speaks of them: for backends that keep them; those of a body come with the body. */
const UPLOAD_CHECKSUM = /^x-amz-checksum-(?!algorithm$|mode$|type$)/
const CHECKSUM_TALK: ReadonlySet<string> = new Set([
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
  'x-amz-mp-object-size',
])

/**
 * The headers that leave, by the row's allow-list: never a header that the row does not bind, never the query form of a
 * header, the copy source in its canonical spelling, and conditions as the backend reads them.
 */
export function forwardedHeaders(request: S3Request, operation: S3Operation, traits: ForwardingTraits): HeaderPair[] {
  const headers: HeaderPair[] = []
  for (const name of operation.requestHeaders) {
    // What `Connection` names is meant for this hop alone (RFC 9110 §7.6.1); none of it can be signed.
    if (request.hopByHop.has(name) || !mayCarry(name, operation, traits)) continue
    const value = valueOf(name, request)
    if (value === undefined || asksNothing(name, value, request, operation)) continue
    headers.push([name, name === 'x-amz-tagging' ? canonicalTags(value) : value])
  }
  const conditioned = traits.conditionHeaders === 'ceph' ? cephConditions(request.method, headers) : headers
  return [...conditioned, ...userMetadata(request, operation), ...copySource(request)]
}

function valueOf(name: string, request: S3Request): string | undefined {
  if (name === 'content-encoding') return contentEncoding(request)
  return name.startsWith('x-amz-') ? request.amz.get(name) : request.headers.get(name)
}

/** Tags were decided on as they were read here, and leave so that they can be read in no other way. */
function canonicalTags(value: string): string {
  const tags = parseTaggingHeader(value)
  return isBodyProblem(tags) ? value : writeTaggingHeader(tags)
}

function mayCarry(name: string, operation: S3Operation, traits: ForwardingTraits): boolean {
  if (BODY_HEADERS.has(name)) return false
  // With a body, its framing decides, and the stage that knows it writes this one.
  if (name === 'content-encoding') return operation.body === 'none'
  if (CHECKSUM_TALK.has(name)) return traits.storesChecksums
  return !UPLOAD_CHECKSUM.test(name) || (operation.body === 'xml' && traits.storesChecksums)
}

function userMetadata(request: S3Request, operation: S3Operation): HeaderPair[] {
  if (!operation.userMetadata) return []
  return [...request.amz].filter(([name]) => name.startsWith('x-amz-meta-'))
}

function copySource({ copySource: source }: S3Request): HeaderPair[] {
  return source === undefined ? [] : [['x-amz-copy-source', canonicalCopySource(source)]]
}

/** Values that ask for nothing, and that some backends refuse. */
function asksNothing(name: string, value: string, request: S3Request, operation: S3Operation): boolean {
  if (name === 'x-amz-tagging') return !setsTags(operation.name, request.amz)
  if (name === 'x-amz-acl') return operation.selector.subresource !== 'acl' && !asksForAcl(request.amz)
  return name === 'x-amz-bypass-governance-retention' && value.toLowerCase() === 'false'
}

/**
 * `Content-Encoding` without the framing that was taken off; undefined when nothing is left (backends store what is sent).
 * A list may stand in several lines (RFC 9110 §5.3): the Java SDK adds its framing in a line of its own.
 */
export function contentEncoding(request: S3Request): string | undefined {
  const lines = request.hopByHop.has('content-encoding') ? [] : request.headers.all('content-encoding')
  if (lines.length === 0) return undefined
  const value = lines.join(',')
  if (!/aws-chunked/i.test(value)) return value
  const kept = value.split(',').filter((token) => !/^[ \t]*(?:aws-chunked)?[ \t]*$/i.test(token))
  return kept.length === 0 ? undefined : kept.join(',').trim()
}
