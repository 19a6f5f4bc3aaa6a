import {
  type ExpectedDifference,
  on,
  KEPT_HERE,
  LIST_BUCKETS,
  OVERLOOKED,
  OWN_NAME,
  REGION,
  UNKNOWN_PARAMETER,
  UNPROTECTED,
} from './expected-difference.ts'

const STUBS = 'MinIO answers with a fixed text here and keeps nothing; the profile does not open what means nothing.'
const DEMANDED_MD5 = 'MinIO demands a Content-MD5 that newer clients do not send. The proxy adds its own.'
const FORM_TYPE =
  'The type of the object is that of the field Content-Type, as on AWS; MinIO takes that of the part with the file. The order of the parameters in a redirect is that of AWS.'
const TWICE_DELETED = 'MinIO leaves out the key the second time.'
const METADATA_LISTING =
  'An extension of MinIO that would show what a listing does not show; it becomes a plain listing.'
const DOT_SEGMENT = 'Both refuse: MinIO keeps no such key.'

/** Before MinIO. */
export const MINIO_DIFFERENCES: readonly ExpectedDifference[] = [
  ...on(['minio'], KEPT_HERE, [
    ['GetBucketPolicyStatus', 'what was set', 'body PolicyStatus/IsPublic: FALSE', 'body PolicyStatus/IsPublic: true'],
    ['GetBucketPolicyStatus', 'nothing set', '200', '404 NoSuchBucketPolicy'],
  ]),
  ...on(['minio'], STUBS, [
    ['GetBucketAcl', 'the default', '200', '501 NotImplemented'],
    ['GetBucketAcl', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['PutBucketAcl', 'private', '200', '501 NotImplemented'],
    ['PutBucketAcl', 'a body that is no XML', '400 MalformedXML', '501 NotImplemented'],
    ['PutBucketAcl', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['GetBucketLogging', 'nothing set', '200', '501 NotImplemented'],
    ['GetBucketLogging', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['GetBucketWebsite', 'nothing set', '404 NoSuchWebsiteConfiguration', '501 NotImplemented'],
    ['GetBucketWebsite', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['DeleteBucketWebsite', 'nothing set', '200', '501 NotImplemented'],
    ['DeleteBucketWebsite', 'a bucket that is not there', '200', '501 NotImplemented'],
    ['GetBucketRequestPayment', 'the default', '200', '501 NotImplemented'],
    ['GetBucketRequestPayment', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['GetBucketAccelerateConfiguration', 'the default', '200', '501 NotImplemented'],
    ['GetBucketAccelerateConfiguration', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['GetObjectAcl', 'the default', '200', '501 NotImplemented'],
    ['GetObjectAcl', 'a key that is not there', '404 NoSuchKey', '501 NotImplemented'],
    ['GetObjectAcl', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['PutObjectAcl', 'private', '200', '501 NotImplemented'],
    ['PutObjectAcl', 'a body that is no XML', '400 MalformedXML', '501 NotImplemented'],
    ['PutObjectAcl', 'a key that is not there', '404 NoSuchKey', '501 NotImplemented'],
    ['PutObjectAcl', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
  ]),
  ...on(['minio'], UNKNOWN_PARAMETER, [
    [
      'UploadPart',
      'a part number without an upload id',
      '200; then GET {bucket}/a.bin: 200',
      '501 NotImplemented; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
    ['ListParts', 'a parameter that it does not know', '200', '501 NotImplemented'],
  ]),
  ...on(['minio'], DEMANDED_MD5, [
    [
      'PutBucketLifecycleConfiguration',
      'without a Content-MD5',
      '400 MissingContentMD5; then GET {bucket}?lifecycle: 404 NoSuchLifecycleConfiguration',
      '200; then GET {bucket}?lifecycle: 200',
    ],
    ['DeleteObjects', 'without a Content-MD5', '400 MissingContentMD5', '200'],
    [
      'PutObjectRetention',
      'without a Content-MD5',
      '400 MissingContentMD5; then GET {bucket}/a.txt?retention: 400 NoSuchObjectLockConfiguration',
      '200; then GET {bucket}/a.txt?retention: 200',
    ],
  ]),
  ...on(['minio'], OVERLOOKED, [
    ['GetBucketLocation', 'beside another sub-resource', '200', '400 InvalidArgument'],
    [
      'PutBucketLifecycleConfiguration',
      'a Content-MD5 of something else',
      '200; then GET {bucket}?lifecycle: 200',
      '400 BadDigest; then GET {bucket}?lifecycle: 404 NoSuchLifecycleConfiguration',
    ],
    ['GetObject', 'a version id without a value', '200', '400 InvalidArgument'],
    [
      'PutObject',
      'no length at all',
      '200; then GET {bucket}/a.txt: 200',
      '411 MissingContentLength; then GET {bucket}/a.txt: 404 NoSuchKey',
    ],
    ['DeleteObjects', 'a wrong Content-MD5', '200', '400 BadDigest'],
    ['DeleteObjects', 'an object without a key', '200', '400 MalformedXML'],
    ['PutObjectTagging', 'a wrong Content-MD5', '200', '400 BadDigest'],
    ['UploadPart', 'an upload id without a part number', '200', '400 InvalidArgument'],
    [
      'CompleteMultipartUpload',
      'the same part twice',
      '200; then GET {bucket}/a.bin: 200',
      '400 InvalidPartOrder; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
  ]),
  ...on(['minio'], UNPROTECTED, [
    ['DeleteObjects', 'without a digest of any kind', '400 MissingContentMD5', '400 InvalidRequest'],
    ['PutObjectTagging', 'without a digest of any kind', '200', '400 InvalidRequest'],
  ]),
  ...on(['minio'], OWN_NAME, [
    ['ListBuckets', 'a method that the service does not know', '400 BadRequest', '405 MethodNotAllowed'],
    ['PutBucketVersioning', 'no body', '500 InternalError', '400 MissingRequestBodyError'],
    ['PutObjectLockConfiguration', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['GetObject', 'a key longer than 1024 bytes', '400 XMinioInvalidObjectName', '400 KeyTooLongError'],
    ['PutObject', 'a wrong CRC32', '400 XAmzContentChecksumMismatch', '400 BadDigest'],
    ['PutObject', 'a CRC32 that is none', '400 InvalidArgument', '400 InvalidRequest'],
    ['PutObject', 'a wrong checksum over one that stays', '400 XAmzContentChecksumMismatch', '400 BadDigest'],
    ['PutObject', 'a wrong checksum in the trailer', '400 XAmzContentChecksumMismatch', '400 BadDigest'],
    ['PutObject', 'more than 5 GiB', '499 ClientDisconnected', '400 EntityTooLarge'],
    ['PutObject', 'fewer bytes than its Content-Length', '499 ClientDisconnected', '400 IncompleteBody'],
    ['PutObject', 'a method that objects do not know', '400 BadRequest', '405 MethodNotAllowed'],
    ['PostObject', 'no file', '400 MalformedPOSTRequest', '400 IncorrectNumberOfFilesInPostRequest'],
    ['CopyObject', 'a source that cannot be decoded', '404 NoSuchKey', '400 InvalidArgument'],
    ['PutObjectTagging', 'another document', '500 InternalError', '400 MalformedXML'],
    ['UploadPart', 'number 0', '400 InvalidPart', '400 InvalidArgument'],
    ['UploadPart', 'a number that is none', '400 InvalidPart', '400 InvalidArgument'],
    ['UploadPart', 'a wrong SHA-256', '400 XAmzContentChecksumMismatch', '400 BadDigest'],
    ['CompleteMultipartUpload', 'no part', '400 InvalidRequest', '400 MalformedXML'],
    ['CompleteMultipartUpload', 'no body', '400 InvalidRequest', '400 MalformedXML'],
    ['CompleteMultipartUpload', 'another document', '400 InvalidRequest', '400 MalformedXML'],
  ]),
  ...on(['minio'], LIST_BUCKETS, [
    [
      'ListBuckets',
      'only those with a prefix',
      'body ListAllMyBucketsResult/Buckets/Bucket/Name: {bucket}; body ListAllMyBucketsResult/Buckets/Bucket/CreationDate: {date}',
      'body ListAllMyBucketsResult/Buckets/Bucket/BucketRegion: eu-test-1; body ListAllMyBucketsResult/Prefix: {other}',
    ],
    [
      'ListBuckets',
      'a page of one',
      'body ListAllMyBucketsResult/Buckets/Bucket/Name: {bucket}; body ListAllMyBucketsResult/Buckets/Bucket/CreationDate: {date}',
      'body ListAllMyBucketsResult/Buckets/Bucket/BucketRegion: eu-test-1; body ListAllMyBucketsResult/Prefix: {other}',
    ],
    ['ListBuckets', 'a page of minus one', '200', '400 InvalidArgument'],
  ]),
  ...on(['minio'], REGION, [
    [
      'CreateBucket',
      'in the region us-east-1',
      '400 InvalidRegion; then HEAD {bucket}: 404',
      '200; then HEAD {bucket}: 200',
    ],
    ['CreateBucket', 'an unknown region', '400 InvalidRegion', '400 InvalidLocationConstraint'],
  ]),
  ...on(['minio'], FORM_TYPE, [
    [
      'PostObject',
      'a file',
      'then GET {bucket}/a.txt: header content-type: text/plain',
      'then GET {bucket}/a.txt: header content-type: binary/octet-stream',
    ],
    [
      'PostObject',
      'a file under its own name',
      'then GET {bucket}/a.txt: header content-type: text/plain',
      'then GET {bucket}/a.txt: header content-type: binary/octet-stream',
    ],
    [
      'PostObject',
      'answered with 201 and a document',
      'then GET {bucket}/a.txt: header content-type: text/plain',
      'then GET {bucket}/a.txt: header content-type: binary/octet-stream',
    ],
    [
      'PostObject',
      'answered with 200',
      'then GET {bucket}/a.txt: header content-type: text/plain',
      'then GET {bucket}/a.txt: header content-type: binary/octet-stream',
    ],
    [
      'PostObject',
      'answered with a redirect',
      'header location: …/done?bucket={bucket}&etag=%221219f418c4a7385836767feed2483369%22&key=a.txt; then GET {bucket}/a.txt: header content-type: text/plain',
      'header location: …/done?bucket={bucket}&key=a.txt&etag=%221219f418c4a7385836767feed2483369%22; then GET {bucket}/a.txt: header content-type: binary/octet-stream',
    ],
    [
      'PostObject',
      'a length within the range',
      'then GET {bucket}/a.txt: header content-type: text/plain',
      'then GET {bucket}/a.txt: header content-type: binary/octet-stream',
    ],
  ]),
  ...on(['minio'], TWICE_DELETED, [
    ['DeleteObjects', 'the same key twice', 'body DeleteResult/Deleted: ', 'body DeleteResult/Deleted/Key: a.txt'],
  ]),
  ...on(['minio'], METADATA_LISTING, [
    [
      'ListObjectsV2',
      'MinIO’s listing with metadata, which becomes a plain one',
      'body ListBucketResult/Contents/Internal/K: 1; body ListBucketResult/Contents/Internal/M: 0; body ListBucketResult/Contents/UserMetadata/X-Amz-Meta-One: 1; body ListBucketResult/Contents/UserMetadata/content-type: binary/octet-stream',
      'nothing of it',
    ],
  ]),
  ...on(['minio'], DOT_SEGMENT, [
    ['PutObject', 'a key with a dot segment', '400 XMinioInvalidResourceName', '400 InvalidURI'],
  ]),
]
