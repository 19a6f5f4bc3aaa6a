import { HeaderList } from '../http/headers.ts'
import { parseQuery, percentDecode, type QueryPair, type RawTarget, splitTarget } from '../http/target.ts'
import { isBucketName, type S3Address } from './address.ts'
import { type AmzHeaders, mergeAmzHeaders } from './amz-headers.ts'
import { type CopySource, parseCopySource } from './copy-source.ts'
import { S3Error } from './errors.ts'
import { checkHeaderSection, hopByHopNames, readFraming } from './framing.ts'
import { locate } from './locate.ts'
import type { S3Operation, S3OperationName } from './operation.ts'
import { type Parameters, readParameters } from './parameters.ts'
import { operationNotImplemented, type ResolvedOperation, resolveOperation } from './resolve-operation.ts'

/** A request as this program understands it; everything later is decided from this one reading. */
export interface S3Request {
  readonly method: string
  /** As sent; for the signature only. */
  readonly target: RawTarget
  /** The whole path, decoded once. */
  readonly path: string
  /** The effective host: `Host`, or `X-Forwarded-Host` from a trusted proxy. */
  readonly host: string
  /** What the client may have signed as `host`, in the order to try; all of them mean the same address. */
  readonly signedHostCandidates: Iterable<string>
  /** `1.1` or `1.0`. */
  readonly httpVersion: string
  readonly address: S3Address
  /** All query parameters, decoded, in order. */
  readonly query: readonly QueryPair[]
  /** The first value of a query parameter, by its exact name. */
  param(name: string): string | undefined
  /** As received. */
  readonly headers: HeaderList
  /**
   * The effective `x-amz-*` by lower-case name, from header or query parameter, as latin1 text (one character a byte).
   * Without the query's authentication parameters, and without the names of {@link ignoredAmz}.
   */
  readonly amz: ReadonlyMap<string, string>
  /** The unknown names that the configuration drops; they need not be signed. */
  readonly ignoredAmz: ReadonlySet<string>
  /** Header names, in lower case, that `Connection` names: they end at this hop. */
  readonly hopByHop: ReadonlySet<string>
  readonly resolved: ResolvedOperation
  /** What CopyObject or UploadPartCopy reads; undefined for every other operation. */
  readonly copySource: CopySource | undefined
  /** Bytes; undefined when the header is absent. */
  readonly contentLength: number | undefined
  /** Whether the body comes with `Transfer-Encoding: chunked`. */
  readonly chunked: boolean
}

/** The request line and header section as the server read them. */
export interface RawRequest {
  readonly method: string
  /** The request target as sent. */
  readonly url: string
  /** Flat `[name, value, …]`, latin1 text. */
  readonly rawHeaders: readonly string[]
  /** As on the request line; anything but `1.1` and `1.0` is refused. */
  readonly httpVersion: string
  /** Value of `X-Forwarded-Host`, if a trusted proxy sent it. */
  readonly forwardedHost: string | undefined
  /** Value of `X-Forwarded-Port`, if a trusted proxy sent it. */
  readonly forwardedPort?: string | undefined
}

/** How requests are read. */
export interface RequestOptions {
  /** Base domains, lower case: `BUCKET.<one of these>` is virtual-hosted. */
  readonly hostnames: readonly string[]
  /** Bucket names that are refused, such as `RESERVED_BUCKETS`. */
  readonly reservedBuckets: ReadonlySet<string>
  /** Unknown `x-amz-*` names, lower case, that are dropped instead of refused. */
  readonly ignoreHeaders: ReadonlySet<string>
}

/** Node's parser also lets 0.9 and 2.0 through, in the clothes of HTTP/1.1. */
const HTTP_VERSIONS: ReadonlySet<string> = new Set(['1.1', '1.0'])

const COPYING: ReadonlySet<S3OperationName> = new Set<S3OperationName>(['CopyObject', 'UploadPartCopy'])
const BYPASS = 'x-amz-bypass-governance-retention'
const BYPASSING: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'DeleteObject',
  'DeleteObjects',
  'PutObjectRetention',
])

/**
 * Reads a request once, for all that follows.
 * @throws S3Error for raw syntax faults (duplicates, sizes, encoding, framing), to be answered at once. What the request
 *   asks for and cannot have is in `resolved`, to be said after the signature was verified.
 */
export function parseS3Request(raw: RawRequest, options: RequestOptions): S3Request {
  if (!HTTP_VERSIONS.has(raw.httpVersion)) {
    throw new S3Error('BadRequest', { message: 'Only HTTP/1.1 and HTTP/1.0 are understood.' })
  }
  const headers = HeaderList.fromFlat(raw.rawHeaders)
  checkHeaderSection(headers)
  const target = splitTarget(raw.url)
  if (target === undefined) throw new S3Error('InvalidURI', { message: 'The request target must be a path.' })
  const framing = readFraming(headers, raw.method, raw.httpVersion)
  const { path, query } = decodeTarget(target)
  const parameters = readParameters(query)
  const { forwardedHost, forwardedPort } = raw
  const hosts = { hostHeader: headers.get('host'), forwardedHost, forwardedPort }
  const { host, signedHosts, address } = locate(hosts, target.path, options.hostnames)
  const merged = mergeAmzHeaders(headers, parameters.hoisted, options.ignoreHeaders)
  const asked = resolveOperation({
    method: raw.method,
    level: address.bucket === undefined ? 'service' : address.key === undefined ? 'bucket' : 'object',
    parameters,
    hasCopySource: merged.amz.has('x-amz-copy-source'),
    isForm: /^multipart\/form-data(?:[;\s]|$)/i.test(headers.get('content-type') ?? ''),
    host: host.toLowerCase(),
    path,
  })
  const source = copySourceOf(asked, merged.amz)
  return {
    method: raw.method,
    target,
    path,
    host,
    signedHostCandidates: signedHosts,
    httpVersion: raw.httpVersion,
    address,
    query,
    param: (name) => parameters.first.get(name),
    headers,
    amz: merged.amz,
    ignoredAmz: merged.ignored,
    hopByHop: hopByHopNames(headers, signedHeadersOf(headers, parameters)),
    resolved: withRefusals(asked, { headers, parameters, merged, address, source, reserved: options.reservedBuckets }),
    copySource: source,
    ...framing,
  }
}

function decodeTarget(target: RawTarget): { path: string; query: readonly QueryPair[] } {
  const path = percentDecode(target.path)
  const query = parseQuery(target.query)
  if (path === undefined || query === undefined) throw new S3Error('InvalidURI')
  return { path, query }
}

function signedHeadersOf(headers: HeaderList, { first }: Parameters): string | undefined {
  return /SignedHeaders=([^,\s]*)/.exec(headers.get('authorization') ?? '')?.[1] ?? first.get('X-Amz-SignedHeaders')
}

function copySourceOf(asked: ResolvedOperation, amz: ReadonlyMap<string, string>): CopySource | undefined {
  const value = amz.get('x-amz-copy-source')
  if (value === undefined || !('operation' in asked) || !COPYING.has(asked.operation.name)) return undefined
  return parseCopySource(value)
}

/** What the further reasons for a refusal are drawn from. */
interface RefusalGrounds {
  readonly headers: HeaderList
  readonly parameters: Parameters
  readonly merged: AmzHeaders
  readonly address: S3Address
  readonly source: CopySource | undefined
  readonly reserved: ReadonlySet<string>
}

function withRefusals(asked: ResolvedOperation, grounds: RefusalGrounds): ResolvedOperation {
  if (!('operation' in asked)) return asked
  const { operation } = asked
  const isBucket = (name: string) => isBucketName(name) && !grounds.reserved.has(name)
  const refusal =
    bucketRefusal(grounds.address.bucket, isBucket) ??
    headerRefusal(operation, grounds) ??
    sourceRefusal(operation, grounds.source, isBucket) ??
    (operation.unavailable ? operationNotImplemented(operation.name) : undefined)
  return refusal === undefined ? asked : { refusal, named: operation }
}

function bucketRefusal(bucket: string | undefined, isBucket: (name: string) => boolean): S3Error | undefined {
  if (bucket === undefined || isBucket(bucket)) return undefined
  return new S3Error('InvalidBucketName', { extras: [['BucketName', bucket]] })
}

function headerRefusal(operation: S3Operation, { headers, parameters, merged }: RefusalGrounds): S3Error | undefined {
  if (merged.unsupported !== undefined) {
    return new S3Error('NotImplemented', {
      message: 'A header asks for something that is not implemented.',
      extras: [['Header', merged.unsupported]],
    })
  }
  const bypass = merged.amz.get(BYPASS)
  if (bypass !== undefined && (!BYPASSING.has(operation.name) || !/^(?:true|false)$/i.test(bypass))) {
    return new S3Error('InvalidArgument', { extras: [['ArgumentName', BYPASS]] })
  }
  const isSigned = headers.has('authorization') || parameters.first.has('X-Amz-Signature')
  if (!isSigned && [...parameters.ofOperation.keys()].some((name) => name.startsWith('response-'))) {
    return new S3Error('InvalidRequest', { message: 'Only signed requests may override response headers.' })
  }
  return undefined
}

function sourceRefusal(
  operation: S3Operation,
  source: CopySource | undefined,
  isBucket: (name: string) => boolean,
): S3Error | undefined {
  if (!COPYING.has(operation.name) || (source !== undefined && isBucket(source.bucket))) return undefined
  return new S3Error('InvalidArgument', {
    message: 'The copy source must be bucket/key, percent-encoded, with an optional versionId.',
    extras: [['ArgumentName', 'x-amz-copy-source']],
  })
}
