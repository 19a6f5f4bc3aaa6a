import type { HeaderPair } from '../http/headers.ts'
import type { QueryPair } from '../http/target.ts'
import { EMPTY_SHA256 } from '../sigv4/payload-hash.ts'
import { signRequest } from '../sigv4/sign.ts'
import { uriEncodePath } from '../sigv4/uri-encode.ts'
import type { Backend } from './backend.ts'
import type { UpstreamRequest } from './send.ts'

/** A request for the backend before it is signed: addressed by what was authorised, never by what was sent. */
export interface Outgoing {
  readonly method: string
  readonly bucket: string | undefined
  readonly key: string | undefined
  /** Decoded. */
  readonly query: readonly QueryPair[]
  /** Names in lower case, values latin1 text; without host, length, date, hash and signature. */
  readonly headers: readonly HeaderPair[]
  readonly body: OutgoingPayload | undefined
}

/** What follows the head. */
export interface OutgoingPayload {
  readonly content: Buffer | AsyncIterable<Buffer>
  /** Bytes on the wire, exactly. */
  readonly length: number
  /** For `x-amz-content-sha256`. */
  readonly hash: string
}

/**
 * Signs a request with the master key and gives it the form in which it leaves: a canonical path made anew from the
 * decoded key, a canonical query, and only the headers that were put there (all signed: strict backends refuse others).
 */
export function buildUpstreamRequest(outgoing: Outgoing, backend: Backend, now: Date): UpstreamRequest {
  const { method, query, body } = outgoing
  const { host, path } = place(outgoing, backend)
  const signed = signRequest({
    method,
    path,
    query,
    headers: [['host', host], ...outgoing.headers],
    payloadHash: body?.hash ?? EMPTY_SHA256,
    credential: backend.credential,
    now,
    keys: backend.keys,
  })
  const headers = signed.headers.flat()
  // A body of no bytes is still a body to PUT and POST: some backends demand its length.
  if (body !== undefined || method === 'PUT' || method === 'POST')
    headers.push('content-length', String(body?.length ?? 0))
  return {
    method,
    path: signed.query === '' ? path : `${path}?${signed.query}`,
    headers,
    body: body === undefined || body.length === 0 ? undefined : body.content,
  }
}

function place({ bucket, key }: Outgoing, backend: Backend): { readonly host: string; readonly path: string } {
  if (bucket === undefined) return { host: backend.host, path: '/' }
  const keyPath = key === undefined ? '' : `/${uriEncodePath(key)}`
  // A certificate for *.host does not cover a bucket name with dots.
  if (backend.addressing === 'virtual' && !bucket.includes('.')) {
    return { host: `${bucket}.${backend.host}`, path: keyPath === '' ? '/' : keyPath }
  }
  return { host: backend.host, path: `/${bucket}${keyPath}` }
}
