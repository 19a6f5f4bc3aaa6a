import type { HeaderPair } from '../http/headers.ts'

const error = (status: number, message: string): { readonly status: number; readonly message: string } => ({
  status,
  message,
})

/**
 * Every error code the proxy answers with or passes on from a backend: its HTTP status and our own short message.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const S3_ERRORS = {
  // Who asks, and may they
  AccessDenied: error(403, 'Access denied.'),
  AccessForbidden: error(403, 'Cross-origin access is not allowed here.'),
  AccountProblem: error(403, 'The account cannot be used for this operation.'),
  AllAccessDisabled: error(403, 'All access to this resource is disabled.'),
  AuthorizationHeaderMalformed: error(400, 'The Authorization header is malformed.'),
  AuthorizationQueryParametersError: error(400, 'The query authentication parameters are malformed.'),
  CredentialsNotSupported: error(400, 'The request does not support credentials.'),
  ExpiredToken: error(400, 'The token has expired.'),
  InvalidAccessKeyId: error(403, 'The access key id is not known.'),
  InvalidPayer: error(403, 'All access to this object is disabled.'),
  InvalidSecurity: error(403, 'The security credentials are not valid.'),
  InvalidToken: error(400, 'The security token is not valid.'),
  MissingSecurityHeader: error(400, 'A required security header is missing.'),
  NotSignedUp: error(403, 'The account is not signed up for this service.'),
  RequestExpired: error(400, 'The request has expired.'),
  RequestTimeTooSkewed: error(403, 'The time of the request differs too much from the time of the server.'),
  SignatureDoesNotMatch: error(
    403,
    'The signature does not match the request. Check the secret key and the signing method.',
  ),
  UserSuspended: error(403, 'The user is suspended.'),

  // Request syntax
  BadRequest: error(400, 'The request cannot be understood.'),
  InvalidArgument: error(400, 'An argument of the request is not valid.'),
  InvalidHTTPMethod: error(400, 'The HTTP method is not valid.'),
  InvalidRequest: error(400, 'The request is not valid.'),
  InvalidURI: error(400, 'The URI cannot be parsed.'),
  KeyTooLongError: error(400, 'The key is longer than 1024 bytes.'),
  MetadataTooLarge: error(400, 'The user metadata is larger than 2 KiB.'),
  MethodNotAllowed: error(405, 'The method is not allowed on this resource.'),
  NotImplemented: error(501, 'The request asks for something that is not implemented.'),
  RequestHeaderSectionTooLarge: error(400, 'The header section of the request is too large.'),
  RequestTimeout: error(400, 'The request was not received within the time limit.'),
  UnexpectedContent: error(400, 'The request does not take a body.'),
  UserKeyMustBeSpecified: error(400, 'The request must name a key.'),

  // Body
  BadDigest: error(400, 'The digest that was given does not match the body.'),
  EntityTooLarge: error(400, 'The body is larger than the maximum allowed.'),
  EntityTooSmall: error(400, 'The body is smaller than the minimum allowed.'),
  IncompleteBody: error(400, 'The body ended before the length that was announced.'),
  InvalidChunkSizeError: error(403, 'Only the last chunk may be smaller than 8192 bytes.'),
  InvalidDigest: error(400, 'The Content-MD5 is not valid.'),
  MalformedTrailerError: error(400, 'The trailer is malformed.'),
  MalformedXML: error(400, 'The XML is not well formed or does not follow its schema.'),
  MaxMessageLengthExceeded: error(400, 'The request body is too large.'),
  MissingContentLength: error(411, 'The length of the body must be given.'),
  MissingRequestBodyError: error(400, 'The request body is empty.'),
  XAmzContentSHA256Mismatch: error(400, 'The x-amz-content-sha256 does not match the body.'),

  // Browser form
  IncorrectNumberOfFilesInPostRequest: error(400, 'The form must hold exactly one file.'),
  InvalidPolicyDocument: error(400, 'The form policy cannot be understood.'),
  MalformedPOSTRequest: error(400, 'The body is not well-formed multipart/form-data.'),
  MaxPostPreDataLengthExceededError: error(400, 'The fields before the file are too large.'),
  RequestIsNotMultiPartContent: error(400, 'The form must be sent as multipart/form-data.'),

  // Buckets and their configuration
  AccessControlListNotSupported: error(400, 'The bucket does not allow ACLs.'),
  BucketAlreadyExists: error(409, 'The bucket name is taken.'),
  BucketAlreadyOwnedByYou: error(409, 'The bucket exists already and is yours.'),
  BucketNotEmpty: error(409, 'The bucket is not empty.'),
  CrossLocationLoggingProhibited: error(403, 'Logs cannot go to a bucket in another location.'),
  IllegalLocationConstraintException: error(400, 'The location constraint does not fit the endpoint.'),
  IllegalVersioningConfigurationException: error(400, 'The versioning configuration is not valid.'),
  InvalidBucketName: error(400, 'The bucket name is not valid.'),
  InvalidBucketState: error(409, 'The request does not fit the state of the bucket.'),
  InvalidLocationConstraint: error(400, 'The location constraint is not valid.'),
  InvalidTargetBucketForLogging: error(400, 'The target bucket for logging is not valid.'),
  MalformedACLError: error(400, 'The ACL is not well formed.'),
  MalformedPolicy: error(400, 'The policy is not well formed.'),
  NoSuchBucket: error(404, 'The bucket does not exist.'),
  NoSuchBucketPolicy: error(404, 'The bucket has no policy.'),
  NoSuchConfiguration: error(404, 'The configuration does not exist.'),
  NoSuchCORSConfiguration: error(404, 'The bucket has no CORS configuration.'),
  NoSuchLifecycleConfiguration: error(404, 'The bucket has no lifecycle configuration.'),
  NoSuchPublicAccessBlockConfiguration: error(404, 'The bucket has no public access block.'),
  NoSuchTagSet: error(404, 'There are no tags.'),
  NoSuchTagSetError: error(404, 'There are no tags.'),
  NoSuchWebsiteConfiguration: error(404, 'The bucket has no website configuration.'),
  ObjectLockConfigurationNotFoundError: error(404, 'The bucket has no object lock configuration.'),
  OwnershipControlsNotFoundError: error(404, 'The bucket has no ownership controls.'),
  ReplicationConfigurationNotFoundError: error(404, 'The bucket has no replication configuration.'),
  ServerSideEncryptionConfigurationNotFoundError: error(404, 'The bucket has no encryption configuration.'),
  TooManyBuckets: error(400, 'The account has the maximum number of buckets.'),

  // Objects
  ConditionalRequestConflict: error(409, 'Another operation conflicts with this conditional request.'),
  InvalidEncryptionAlgorithmError: error(400, 'The encryption algorithm is not valid.'),
  InvalidObjectState: error(403, 'The operation does not fit the state of the object.'),
  InvalidRange: error(416, 'The range cannot be satisfied.'),
  InvalidStorageClass: error(400, 'The storage class is not valid.'),
  InvalidTag: error(400, 'A tag is not valid.'),
  NoSuchKey: error(404, 'The key does not exist.'),
  NoSuchObjectLockConfiguration: error(404, 'The object has no lock configuration.'),
  NoSuchVersion: error(404, 'The version does not exist.'),
  NotModified: error(304, 'Not modified.'),
  ObjectNotInActiveTierError: error(403, 'The object is not in an active storage tier.'),
  OperationAborted: error(409, 'A conflicting operation is in progress. Try again.'),
  PreconditionFailed: error(412, 'A precondition does not hold.'),
  QuotaExceeded: error(403, 'The quota is used up.'),
  RestoreAlreadyInProgress: error(409, 'The object is being restored already.'),

  // Multipart
  InvalidPart: error(400, 'A part was not found, or its ETag does not match.'),
  InvalidPartNumber: error(416, 'The part number cannot be satisfied.'),
  InvalidPartOrder: error(400, 'The parts must be listed in ascending order.'),
  NoSuchUpload: error(404, 'The upload does not exist.'),

  // Service
  InternalError: error(500, 'An internal error occurred. Try again.'),
  ServiceUnavailable: error(503, 'The service is not available. Try again later.'),
  SlowDown: error(503, 'Too many requests. Slow down.'),
} as const satisfies Record<string, { readonly status: number; readonly message: string }>

/** The codes of the table. */
export type S3ErrorCode = keyof typeof S3_ERRORS

/** Whether a code that a backend sent is one of the table. */
export function isS3ErrorCode(code: string): code is S3ErrorCode {
  return Object.hasOwn(S3_ERRORS, code)
}

const CODE_OF_STATUS: ReadonlyMap<number, S3ErrorCode> = new Map<number, S3ErrorCode>([
  [304, 'NotModified'],
  [400, 'BadRequest'],
  [401, 'InternalError'],
  [403, 'AccessDenied'],
  [404, 'NoSuchKey'],
  [405, 'MethodNotAllowed'],
  [408, 'RequestTimeout'],
  [409, 'OperationAborted'],
  [411, 'MissingContentLength'],
  [412, 'PreconditionFailed'],
  [413, 'EntityTooLarge'],
  [416, 'InvalidRange'],
  [429, 'SlowDown'],
  [431, 'RequestHeaderSectionTooLarge'],
  [501, 'NotImplemented'],
  [502, 'SlowDown'],
  [503, 'SlowDown'],
  [504, 'SlowDown'],
])

/** The code for a backend's refusal that carries no XML (HEAD, or a load balancer's page), by its HTTP status. */
export function errorCodeForStatus(status: number): S3ErrorCode {
  return CODE_OF_STATUS.get(status) ?? (status >= 400 && status < 500 ? 'InvalidRequest' : 'InternalError')
}

/** One more element of the error document, after Code and Message, such as `HeadersNotSigned`. */
export type ErrorExtra = readonly [element: string, text: string]

/** What an error may carry beside its code. */
export interface S3ErrorOptions {
  /** Sent to the client in place of the table's message. */
  readonly message?: string
  readonly extras?: readonly ErrorExtra[]
  /** Headers of the answer, such as `Allow` or `Retry-After`. */
  readonly headers?: readonly HeaderPair[]
  /** For logs only, never sent. */
  readonly detail?: string
  readonly cause?: unknown
  /** In place of the table's status. */
  readonly status?: number
}

/**
 * A refusal or failure that is answered as an S3 error document.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export class S3Error extends Error {
  readonly code: S3ErrorCode
  readonly status: number
  readonly extras: readonly ErrorExtra[]
  readonly headers: readonly HeaderPair[]
  readonly detail: string | undefined

  constructor(code: S3ErrorCode, options: S3ErrorOptions = {}) {
    const known = S3_ERRORS[code]
    super(options.message ?? known.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'S3Error'
    this.code = code
    this.status = options.status ?? known.status
    this.extras = options.extras ?? []
    this.headers = options.headers ?? []
    this.detail = options.detail
  }
}
