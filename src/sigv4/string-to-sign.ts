import { createHmac, type KeyObject } from 'node:crypto'
import { type CredentialScope, formatScope } from './credential-scope.ts'

/** The one algorithm this proxy knows. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'

/** The string to sign of a request. `timestamp` is an amz date, `requestHash` the hex SHA-256 of the canonical request. */
export function stringToSign(timestamp: string, scope: CredentialScope, requestHash: string): string {
  return `${ALGORITHM}\n${timestamp}\n${formatScope(scope)}\n${requestHash}`
}

/** HMAC-SHA256 of a string to sign: 32 bytes. */
export function signatureBytes(signingKey: KeyObject, text: string): Buffer {
  return createHmac('sha256', signingKey).update(text, 'latin1').digest()
}

/** HMAC-SHA256 of a string to sign: 64 lower-case hex digits. */
export function signatureHex(signingKey: KeyObject, text: string): string {
  return createHmac('sha256', signingKey).update(text, 'latin1').digest('hex')
}
