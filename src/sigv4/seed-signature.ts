import type { KeyObject } from 'node:crypto'
import type { CredentialScope } from './credential-scope.ts'
import type { PayloadHash } from './payload-hash.ts'

/**
 * A verified request signature, and what later signatures of the same request chain from.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export interface SeedSignature {
  /** 64 lower-case hex digits. */
  readonly signature: string
  /** `YYYYMMDDTHHMMSSZ`, as signed. */
  readonly timestamp: string
  readonly scope: CredentialScope
  readonly signingKey: KeyObject
  readonly payloadHash: PayloadHash
}
