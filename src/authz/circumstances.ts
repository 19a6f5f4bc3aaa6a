import type { Authenticated } from '../proof/stages.ts'
import type { S3Request } from '../s3/request.ts'
import type { PolicySource } from './policy-source.ts'

/** Where and when a request came in: what policies may ask and the request itself does not say. */
export interface Circumstances {
  readonly now: Date
  /** The client's, as far as trusted proxies can be believed. */
  readonly sourceAddress: string
  /** Whether the client's own connection is TLS. */
  readonly transport: 'tls' | 'plain'
  /** `TLSv1.3`, of the client's own connection; undefined when that ends at a proxy before this one. */
  readonly tlsVersion: string | undefined
  /** The account that everything belongs to. */
  readonly accountId: string
  /** The region that a request is for which names none. */
  readonly region: string
}

/** Who asks by which request, and where the policies come from that answer. */
export interface Caller {
  readonly authenticated: Authenticated
  readonly request: S3Request
  readonly circumstances: Circumstances
  readonly source: PolicySource
}
