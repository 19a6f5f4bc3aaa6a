import { type KeyObject, timingSafeEqual } from 'node:crypto'
import type { HeaderList } from '../http/headers.ts'
import { headerForms, type SignedParts, signedQuery, uriForms } from './canonical-forms.ts'
import { hashCanonicalRequest } from './canonical-request.ts'
import type { ClaimedSignature } from './parse-signature.ts'
import { UNSIGNED_PAYLOAD } from './payload-hash.ts'
import { signatureBytes, stringToSign } from './string-to-sign.ts'

const SIGNATURE = /^[0-9a-f]{64}$/

/**
 * Whether the claimed signature is the one that `signingKey` gives for these parts; compared in constant time.
 *
 * Signers differ in how they write down the same request. The form that S3 documents is tried first. Where it fails and
 * the text would differ, so are the path as sent, header values with their inner spaces kept, and the other values of
 * `host`. All forms name the same decoded path, query and headers: which one matched changes no meaning.
 */
export function verifySignature(claim: ClaimedSignature, parts: SignedParts, signingKey: KeyObject): boolean {
  if (!SIGNATURE.test(claim.signature)) return false
  // A header that is named and absent has no value, not the empty one.
  for (const name of claim.signedHeaders) if (!parts.headers.has(name)) return false
  const expected = Buffer.from(claim.signature, 'hex')
  const query = signedQuery(claim, parts.query)
  const signedHeaders = [...claim.signedHeaders].join(';')
  for (const uri of uriForms(parts)) {
    for (const headers of headerForms(claim, parts)) {
      const { method, payloadHash } = parts
      const requestHash = hashCanonicalRequest({ method, uri, query, headers, signedHeaders, payloadHash })
      const actual = signatureBytes(signingKey, stringToSign(claim.timestamp, claim.scope, requestHash))
      if (timingSafeEqual(actual, expected)) return true
    }
  }
  return false
}

/**
 * The names that had to be signed and are not: `host`, the header that dates the request, and every `x-amz-*` header
 * except those in `exempt`. One more tolerance: a presigned URL may come with an unsigned
 * `x-amz-content-sha256: UNSIGNED-PAYLOAD`, which says what holds without it.
 */
export function unsignedHeaders(
  claim: ClaimedSignature,
  headers: HeaderList,
  exempt: ReadonlySet<string>,
): readonly string[] {
  const { signedHeaders } = claim
  const missing: string[] = []
  if (!signedHeaders.has('host')) missing.push('host')
  if (claim.dateHeader === 'date' && !signedHeaders.has('date')) missing.push('date')
  for (const name of headers.names()) {
    if (!name.startsWith('x-amz-') || signedHeaders.has(name) || exempt.has(name)) continue
    if (name === 'x-amz-content-sha256' && isHarmlessPayloadHash(claim, headers)) continue
    missing.push(name)
  }
  return missing
}

function isHarmlessPayloadHash(claim: ClaimedSignature, headers: HeaderList): boolean {
  return claim.place === 'query' && headers.all('x-amz-content-sha256').every((value) => value === UNSIGNED_PAYLOAD)
}
