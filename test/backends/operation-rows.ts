// The operations of S3 as requests, one a row, under the numbers of the operation table: written out here so that the
// tests do not ask the program what it believes.

/** A request of one row. `{bucket}`, `{uploadId}` stand for the bucket it goes to and an upload begun on `target`. */
export interface OperationRow {
  readonly row: number
  readonly name: string
  readonly method: string
  readonly at: 'service' | 'bucket' | 'object'
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

type More = Pick<OperationRow, 'query' | 'headers' | 'body'>

function onBucket(
  row: number,
  name: string,
  method: string,
  query?: string,
  more: Omit<More, 'query'> = {},
): OperationRow {
  return { row, name, method, at: 'bucket', ...(query === undefined ? {} : { query }), ...more }
}

function onObject(
  row: number,
  name: string,
  method: string,
  query?: string,
  more: Omit<More, 'query'> = {},
): OperationRow {
  return { row, name, method, at: 'object', ...(query === undefined ? {} : { query }), ...more }
}

/** Get, list, put and delete of a configuration with an id, in this order from row `first` on. */
function configurations(first: number, name: string, query: string): OperationRow[] {
  return [
    onBucket(first, `GetBucket${name}Configuration`, 'GET', `${query}&id=one`),
    onBucket(first + 1, `ListBucket${name}Configurations`, 'GET', query),
    onBucket(first + 2, `PutBucket${name}Configuration`, 'PUT', `${query}&id=one`, {
      body: `<${name}Configuration><Id>one</Id></${name}Configuration>`,
    }),
    onBucket(first + 3, `DeleteBucket${name}Configuration`, 'DELETE', `${query}&id=one`),
  ]
}

const TAGS = '<Tagging><TagSet><Tag><Key>colour</Key><Value>green</Value></Tag></TagSet></Tagging>'

const SERVICE_AND_BUCKET: readonly OperationRow[] = [
  { row: 1, name: 'ListBuckets', method: 'GET', at: 'service' },
  { row: 2, name: 'ListDirectoryBuckets', method: 'GET', at: 'service', query: 'max-directory-buckets=10' },
  {
    row: 3,
    name: 'WriteGetObjectResponse',
    method: 'POST',
    at: 'service',
    headers: { 'x-amz-request-route': 'r', 'x-amz-request-token': 't' },
  },
  onBucket(4, 'CORS preflight', 'OPTIONS', undefined, {
    headers: { origin: 'https://example.com', 'access-control-request-method': 'GET' },
  }),
  onBucket(5, 'CreateBucket', 'PUT'),
  onBucket(6, 'DeleteBucket', 'DELETE'),
  onBucket(7, 'HeadBucket', 'HEAD'),
  onBucket(8, 'GetBucketLocation', 'GET', 'location'),
  onBucket(9, 'ListObjects', 'GET', 'prefix=wit&max-keys=10'),
  onBucket(10, 'ListObjectsV2', 'GET', 'list-type=2'),
  onBucket(11, 'ListObjectVersions', 'GET', 'versions'),
  onBucket(12, 'ListMultipartUploads', 'GET', 'uploads'),
  onBucket(13, 'GetBucketAcl', 'GET', 'acl'),
  onBucket(14, 'PutBucketAcl', 'PUT', 'acl', { headers: { 'x-amz-acl': 'private' } }),
  onBucket(15, 'GetBucketPolicy', 'GET', 'policy'),
  onBucket(16, 'PutBucketPolicy', 'PUT', 'policy', { body: '{"Version":"2012-10-17","Statement":[]}' }),
  onBucket(17, 'DeleteBucketPolicy', 'DELETE', 'policy'),
  onBucket(18, 'GetBucketPolicyStatus', 'GET', 'policyStatus'),
  onBucket(19, 'GetPublicAccessBlock', 'GET', 'publicAccessBlock'),
  onBucket(20, 'PutPublicAccessBlock', 'PUT', 'publicAccessBlock', {
    body: '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
  }),
  onBucket(21, 'DeletePublicAccessBlock', 'DELETE', 'publicAccessBlock'),
  onBucket(22, 'GetBucketOwnershipControls', 'GET', 'ownershipControls'),
  onBucket(23, 'PutBucketOwnershipControls', 'PUT', 'ownershipControls', {
    body: '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
  }),
  onBucket(24, 'DeleteBucketOwnershipControls', 'DELETE', 'ownershipControls'),
  onBucket(25, 'GetBucketCors', 'GET', 'cors'),
  onBucket(26, 'PutBucketCors', 'PUT', 'cors', { body: '<CORSConfiguration></CORSConfiguration>' }),
  onBucket(27, 'DeleteBucketCors', 'DELETE', 'cors'),
  onBucket(28, 'GetBucketLifecycleConfiguration', 'GET', 'lifecycle'),
  onBucket(29, 'PutBucketLifecycleConfiguration', 'PUT', 'lifecycle', {
    body:
      '<LifecycleConfiguration><Rule><ID>old</ID><Prefix>none/</Prefix><Status>Enabled</Status>' +
      '<Expiration><Days>3650</Days></Expiration></Rule></LifecycleConfiguration>',
  }),
  onBucket(30, 'DeleteBucketLifecycle', 'DELETE', 'lifecycle'),
  onBucket(31, 'GetBucketVersioning', 'GET', 'versioning'),
  onBucket(32, 'PutBucketVersioning', 'PUT', 'versioning', {
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  }),
  onBucket(33, 'GetObjectLockConfiguration', 'GET', 'object-lock'),
  onBucket(34, 'PutObjectLockConfiguration', 'PUT', 'object-lock', {
    body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
  }),
  onBucket(35, 'GetBucketEncryption', 'GET', 'encryption'),
  onBucket(36, 'PutBucketEncryption', 'PUT', 'encryption', {
    body:
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>' +
      '</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  }),
  onBucket(37, 'DeleteBucketEncryption', 'DELETE', 'encryption'),
  onBucket(38, 'GetBucketTagging', 'GET', 'tagging'),
  onBucket(39, 'PutBucketTagging', 'PUT', 'tagging', { body: TAGS }),
  onBucket(40, 'DeleteBucketTagging', 'DELETE', 'tagging'),
  onBucket(41, 'GetBucketNotificationConfiguration', 'GET', 'notification'),
  onBucket(42, 'PutBucketNotificationConfiguration', 'PUT', 'notification', {
    body: '<NotificationConfiguration></NotificationConfiguration>',
  }),
  onBucket(43, 'GetBucketReplication', 'GET', 'replication'),
  onBucket(44, 'PutBucketReplication', 'PUT', 'replication', {
    body:
      '<ReplicationConfiguration><Role>role</Role><Rule><ID>r</ID><Status>Disabled</Status><Priority>1</Priority>' +
      '<Filter></Filter><Destination><Bucket>arn:aws:s3:::{bucket}</Bucket></Destination></Rule></ReplicationConfiguration>',
  }),
  onBucket(45, 'DeleteBucketReplication', 'DELETE', 'replication'),
  onBucket(46, 'GetBucketLogging', 'GET', 'logging'),
  onBucket(47, 'PutBucketLogging', 'PUT', 'logging', { body: '<BucketLoggingStatus></BucketLoggingStatus>' }),
  onBucket(48, 'GetBucketWebsite', 'GET', 'website'),
  onBucket(49, 'PutBucketWebsite', 'PUT', 'website', {
    body: '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>',
  }),
  onBucket(50, 'DeleteBucketWebsite', 'DELETE', 'website'),
  onBucket(51, 'GetBucketRequestPayment', 'GET', 'requestPayment'),
  onBucket(52, 'PutBucketRequestPayment', 'PUT', 'requestPayment', {
    body: '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
  }),
  onBucket(53, 'GetBucketAccelerateConfiguration', 'GET', 'accelerate'),
  onBucket(54, 'PutBucketAccelerateConfiguration', 'PUT', 'accelerate', {
    body: '<AccelerateConfiguration><Status>Suspended</Status></AccelerateConfiguration>',
  }),
  ...configurations(55, 'Analytics', 'analytics'),
  ...configurations(59, 'Inventory', 'inventory'),
  ...configurations(63, 'Metrics', 'metrics'),
  ...configurations(67, 'IntelligentTiering', 'intelligent-tiering'),
  onBucket(71, 'GetBucketAbac', 'GET', 'abac'),
  onBucket(72, 'PutBucketAbac', 'PUT', 'abac', { body: '<AbacStatus><Status>Disabled</Status></AbacStatus>' }),
  onBucket(73, 'CreateBucketMetadataConfiguration', 'POST', 'metadataConfiguration', {
    body: '<MetadataConfiguration/>',
  }),
  onBucket(74, 'GetBucketMetadataConfiguration', 'GET', 'metadataConfiguration'),
  onBucket(75, 'DeleteBucketMetadataConfiguration', 'DELETE', 'metadataConfiguration'),
  onBucket(76, 'CreateBucketMetadataTableConfiguration', 'POST', 'metadataTable', {
    body: '<MetadataTableConfiguration/>',
  }),
  onBucket(77, 'GetBucketMetadataTableConfiguration', 'GET', 'metadataTable'),
  onBucket(78, 'DeleteBucketMetadataTableConfiguration', 'DELETE', 'metadataTable'),
  onBucket(79, 'UpdateBucketMetadataInventoryTableConfiguration', 'PUT', 'metadataInventoryTable', {
    body: '<InventoryTableConfiguration/>',
  }),
  onBucket(80, 'UpdateBucketMetadataJournalTableConfiguration', 'PUT', 'metadataJournalTable', {
    body: '<JournalTableConfiguration/>',
  }),
  onBucket(81, 'UpdateBucketMetadataAnnotationTableConfiguration', 'PUT', 'metadataAnnotationTable', {
    body: '<AnnotationTableConfiguration/>',
  }),
  onBucket(82, 'CreateSession', 'GET', 'session'),
]

const OBJECT: readonly OperationRow[] = [
  onObject(83, 'GetObject', 'GET'),
  onObject(84, 'HeadObject', 'HEAD'),
  onObject(85, 'GetObjectAttributes', 'GET', 'attributes', { headers: { 'x-amz-object-attributes': 'ETag' } }),
  onObject(86, 'PutObject', 'PUT', undefined, { body: 'new text' }),
  onBucket(87, 'PutObject (browser POST form)', 'POST', undefined, {
    headers: { 'content-type': 'multipart/form-data; boundary=line' },
    body: '--line\r\nContent-Disposition: form-data; name="key"\r\n\r\nformed\r\n--line--\r\n',
  }),
  onObject(88, 'CopyObject', 'PUT', undefined, { headers: { 'x-amz-copy-source': '{bucket}/witness' } }),
  onObject(89, 'RenameObject', 'PUT', 'renameObject', { headers: { 'x-amz-rename-source': '{bucket}/witness' } }),
  onObject(90, 'DeleteObject', 'DELETE'),
  onBucket(91, 'DeleteObjects', 'POST', 'delete', { body: '<Delete><Object><Key>target</Key></Object></Delete>' }),
  onObject(92, 'RestoreObject', 'POST', 'restore', { body: '<RestoreRequest><Days>1</Days></RestoreRequest>' }),
  onObject(93, 'SelectObjectContent', 'POST', 'select&select-type=2', {
    body:
      '<SelectObjectContentRequest><Expression>select * from s3object</Expression><ExpressionType>SQL</ExpressionType>' +
      '<InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>',
  }),
  onObject(94, 'GetObjectTorrent', 'GET', 'torrent'),
  onObject(95, 'GetObjectAcl', 'GET', 'acl'),
  onObject(96, 'PutObjectAcl', 'PUT', 'acl', { headers: { 'x-amz-acl': 'private' } }),
  onObject(97, 'GetObjectTagging', 'GET', 'tagging'),
  onObject(98, 'PutObjectTagging', 'PUT', 'tagging', { body: TAGS }),
  onObject(99, 'DeleteObjectTagging', 'DELETE', 'tagging'),
  onObject(100, 'GetObjectRetention', 'GET', 'retention'),
  onObject(101, 'PutObjectRetention', 'PUT', 'retention', {
    body: '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2031-01-01T00:00:00Z</RetainUntilDate></Retention>',
  }),
  onObject(102, 'GetObjectLegalHold', 'GET', 'legal-hold'),
  onObject(103, 'PutObjectLegalHold', 'PUT', 'legal-hold', { body: '<LegalHold><Status>OFF</Status></LegalHold>' }),
  onObject(104, 'UpdateObjectEncryption', 'PUT', 'encryption', { body: '<ObjectEncryption/>' }),
  onObject(105, 'GetObjectAnnotation', 'GET', 'annotation&annotationName=note'),
  onObject(106, 'PutObjectAnnotation', 'PUT', 'annotation&annotationName=note', { body: 'a note' }),
  onObject(107, 'DeleteObjectAnnotation', 'DELETE', 'annotation&annotationName=note'),
  onObject(108, 'ListObjectAnnotations', 'GET', 'annotation'),
  onObject(109, 'CreateMultipartUpload', 'POST', 'uploads'),
  onObject(110, 'UploadPart', 'PUT', 'partNumber=1&uploadId={uploadId}', { body: 'a part' }),
  onObject(111, 'UploadPartCopy', 'PUT', 'partNumber=1&uploadId={uploadId}', {
    headers: { 'x-amz-copy-source': '{bucket}/witness' },
  }),
  onObject(112, 'CompleteMultipartUpload', 'POST', 'uploadId={uploadId}', {
    body:
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"00000000000000000000000000000000"</ETag></Part>' +
      '</CompleteMultipartUpload>',
  }),
  onObject(113, 'AbortMultipartUpload', 'DELETE', 'uploadId={uploadId}'),
  onObject(114, 'ListParts', 'GET', 'uploadId={uploadId}'),
]

export const OPERATION_ROWS: readonly OperationRow[] = [...SERVICE_AND_BUCKET, ...OBJECT]

/** The rows that delete, and what. */
export const DELETING_ROWS: ReadonlyMap<number, 'empty bucket' | 'target'> = new Map([
  [6, 'empty bucket'],
  [90, 'target'],
  [91, 'target'],
])

function rows(...spans: readonly (number | readonly [first: number, last: number])[]): ReadonlySet<number> {
  return new Set(
    spans.flatMap((span) => {
      const [first, last] = typeof span === 'number' ? [span, span] : span
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    }),
  )
}

/**
 * Nowhere sent: what no backend here has, changes of what this program keeps itself (it was given nowhere to keep them),
 * and the browser's preflight and form.
 */
const REFUSED_EVERYWHERE = [2, 3, 4, 16, 17, 20, 21, 26, 27, 82, 87, 89] as const

const REFUSED_FOR_CEPH = [[22, 24], [35, 37], [41, 42], [46, 47], [53, 81], 85, [92, 94], [104, 108]] as const

/** By profile, the rows that never reach the backend: `generic` has only what Ceph, Hetzner and MinIO all have. */
export const REFUSED_ROWS: Readonly<Record<'ceph' | 'generic', ReadonlySet<number>>> = {
  ceph: rows(...REFUSED_EVERYWHERE, ...REFUSED_FOR_CEPH),
  generic: rows(...REFUSED_EVERYWHERE, ...REFUSED_FOR_CEPH, 13, 14, [38, 40], [43, 45], [48, 52], 95, 96),
}
