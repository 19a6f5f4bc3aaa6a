import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import type { ClaimFailure } from '../src/sigv4/credential-claim.ts'
import type { SigningKeys } from '../src/sigv4/credential-scope.ts'
import { findMechanism } from '../src/sigv4/mechanism.ts'
import { MAX_PRESIGNED_EXPIRY_SECONDS, parseQuerySignature } from '../src/sigv4/parse-presigned.ts'
import { type ClaimedSignature, parseHeaderSignature } from '../src/sigv4/parse-signature.ts'
import { type PayloadHash, parsePayloadHash, UNSIGNED_PAYLOAD } from '../src/sigv4/payload-hash.ts'
import type { SeedSignature } from '../src/sigv4/seed-signature.ts'
import { timeFailure } from '../src/sigv4/validity.ts'
import { unsignedHeaders, verifySignature } from '../src/sigv4/verify.ts'

/** The one key pair that the store knows. */
export interface StoreCredential {
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
}

const MAX_SKEW_MS = 15 * 60 * 1000

/**
 * Verifies that a request was signed with the store's credential, in a header or in a presigned URL.
 * @throws S3Error for every other request.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function authenticate(
  request: S3Request,
  credential: StoreCredential,
  keys: SigningKeys,
  now: Date,
): SeedSignature {
  const claim = readClaim(request, credential.region)
  checkTime(claim, now)
  const unsigned = unsignedHeaders(claim, request.headers, request.ignoredAmz)
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      extras: [['HeadersNotSigned', unsigned.join(', ')]],
    })
  }
  if (claim.accessKey !== credential.accessKey) {
    throw new S3Error('InvalidAccessKeyId', { extras: [['AWSAccessKeyId', claim.accessKey]] })
  }
  const payloadHash = payloadHashText(request, claim)
  const signingKey = keys.derive(credential.secretKey, claim.scope)
  const parts = {
    method: request.method,
    rawPath: request.target.path,
    path: request.path,
    query: request.query,
    headers: request.headers,
    hostCandidates: request.signedHostCandidates,
    payloadHash,
  }
  if (!verifySignature(claim, parts, signingKey)) throw new S3Error('SignatureDoesNotMatch')
  const { signature, timestamp, scope } = claim
  return { signature, timestamp, scope, signingKey, payloadHash: readPayloadHash(payloadHash, request, claim) }
}

function readClaim(request: S3Request, region: string): ClaimedSignature {
  const mechanism = findMechanism(request.headers, request.query)
  if (mechanism === 'none') throw new S3Error('AccessDenied')
  if (mechanism !== 'header' && mechanism !== 'query') {
    throw new S3Error('InvalidRequest', { message: 'Requests must be signed in one way, by AWS4-HMAC-SHA256.' })
  }
  if (request.headers.has('x-amz-security-token') || request.param('X-Amz-Security-Token') !== undefined) {
    throw new S3Error('InvalidToken')
  }
  const parsed =
    mechanism === 'header'
      ? parseHeaderSignature(request.headers, [region])
      : parseQuerySignature(request.query, [region], MAX_PRESIGNED_EXPIRY_SECONDS)
  if (parsed.ok) return parsed.value
  throw claimError(mechanism, parsed.failure, region)
}

function claimError(mechanism: 'header' | 'query', failure: ClaimFailure, region: string): S3Error {
  const code = mechanism === 'header' ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError'
  switch (failure.reason) {
    case 'malformed':
      return new S3Error(code, { message: `The authorization is malformed: ${failure.problem}.` })
    case 'wrong-region':
      return new S3Error(code, {
        message: `The authorization is malformed; the region '${failure.region}' is wrong; expecting '${region}'`,
        extras: [['Region', region]],
      })
    case 'no-date':
      return new S3Error('AccessDenied', { message: 'A signed request needs a valid x-amz-date or Date header.' })
  }
}

function checkTime(claim: ClaimedSignature, now: Date): void {
  const failure = timeFailure(claim, now, MAX_SKEW_MS)
  if (failure === undefined) return
  const serverTime = `${now.toISOString().slice(0, 19)}Z`
  if (failure !== 'skewed')
    throw new S3Error('AccessDenied', { message: 'Request has expired', extras: [['ServerTime', serverTime]] })
  throw new S3Error('RequestTimeTooSkewed', {
    extras: [
      ['RequestTime', claim.timestamp],
      ['ServerTime', serverTime],
      ['MaxAllowedSkewMilliseconds', String(MAX_SKEW_MS)],
    ],
  })
}

/** The text on the hash line of the canonical request. */
function payloadHashText(request: S3Request, claim: ClaimedSignature): string {
  const header = request.headers.get('x-amz-content-sha256')
  if (claim.place === 'header') {
    if (header === undefined)
      throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: x-amz-content-sha256' })
    return header
  }
  if (header !== undefined && claim.signedHeaders.has('x-amz-content-sha256')) return header
  return request.param('X-Amz-Content-Sha256') ?? UNSIGNED_PAYLOAD
}

function readPayloadHash(text: string, request: S3Request, claim: ClaimedSignature): PayloadHash {
  const hash = parsePayloadHash(text)
  if (hash === undefined) {
    throw new S3Error('InvalidArgument', {
      message: 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value, or a valid sha256 value.',
      extras: [
        ['ArgumentName', 'x-amz-content-sha256'],
        ['ArgumentValue', text],
      ],
    })
  }
  if (hash.kind !== 'streaming') return hash
  const { resolved } = request
  const isPossible =
    'operation' in resolved && resolved.operation.streaming && !(hash.signed && claim.place === 'query')
  if (!isPossible && 'operation' in resolved)
    throw new S3Error('InvalidRequest', { message: 'This request does not take a STREAMING payload.' })
  return hash
}
