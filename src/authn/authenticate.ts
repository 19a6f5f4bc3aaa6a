import type { Authenticated } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'
import type { S3Request } from '../s3/request.ts'
import type { AcceptedRegions } from '../sigv4/credential-claim.ts'
import type { SigningKeys } from '../sigv4/credential-scope.ts'
import { findMechanism } from '../sigv4/mechanism.ts'
import { parseQuerySignature } from '../sigv4/parse-presigned.ts'
import { type ClaimedSignature, parseHeaderSignature } from '../sigv4/parse-signature.ts'
import { isEcdsaStreaming, type PayloadHash, parsePayloadHash, UNSIGNED_PAYLOAD } from '../sigv4/payload-hash.ts'
import { receivedRequest } from '../sigv4/received-request.ts'
import { unsignedHeaders, verifySignature } from '../sigv4/verify.ts'
import { timeFailure } from '../sigv4/validity.ts'
import type { CredentialProvider } from './credentials.ts'
import { anonymous, proof, proveKey } from './prove.ts'
import { type FailedSignature, matchingVariant, type VariantOptions } from './signature-variants.ts'
import { AuthenticationRefusal, claimRefusal, mechanismRefusal, timeRefusal } from './refusals.ts'

/** What authentication needs to know beside the request. */
export interface AuthnOptions {
  /** Regions accepted in a credential scope. */
  readonly regions: AcceptedRegions
  /** The region that a client with a wrong one is told. */
  readonly proxyRegion: string
  /** How far the time of a request may lie from ours, both ways. */
  readonly maxSkewMs: number
  readonly presignedMaxExpirySeconds: number
  readonly credentials: CredentialProvider
  readonly keys: SigningKeys
  /**
   * Where a signature is wrong, known ways of getting it wrong are tried for the log, and what arrived is noted for the
   * audit. Undefined: neither.
   */
  readonly variants?: VariantOptions | undefined
}

/**
 * Finds out who sent a request: the only gate, passed before anything looks at the payload mode or the operation.
 * A request that is not signed at all comes out as anonymous.
 * @throws AuthenticationRefusal (an {@link S3Error}) for every other request whose signature does not verify; and
 * {@link S3Error} for a payload hash that cannot be used, spoken only after the signature did.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export async function authenticate(
  request: S3Request,
  options: AuthnOptions,
  now: Date,
  signal: AbortSignal,
): Promise<Authenticated> {
  const mechanism = findMechanism(request.headers, request.query)
  if (mechanism !== 'none' && mechanism !== 'header' && mechanism !== 'query') throw mechanismRefusal(mechanism)
  refuseSessionToken(request)
  if (mechanism === 'none') return anonymous()
  return proveClaim(request, readClaim(request, mechanism, options, now), options, { now, signal })
}

/** There are no sessions, so no token can be a valid one. */
function refuseSessionToken(request: S3Request): void {
  const inQuery = request.query.some(({ name }) => name === 'X-Amz-Security-Token')
  if (!inQuery && !request.headers.has('x-amz-security-token')) return
  throw new AuthenticationRefusal('InvalidToken', {
    message: 'Temporary credentials are not supported: send no session token (AWS_SESSION_TOKEN).',
  })
}

/** Everything that can be refused without knowing a secret. */
function readClaim(
  request: S3Request,
  place: ClaimedSignature['place'],
  options: AuthnOptions,
  now: Date,
): ClaimedSignature {
  const parsed =
    place === 'header'
      ? parseHeaderSignature(request.headers, options.regions)
      : parseQuerySignature(request.query, options.regions, options.presignedMaxExpirySeconds)
  if (!parsed.ok) throw claimRefusal(place, parsed.failure, options.proxyRegion)
  const claim = parsed.value
  const untimely = timeFailure(claim, now, options.maxSkewMs)
  if (untimely !== undefined) throw timeRefusal(untimely, claim, now, options.maxSkewMs)
  const unsigned = unsignedHeaders(claim, request.headers, request.ignoredAmz)
  if (unsigned.length > 0) {
    throw new AuthenticationRefusal('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      extras: [['HeadersNotSigned', unsigned.join(', ')]],
    })
  }
  return claim
}

async function proveClaim(
  request: S3Request,
  claim: ClaimedSignature,
  options: AuthnOptions,
  call: { readonly now: Date; readonly signal: AbortSignal },
): Promise<Authenticated> {
  const { accessKey, timestamp, scope, signature } = claim
  const payloadHashText = claimedPayloadHash(request, claim)
  const parts = {
    method: request.method,
    rawPath: request.target.path,
    path: request.path,
    query: request.query,
    headers: request.headers,
    hostCandidates: request.signedHostCandidates,
    payloadHash: payloadHashText,
  }
  const { credentials, keys } = options
  const { credential, signingKey } = await proveKey(
    claim,
    {
      isGenuine: (key) => verifySignature(claim, parts, key),
      mismatch: (secretKey) => ({
        detail: mismatchDetail(request, { claim, parts, secretKey }, options),
        received: options.variants === undefined ? undefined : receivedRequest(claim, parts),
      }),
    },
    { credentials, keys, ...call },
  )
  const payloadHash = usablePayloadHash(payloadHashText, request, claim)
  return proof({
    principal: credential.principal,
    authType: claim.place === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING',
    accessKey,
    seed: { signature, timestamp, scope, signingKey, payloadHash },
  })
}

/** For the log: a wrong secret looks like a balancer that takes headers away or rewrites the host. */
function mismatchDetail(request: S3Request, failed: FailedSignature, { variants }: AuthnOptions): string {
  const { claim } = failed
  const variant = variants === undefined ? undefined : matchingVariant(failed, variants)
  if (variant !== undefined) return `the secret is right: the signature verifies ${variant}`
  const absent = [...claim.signedHeaders].filter((name) => !request.headers.has(name))
  if (absent.length > 0) return `signed headers that did not arrive: ${absent.join(', ')}`
  return `wrong secret, or changed on its way: no match for the hosts ${[...request.signedHostCandidates].join(', ')}`
}

/** The text on the hash line of the canonical request. */
function claimedPayloadHash(request: S3Request, claim: ClaimedSignature): string {
  const header = request.headers.get('x-amz-content-sha256')
  if (claim.place === 'header') {
    if (header !== undefined) return header
    throw new AuthenticationRefusal('InvalidRequest', {
      message: 'A signed request needs the header x-amz-content-sha256.',
    })
  }
  if (header !== undefined && claim.signedHeaders.has('x-amz-content-sha256')) return header
  return request.query.find(({ name }) => name === 'X-Amz-Content-Sha256')?.value ?? UNSIGNED_PAYLOAD
}

/** What the (now proved) hash line says of the body, where the operation takes such a body. */
function usablePayloadHash(text: string, request: S3Request, claim: ClaimedSignature): PayloadHash {
  const payloadHash = parsePayloadHash(text)
  if (payloadHash === undefined) {
    if (isEcdsaStreaming(text)) throw new S3Error('NotImplemented')
    throw new S3Error('InvalidArgument', {
      message: 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a supported STREAMING value or a SHA-256 in hex.',
      extras: [['ArgumentName', 'x-amz-content-sha256']],
    })
  }
  if (payloadHash.kind !== 'streaming') return payloadHash
  if (payloadHash.signed && claim.place === 'query') {
    throw new S3Error('InvalidRequest', { message: 'A presigned URL cannot be used with signed chunks.' })
  }
  const { resolved } = request
  // Where the operation itself is refused, that is what the client is told later on.
  if ('operation' in resolved && !resolved.operation.streaming) {
    throw new S3Error('InvalidRequest', { message: 'This operation does not take a STREAMING payload.' })
  }
  return payloadHash
}
