import type { HeaderList } from '../http/headers.ts'
import type { QueryPair, RawTarget } from '../http/target.ts'
import type { S3Address } from './address.ts'
import type { CopySource } from './copy-source.ts'
import type { S3Error } from './errors.ts'
import type { S3Operation } from './operation.ts'

/**
 * What a request asks for: a row of the table, or why it is refused. The refusal is spoken only to a caller whose
 * signature verified; `named` is the row that was asked for, where it is known, for log and audit.
 */
export type ResolvedOperation =
  | { readonly operation: S3Operation }
  | { readonly refusal: S3Error; readonly named: S3Operation | undefined }

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
  readonly signedHostCandidates: readonly string[]
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
  /** Whether `Transfer-Encoding: chunked`. */
  readonly chunked: boolean
}

/** The request line and header section as the server read them. */
export interface RawRequest {
  readonly method: string
  /** The request target as sent. */
  readonly url: string
  /** Flat `[name, value, …]`, latin1 text. */
  readonly rawHeaders: readonly string[]
  /** `1.1` or `1.0`. */
  readonly httpVersion: string
  /** Value of `X-Forwarded-Host`, if a trusted proxy sent it. */
  readonly forwardedHost: string | undefined
}
