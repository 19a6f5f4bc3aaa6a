import type { HeaderPair } from '../http/headers.ts'
import type { QueryPair } from '../http/target.ts'
import { canonicalQuery, hashCanonicalRequest } from './canonical-request.ts'
import { type CredentialScope, formatAmzDate, formatScope } from './credential-scope.ts'
import { UNSIGNED_PAYLOAD } from './payload-hash.ts'
import { canonicalBlock, type UnsignedRequest } from './sign.ts'
import { ALGORITHM, signatureHex, stringToSign } from './string-to-sign.ts'

/** A URL before it is presigned: all the given headers are signed, and whoever uses the URL has to send them. */
export interface UnsignedUrl extends Omit<UnsignedRequest, 'payloadHash'> {
  readonly expiresSeconds: number
}

/**
 * Presigns a URL with an unsigned payload; gives its query, without `?`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presignQuery(request: UnsignedUrl): string {
  const { credential, expiresSeconds, method, path } = request
  const timestamp = formatAmzDate(request.now)
  const scope: CredentialScope = { date: timestamp.slice(0, 8), region: credential.region, service: 's3' }
  const signed = canonicalBlock(request.headers.map(([name, value]): HeaderPair => [name.toLowerCase(), value]))
  const query = canonicalQuery([
    ...request.query,
    pair('X-Amz-Algorithm', ALGORITHM),
    pair('X-Amz-Credential', `${credential.accessKey}/${formatScope(scope)}`),
    pair('X-Amz-Date', timestamp),
    pair('X-Amz-Expires', String(expiresSeconds)),
    pair('X-Amz-SignedHeaders', signed.names),
  ])
  const requestHash = hashCanonicalRequest({
    method,
    uri: path,
    query,
    headers: signed.lines,
    signedHeaders: signed.names,
    payloadHash: UNSIGNED_PAYLOAD,
  })
  const signingKey = request.keys.derive(credential.secretKey, scope)
  return `${query}&X-Amz-Signature=${signatureHex(signingKey, stringToSign(timestamp, scope, requestHash))}`
}

const pair = (name: string, value: string): QueryPair => ({ name, value })
