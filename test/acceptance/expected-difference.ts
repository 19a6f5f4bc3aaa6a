import type { BackendName } from './acceptance-case.ts'

/** Where the proxy is meant to answer otherwise than the backend by itself. Texts are those that the suite prints. */
export interface ExpectedDifference {
  readonly operation: string
  readonly case: string
  readonly backend: BackendName
  readonly direct: string
  readonly proxied: string
  readonly why: string
}

type Row = readonly [operation: string, sentence: string, direct: string, proxied: string]

/** Rows that differ before the same backends for the same reason. */
export function on(backends: readonly BackendName[], why: string, rows: readonly Row[]): ExpectedDifference[] {
  return backends.flatMap((backend) =>
    rows.map(([operation, sentence, direct, proxied]) => ({
      operation,
      case: sentence,
      backend,
      direct,
      proxied,
      why,
    })),
  )
}

// Reasons that hold before more than one backend.

export const KEPT_HERE =
  'The proxy keeps policies, public access blocks and CORS rules itself and answers as AWS does; none is sent to the backend.'
export const UNKNOWN_PARAMETER =
  'A parameter that the operation does not have is never sent on: a backend might take the request for another one.'
export const OVERLOOKED = 'The backend overlooks what is wrong. The proxy refuses it, as AWS does.'
export const UNPROTECTED =
  'A document that changes things must be protected by its digest in the signature, a Content-MD5 or a checksum, as on AWS.'
export const OWN_NAME =
  'Both refuse. The proxy does so before the backend is asked, or by the name that AWS has for it.'
export const LIST_BUCKETS =
  'The backend does not know pages and prefixes of ListBuckets. The proxy answers them itself.'
export const REGION = 'The regions of clients are those of the proxy, which says the right one to the backend.'
