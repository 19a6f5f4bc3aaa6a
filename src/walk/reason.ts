import { AuthenticationRefusal } from '../authn/refusals.ts'
import { ClientGone } from '../listen/respond.ts'
import { S3Error, type S3ErrorCode } from '../s3/errors.ts'
import type { RequestReason, StageLabel } from '../telemetry/metrics.ts'
import { UpstreamFailure } from '../upstream/send.ts'

/** Codes by which the payload is refused, whichever stage reads it. */
const BODY_CODES: ReadonlySet<S3ErrorCode> = new Set<S3ErrorCode>([
  'BadDigest',
  'EntityTooLarge',
  'EntityTooSmall',
  'IncompleteBody',
  'IncorrectNumberOfFilesInPostRequest',
  'InvalidChunkSizeError',
  'InvalidDigest',
  'InvalidPolicyDocument',
  'MalformedPOSTRequest',
  'MalformedTrailerError',
  'MalformedXML',
  'MaxMessageLengthExceeded',
  'MaxPostPreDataLengthExceededError',
  'MissingContentLength',
  'RequestTimeout',
  'XAmzContentSHA256Mismatch',
])

/** Why a request ended as it did, for the metrics: a closed list. */
export function reasonFor(thrown: unknown, stage: StageLabel): RequestReason {
  if (thrown instanceof ClientGone) return 'aborted'
  if (thrown instanceof AuthenticationRefusal) return 'unauthenticated'
  if (!(thrown instanceof S3Error)) return 'internal'
  if (stage === 'parse') return 'syntax'
  if (thrown.code === 'AccessDenied') return 'denied'
  if (thrown.code === 'NotImplemented' || thrown.code === 'MethodNotAllowed') return 'unsupported'
  if (thrown.cause instanceof UpstreamFailure || thrown.status >= 500) return 'backend'
  // A chunk whose signature is wrong is found after the request's own signature was right.
  if (BODY_CODES.has(thrown.code) || thrown.code === 'SignatureDoesNotMatch') return 'body'
  return 'none'
}
