import type { ProfileName } from '../s3/operation.ts'
import type { SigningKeys } from '../sigv4/credential-scope.ts'
import type { SigningCredential } from '../sigv4/sign.ts'

/** The one backend: where it is, how its buckets are addressed, and the master key. */
export interface Backend {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string
  /** For the `Host` header: with the port only where it is not the default. */
  readonly host: string
  readonly addressing: 'path' | 'virtual'
  readonly profile: ProfileName
  readonly extraOperations: ReadonlySet<string>
  readonly credential: SigningCredential
  readonly keys: SigningKeys
}
