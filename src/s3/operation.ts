/** How a kind of backend takes an operation: sent on, answered by a handler of our own (which may ask the backend), or 501. */
export type Handling = 'forward' | 'local' | 'refuse'

/** The kinds of backend. `generic` is what all S3-compatible ones have in common. */
export type ProfileName = 'aws' | 'ceph' | 'hetzner' | 'minio' | 'generic'

/** What the request body is: nothing, object data, a bounded document (XML, or JSON for a bucket policy), a browser form. */
export type BodyKind = 'none' | 'stream' | 'xml' | 'form'

/** What a request's path names. */
export type ResourceLevel = 'service' | 'bucket' | 'object'

/** An IAM action, and the one that replaces it when the request names a version. */
export interface OperationAction {
  readonly plain: string
  readonly versioned?: string
}

/** What tells a row from the others of the same method and level. */
export interface OperationSelector {
  /** The parameter that names the row, such as `acl`; undefined for the plain operation. */
  readonly subresource: string | undefined
  /** Parameters that must be there, by name; with a value, the value must be that. */
  readonly demands: ReadonlyMap<string, string | undefined>
  /** Parameters that must not be there, by name; with a value, only that value must not. */
  readonly forbids: ReadonlyMap<string, string | undefined>
  /** Whether `x-amz-copy-source` must be there or must not; undefined: it does not matter. */
  readonly copySource: 'present' | 'absent' | undefined
  /** Whether the content type must be `multipart/form-data`. */
  readonly form: boolean
}

/** One row of the operation table. */
export interface S3Operation {
  /** The row's number in the table, 1 to 114. */
  readonly row: number
  readonly name: S3OperationName
  readonly method: string
  readonly level: ResourceLevel
  readonly selector: OperationSelector
  /** All must be allowed. More come from headers and body. Actions of other services are not demanded and not listed. */
  readonly actions: readonly OperationAction[]
  /** What the actions apply to: the request's own resource, or the keys that the body names. */
  readonly resource: ResourceLevel | 'body'
  readonly body: BodyKind
  /** Query parameters that are sent on, beside the selector's. */
  readonly params: readonly string[]
  /** Query parameters that are accepted and not sent on. */
  readonly ignoredParams: readonly string[]
  /**
   * Request headers, in lower case, that the operation binds and that may be sent on. `x-amz-copy-source` is not among
   * them: it is written anew from the parsed source. `x-amz-meta-*` goes by `userMetadata`.
   */
  readonly requestHeaders: readonly string[]
  readonly userMetadata: boolean
  /** The `x-amz-*` response headers, in lower case, that the operation binds. */
  readonly responseHeaders: readonly string[]
  /** Whether the aws-chunked payload modes are allowed. */
  readonly streaming: boolean
  /** Whether S3 demands Content-MD5 or a checksum of the body. */
  readonly needsIntegrity: boolean
  readonly handling: Readonly<Record<ProfileName, Handling>>
  /** Not built (yet), or existing on no backend: 501 to everybody whose signature verified. */
  readonly unavailable: boolean
}

/** The names of the table's rows, in its order. */
export const S3_OPERATION_NAMES = [
  'ListBuckets',
  'ListDirectoryBuckets',
  'WriteGetObjectResponse',
  'CorsPreflight',
  'CreateBucket',
  'DeleteBucket',
  'HeadBucket',
  'GetBucketLocation',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListMultipartUploads',
  'GetBucketAcl',
  'PutBucketAcl',
  'GetBucketPolicy',
  'PutBucketPolicy',
  'DeleteBucketPolicy',
  'GetBucketPolicyStatus',
  'GetPublicAccessBlock',
  'PutPublicAccessBlock',
  'DeletePublicAccessBlock',
  'GetBucketOwnershipControls',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'GetBucketCors',
  'PutBucketCors',
  'DeleteBucketCors',
  'GetBucketLifecycleConfiguration',
  'PutBucketLifecycleConfiguration',
  'DeleteBucketLifecycle',
  'GetBucketVersioning',
  'PutBucketVersioning',
  'GetObjectLockConfiguration',
  'PutObjectLockConfiguration',
  'GetBucketEncryption',
  'PutBucketEncryption',
  'DeleteBucketEncryption',
  'GetBucketTagging',
  'PutBucketTagging',
  'DeleteBucketTagging',
  'GetBucketNotificationConfiguration',
  'PutBucketNotificationConfiguration',
  'GetBucketReplication',
  'PutBucketReplication',
  'DeleteBucketReplication',
  'GetBucketLogging',
  'PutBucketLogging',
  'GetBucketWebsite',
  'PutBucketWebsite',
  'DeleteBucketWebsite',
  'GetBucketRequestPayment',
  'PutBucketRequestPayment',
  'GetBucketAccelerateConfiguration',
  'PutBucketAccelerateConfiguration',
  'GetBucketAnalyticsConfiguration',
  'ListBucketAnalyticsConfigurations',
  'PutBucketAnalyticsConfiguration',
  'DeleteBucketAnalyticsConfiguration',
  'GetBucketInventoryConfiguration',
  'ListBucketInventoryConfigurations',
  'PutBucketInventoryConfiguration',
  'DeleteBucketInventoryConfiguration',
  'GetBucketMetricsConfiguration',
  'ListBucketMetricsConfigurations',
  'PutBucketMetricsConfiguration',
  'DeleteBucketMetricsConfiguration',
  'GetBucketIntelligentTieringConfiguration',
  'ListBucketIntelligentTieringConfigurations',
  'PutBucketIntelligentTieringConfiguration',
  'DeleteBucketIntelligentTieringConfiguration',
  'GetBucketAbac',
  'PutBucketAbac',
  'CreateBucketMetadataConfiguration',
  'GetBucketMetadataConfiguration',
  'DeleteBucketMetadataConfiguration',
  'CreateBucketMetadataTableConfiguration',
  'GetBucketMetadataTableConfiguration',
  'DeleteBucketMetadataTableConfiguration',
  'UpdateBucketMetadataInventoryTableConfiguration',
  'UpdateBucketMetadataJournalTableConfiguration',
  'UpdateBucketMetadataAnnotationTableConfiguration',
  'CreateSession',
  'GetObject',
  'HeadObject',
  'GetObjectAttributes',
  'PutObject',
  'PostObject',
  'CopyObject',
  'RenameObject',
  'DeleteObject',
  'DeleteObjects',
  'RestoreObject',
  'SelectObjectContent',
  'GetObjectTorrent',
  'GetObjectAcl',
  'PutObjectAcl',
  'GetObjectTagging',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'GetObjectRetention',
  'PutObjectRetention',
  'GetObjectLegalHold',
  'PutObjectLegalHold',
  'UpdateObjectEncryption',
  'GetObjectAnnotation',
  'PutObjectAnnotation',
  'DeleteObjectAnnotation',
  'ListObjectAnnotations',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'ListParts',
] as const

/** The name of an operation, as in the AWS SDKs; `PostObject` is the browser form, `CorsPreflight` the OPTIONS request. */
export type S3OperationName = (typeof S3_OPERATION_NAMES)[number]
