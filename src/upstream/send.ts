import type { HeaderList } from '../http/headers.ts'

/** A request as it leaves for the backend: every byte of its head is ours. */
export interface UpstreamRequest {
  readonly method: string
  /** Encoded path and query, sent byte for byte. */
  readonly path: string
  /** `[name, value, name, value, …]`, already checked: no hop-by-hop names, no control characters. */
  readonly headers: readonly string[]
  /** Undefined: no body. A streamed body ends early (by throwing) when it must not be stored. */
  readonly body: Buffer | AsyncIterable<Buffer> | undefined
}

/** The head of the backend's answer, and its body as it arrives. */
export interface UpstreamResponse {
  readonly status: number
  readonly headers: HeaderList
  /** Throws an {@link UpstreamFailure} when the backend breaks off. Must be read to the end or discarded. */
  readonly body: AsyncIterable<Buffer>
  /** Gives the connection up; for an answer nobody wants to read to the end. */
  discard(): void
}

/** Sends one request to the backend. Rejects with {@link UpstreamFailure}; never throws anything else. */
export type Send = (request: UpstreamRequest, signal: AbortSignal) => Promise<UpstreamResponse>

/**
 * Why no (whole) answer came:
 * `unreachable` no connection could be made · `busy` no free connection in time · `dropped` the connection died ·
 * `timeout` silence for too long · `garbage` not HTTP · `too-early` success was claimed before the body was sent ·
 * `aborted` our own side gave up · `body` the request's own body failed (its error is the cause).
 */
export type UpstreamFailureKind =
  | 'unreachable'
  | 'busy'
  | 'dropped'
  | 'timeout'
  | 'garbage'
  | 'too-early'
  | 'aborted'
  | 'body'

/** A failed exchange with the backend. */
export class UpstreamFailure extends Error {
  readonly kind: UpstreamFailureKind
  /** True when nothing of the answer had arrived and the request's body had not been begun. */
  readonly untouched: boolean

  constructor(kind: UpstreamFailureKind, options: { readonly untouched?: boolean; readonly cause?: unknown } = {}) {
    super(`backend: ${kind}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'UpstreamFailure'
    this.kind = kind
    this.untouched = options.untouched ?? false
  }
}
