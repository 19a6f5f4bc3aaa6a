import type { BackendName } from './acceptance-case.ts'

/** Where the proxy is meant to answer otherwise than the backend by itself. Texts are those that the suite prints. */
export interface ExpectedDifference {
  readonly operation: string
  readonly case: string
  readonly backend: BackendName
  readonly direct: string
  readonly proxied: string
  readonly why: string
}

type Row = readonly [operation: string, sentence: string, direct: string, proxied: string]

function on(backend: BackendName, why: string, rows: readonly Row[]): ExpectedDifference[] {
  return rows.map(([operation, sentence, direct, proxied]) => ({
    operation,
    case: sentence,
    backend,
    direct,
    proxied,
    why,
  }))
}

const KEPT_HERE =
  'The proxy keeps policies, public access blocks and CORS rules itself and answers as AWS does; none is sent to the backend.'
const STUBS = 'MinIO answers with a fixed text here and keeps nothing; the profile does not open what means nothing.'
const UNKNOWN_PARAMETER =
  'A parameter that the operation does not have is never sent on: a backend might take the request for another one.'
const TRAILERS = 'Ceph 16 knows no trailers. The proxy verifies them and sends the plain bytes with their length.'
const AWS_CHUNKED =
  'Ceph keeps the coding of the transfer as the coding of the object, and every reader gets a wrong header. The proxy takes it off.'
const CHECKSUM_ANSWER = 'Ceph 16 overlooks checksums. The proxy verifies them and says so as S3 does.'
const DEMANDED_MD5 = 'MinIO demands a Content-MD5 that newer clients do not send. The proxy adds its own.'
const OVERLOOKED = 'The backend overlooks what is wrong. The proxy refuses it, as AWS does.'
const UNPROTECTED =
  'A document that changes things must be protected by its digest in the signature, a Content-MD5 or a checksum, as on AWS.'
const OWN_NAME = 'Both refuse. The proxy does so before the backend is asked, or by the name that AWS has for it.'
const LIST_BUCKETS = 'The backend does not know pages and prefixes of ListBuckets. The proxy answers them itself.'
const REGIONS = 'The store tells the region of each bucket always, the proxy as AWS does: where there are parameters.'
const REGION = 'The regions of clients are those of the proxy, which says the right one to the backend.'
const LOCATION = 'S3 says in the Location header where the new bucket is; Ceph does not.'
const FORM_ANSWER = 'S3 answers a form with the ETag and the place of the object; Ceph leaves out one or the other.'
const FORM_TYPE =
  'The type of the object is that of the field Content-Type, as on AWS; MinIO takes that of the part with the file. The order of the parameters in a redirect is that of AWS.'
const TWICE_DECODED = 'Ceph decodes this header twice and would read another key than the one that was authorised.'
const ENCODED_SOURCE =
  'Ceph takes a source whose first slash is encoded for something else and loses the metadata. The proxy writes every source in one form.'
const TWICE_DELETED = 'MinIO leaves out the key the second time.'
const METADATA_LISTING =
  'An extension of MinIO that would show what a listing does not show; it becomes a plain listing.'
const DOT_SEGMENT = 'Both refuse: MinIO keeps no such key.'
const CONDITIONS =
  'Ceph 16 overlooks the conditions of a copy and misreads an ETag in quotation marks. The proxy sends conditions in its spelling.'

export const EXPECTED_DIFFERENCES: readonly ExpectedDifference[] = [
  ...on('ceph', KEPT_HERE, [
    ['PutBucketPolicy', 'a body that is no XML', '400 InvalidArgument', '400 MalformedPolicy'],
    ['PutBucketPolicy', 'JSON that is no policy', '400 InvalidArgument', '400 MalformedPolicy'],
    ['DeleteBucketPolicy', 'what was set', '200', '204'],
    ['DeleteBucketPolicy', 'nothing set', '200', '204'],
    ['GetBucketPolicyStatus', 'nothing set', '200', '404 NoSuchBucketPolicy'],
    [
      'GetPublicAccessBlock',
      'what was set',
      'body BlockPublicAccessBlockConfiguration/BlockPublicAcls: true; body BlockPublicAccessBlockConfiguration/BlockPublicPolicy: false; body BlockPublicAccessBlockConfiguration/IgnorePublicAcls: true; body BlockPublicAccessBlockConfiguration/RestrictPublicBuckets: false',
      'body PublicAccessBlockConfiguration/BlockPublicAcls: true; body PublicAccessBlockConfiguration/BlockPublicPolicy: false; body PublicAccessBlockConfiguration/IgnorePublicAcls: true; body PublicAccessBlockConfiguration/RestrictPublicBuckets: false',
    ],
    ['GetPublicAccessBlock', 'nothing set', '200', '404 NoSuchPublicAccessBlockConfiguration'],
    [
      'PutPublicAccessBlock',
      'a configuration',
      'then GET {bucket}?publicAccessBlock: body BlockPublicAccessBlockConfiguration/BlockPublicAcls: true; then GET {bucket}?publicAccessBlock: body BlockPublicAccessBlockConfiguration/BlockPublicPolicy: false; then GET {bucket}?publicAccessBlock: body BlockPublicAccessBlockConfiguration/IgnorePublicAcls: true; then GET {bucket}?publicAccessBlock: body BlockPublicAccessBlockConfiguration/RestrictPublicBuckets: false',
      'then GET {bucket}?publicAccessBlock: body PublicAccessBlockConfiguration/BlockPublicAcls: true; then GET {bucket}?publicAccessBlock: body PublicAccessBlockConfiguration/BlockPublicPolicy: false; then GET {bucket}?publicAccessBlock: body PublicAccessBlockConfiguration/IgnorePublicAcls: true; then GET {bucket}?publicAccessBlock: body PublicAccessBlockConfiguration/RestrictPublicBuckets: false',
    ],
    [
      'PutPublicAccessBlock',
      'a body that is no XML',
      'then GET {bucket}?publicAccessBlock: 200',
      'then GET {bucket}?publicAccessBlock: 404 NoSuchPublicAccessBlockConfiguration',
    ],
    [
      'DeletePublicAccessBlock',
      'what was set',
      '200; then GET {bucket}?publicAccessBlock: 200',
      '204; then GET {bucket}?publicAccessBlock: 404 NoSuchPublicAccessBlockConfiguration',
    ],
    [
      'DeletePublicAccessBlock',
      'nothing set',
      '200; then GET {bucket}?publicAccessBlock: 200',
      '204; then GET {bucket}?publicAccessBlock: 404 NoSuchPublicAccessBlockConfiguration',
    ],
    ['PutBucketCors', 'a configuration', 'header content-type: application/xml', 'nothing of it'],
  ]),
  ...on('minio', KEPT_HERE, [
    ['GetBucketPolicyStatus', 'what was set', 'body PolicyStatus/IsPublic: FALSE', 'body PolicyStatus/IsPublic: true'],
    ['GetBucketPolicyStatus', 'nothing set', '200', '404 NoSuchBucketPolicy'],
  ]),
  ...on('minio', STUBS, [
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
  ...on('ceph', UNKNOWN_PARAMETER, [
    [
      'UploadPart',
      'a part number without an upload id',
      '200; then GET {bucket}/a.bin: 200',
      '501 NotImplemented; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
    ['ListParts', 'a parameter that it does not know', '200', '501 NotImplemented'],
  ]),
  ...on('minio', UNKNOWN_PARAMETER, [
    [
      'UploadPart',
      'a part number without an upload id',
      '200; then GET {bucket}/a.bin: 200',
      '501 NotImplemented; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
    ['ListParts', 'a parameter that it does not know', '200', '501 NotImplemented'],
  ]),
  ...on('ceph', CONDITIONS, [
    ['GetObject', 'any ETag', '412 PreconditionFailed', '200'],
    ['PutObject', 'if the ETag is that, and it is', '412 PreconditionFailed', '200'],
    [
      'CopyObject',
      'another ETag than the source has',
      '200; then GET {bucket}/to.txt: 200',
      '412 PreconditionFailed; then GET {bucket}/to.txt: 404 NoSuchKey',
    ],
    [
      'CopyObject',
      'not the ETag that the source has',
      '200; then GET {bucket}/to.txt: 200',
      '412 PreconditionFailed; then GET {bucket}/to.txt: 404 NoSuchKey',
    ],
    [
      'CopyObject',
      'a source changed since far ahead',
      '200; then GET {bucket}/to.txt: 200',
      '412 PreconditionFailed; then GET {bucket}/to.txt: 404 NoSuchKey',
    ],
    [
      'CopyObject',
      'a source unchanged since long ago',
      '200; then GET {bucket}/to.txt: 200',
      '412 PreconditionFailed; then GET {bucket}/to.txt: 404 NoSuchKey',
    ],
  ]),
  ...on('ceph', TRAILERS, [
    [
      'PutObject',
      'in signed chunks with a checksum trailer',
      '400 XAmzContentSHA256Mismatch; then GET {bucket}/a.bin: 404 NoSuchKey',
      '200; then GET {bucket}/a.bin: 200',
    ],
    [
      'PutObject',
      'in unsigned chunks with a checksum trailer',
      '400 XAmzContentSHA256Mismatch; then GET {bucket}/a.bin: 404 NoSuchKey',
      '200; then GET {bucket}/a.bin: 200',
    ],
    [
      'PutObject',
      'in unsigned chunks with a checksum trailer, without a length',
      '411 MissingContentLength; then GET {bucket}/a.bin: 404 NoSuchKey',
      '200; then GET {bucket}/a.bin: 200',
    ],
    ['UploadPart', 'in signed chunks with a checksum trailer', '400 XAmzContentSHA256Mismatch', '200'],
    ['UploadPart', 'in unsigned chunks with a checksum trailer, without a length', '411 MissingContentLength', '200'],
  ]),
  ...on('ceph', AWS_CHUNKED, [
    ['PutObject', 'in signed chunks', 'then GET {bucket}/a.bin: header content-encoding: aws-chunked', 'nothing of it'],
    [
      'PutObject',
      'in signed chunks without a length',
      'then GET {bucket}/a.bin: header content-encoding: aws-chunked',
      'nothing of it',
    ],
  ]),
  ...on('ceph', CHECKSUM_ANSWER, [
    ['PutObject', 'with a CRC32', 'nothing of it', 'header x-amz-checksum-crc32: UZAl6Q=='],
    [
      'PutObject',
      'with a SHA-256',
      'nothing of it',
      'header x-amz-checksum-sha256: 71N/JciVv6eCUmUpqbY9l6pjFWTV14nCt2VEjIY1+2w=',
    ],
    [
      'PutObject',
      'a checksum that is asked for again',
      'nothing of it',
      'header x-amz-checksum-sha256: 71N/JciVv6eCUmUpqbY9l6pjFWTV14nCt2VEjIY1+2w=',
    ],
    [
      'UploadPart',
      'with a SHA-256',
      'nothing of it',
      'header x-amz-checksum-sha256: EaZ5eYEqzvcFCQAh3mgRQ+mnAr62FXRtHQ1x/pjIZt4=',
    ],
  ]),
  ...on('minio', DEMANDED_MD5, [
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
  ...on('ceph', OVERLOOKED, [
    ['GetBucketLocation', 'beside another sub-resource', '200', '400 InvalidArgument'],
    ['GetObject', 'a version id without a value', '200', '400 InvalidArgument'],
    [
      'PutObject',
      'a wrong CRC32',
      '200; then GET {bucket}/a.txt: 200',
      '400 BadDigest; then GET {bucket}/a.txt: 404 NoSuchKey',
    ],
    [
      'PutObject',
      'a CRC32 that is none',
      '200; then GET {bucket}/a.txt: 200',
      '400 InvalidRequest; then GET {bucket}/a.txt: 404 NoSuchKey',
    ],
    ['PutObject', 'a wrong checksum over one that stays', '200', '400 BadDigest'],
    [
      'PutObject',
      'a wrong chunk signature',
      '200; then GET {bucket}/a.bin: 200',
      '403 SignatureDoesNotMatch; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
    [
      'PutObject',
      'more metadata than 2 KiB',
      '200; then GET {bucket}/a.txt: 200',
      '400 MetadataTooLarge; then GET {bucket}/a.txt: 404 NoSuchKey',
    ],
    [
      'PostObject',
      'no file',
      '204; then GET {bucket}/a.txt: 200',
      '400 IncorrectNumberOfFilesInPostRequest; then GET {bucket}/a.txt: 404 NoSuchKey',
    ],
    ['DeleteObjects', 'no object', '200', '400 MalformedXML'],
    ['DeleteObjects', 'a wrong Content-MD5', '200', '400 BadDigest'],
    ['PutObjectTagging', 'the same tag twice', '200', '400 InvalidTag'],
    ['PutObjectTagging', 'another document', '200', '400 MalformedXML'],
    ['PutObjectTagging', 'a wrong Content-MD5', '200', '400 BadDigest'],
    ['UploadPart', 'number 0', '200', '400 InvalidArgument'],
    ['UploadPart', 'number 10001', '200', '400 InvalidArgument'],
    ['UploadPart', 'a wrong SHA-256', '200', '400 BadDigest'],
    ['UploadPart', 'a wrong chunk signature', '200', '403 SignatureDoesNotMatch'],
    ['UploadPartCopy', 'number 10001', '200', '400 InvalidArgument'],
    [
      'CompleteMultipartUpload',
      'parts in the wrong order',
      '200; then GET {bucket}/a.bin: 200',
      '400 InvalidPartOrder; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
    [
      'CompleteMultipartUpload',
      'another size than it has',
      '200; then GET {bucket}/a.bin: 200',
      '400 InvalidRequest; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
  ]),
  ...on('minio', OVERLOOKED, [
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
  ...on('ceph', UNPROTECTED, [
    ['DeleteObjects', 'without a digest of any kind', '200', '400 InvalidRequest'],
    ['PutObjectTagging', 'without a digest of any kind', '200', '400 InvalidRequest'],
  ]),
  ...on('minio', UNPROTECTED, [
    ['DeleteObjects', 'without a digest of any kind', '400 MissingContentMD5', '400 InvalidRequest'],
    ['PutObjectTagging', 'without a digest of any kind', '200', '400 InvalidRequest'],
  ]),
  ...on('store', OWN_NAME, [
    ['PutBucketVersioning', 'no body', '400 MalformedXML', '400 MissingRequestBodyError'],
    ['PutObject', 'fewer bytes than its Content-Length', '400 BadRequest', '400 IncompleteBody'],
  ]),
  ...on('ceph', OWN_NAME, [
    ['CreateBucket', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['PutBucketAcl', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['PutBucketVersioning', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['PutBucketVersioning', 'no body', '400 InvalidArgument', '400 MissingRequestBodyError'],
    ['GetObject', 'a key longer than 1024 bytes', '400 InvalidObjectName', '400 KeyTooLongError'],
    ['PutObject', 'a Content-MD5 that is none', '403 AccessDenied', '400 InvalidDigest'],
    ['PutObject', 'a wrong trailer signature', '400 XAmzContentSHA256Mismatch', '403 SignatureDoesNotMatch'],
    ['PutObject', 'a wrong checksum in the trailer', '400 XAmzContentSHA256Mismatch', '400 BadDigest'],
    ['PutObject', 'fewer bytes than its Content-Length', '404 NoSuchKey', '400 IncompleteBody'],
    ['PutObject', 'a key of 1025 bytes', '400 InvalidObjectName', '400 KeyTooLongError'],
    ['PostObject', 'a policy other than the signed one', '403 AccessDenied', '403 SignatureDoesNotMatch'],
    ['DeleteObjects', 'a body that is no XML', '400', '400 MalformedXML'],
    ['DeleteObjects', 'another document', '400', '400 MalformedXML'],
    ['DeleteObjects', 'more than a thousand', '400', '400 MalformedXML'],
    ['DeleteObjects', 'an object without a key', '400', '400 MalformedXML'],
    ['PutObjectAcl', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['PutObjectTagging', 'eleven tags', '400 InvalidTag', '400 BadRequest'],
    ['CreateMultipartUpload', 'a key of 1025 bytes', '400 InvalidObjectName', '400 KeyTooLongError'],
    ['CompleteMultipartUpload', 'the same part twice', '400 InvalidPart', '400 InvalidPartOrder'],
  ]),
  ...on('minio', OWN_NAME, [
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
  ...on('ceph', LIST_BUCKETS, [
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
  ...on('minio', LIST_BUCKETS, [
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
  ...on('store', REGIONS, [
    [
      'ListBuckets',
      'all buckets',
      'body ListAllMyBucketsResult/Buckets/Bucket/BucketRegion: eu-test-1; body ListAllMyBucketsResult/Buckets/Bucket/BucketRegion: eu-test-1',
      'nothing of it',
    ],
    [
      'ListBuckets',
      'x-id, which SDKs add',
      'body ListAllMyBucketsResult/Buckets/Bucket/BucketRegion: eu-test-1',
      'nothing of it',
    ],
  ]),
  ...on('store', REGION, [
    [
      'CreateBucket',
      'in the region us-east-1',
      '400 InvalidLocationConstraint; then HEAD {bucket}: 404',
      '200; then HEAD {bucket}: 200',
    ],
  ]),
  ...on('ceph', REGION, [
    [
      'CreateBucket',
      'in the region of the scope',
      '400 InvalidLocationConstraint; then HEAD {bucket}: 404',
      '200; then HEAD {bucket}: 200',
    ],
    [
      'CreateBucket',
      'in the region us-east-1',
      '400 InvalidLocationConstraint; then HEAD {bucket}: 404',
      '200; then HEAD {bucket}: 200',
    ],
    [
      'GetBucketLocation',
      'a bucket',
      'body LocationConstraint: default',
      'header content-type: application/xml; body LocationConstraint: eu-test-1',
    ],
  ]),
  ...on('minio', REGION, [
    [
      'CreateBucket',
      'in the region us-east-1',
      '400 InvalidRegion; then HEAD {bucket}: 404',
      '200; then HEAD {bucket}: 200',
    ],
    ['CreateBucket', 'an unknown region', '400 InvalidRegion', '400 InvalidLocationConstraint'],
  ]),
  ...on('ceph', LOCATION, [
    ['CreateBucket', 'a new name', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'with x-amz-acl: private', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'with object lock', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'readable for everybody', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'a bucket of one’s own that is there', 'nothing of it', 'header location: …/{bucket}'],
  ]),
  ...on('ceph', FORM_ANSWER, [
    [
      'PostObject',
      'a file',
      'nothing of it',
      'header etag: "1219f418c4a7385836767feed2483369"; header location: …/a.txt',
    ],
    [
      'PostObject',
      'a file under its own name',
      'nothing of it',
      'header etag: "1219f418c4a7385836767feed2483369"; header location: …/a.txt',
    ],
    [
      'PostObject',
      'with metadata and a type',
      'nothing of it',
      'header etag: "1219f418c4a7385836767feed2483369"; header location: …/a.txt',
    ],
    [
      'PostObject',
      'answered with 201 and a document',
      'body PostResponse/ETag: 1219f418c4a7385836767feed2483369',
      'header etag: "1219f418c4a7385836767feed2483369"; header location: …/a.txt; body PostResponse/ETag: "1219f418c4a7385836767feed2483369"',
    ],
    [
      'PostObject',
      'answered with 200',
      'nothing of it',
      'header etag: "1219f418c4a7385836767feed2483369"; header location: …/a.txt',
    ],
    ['PostObject', 'answered with a redirect', 'nothing of it', 'header etag: "1219f418c4a7385836767feed2483369"'],
    [
      'PostObject',
      'a length within the range',
      'nothing of it',
      'header etag: "1219f418c4a7385836767feed2483369"; header location: …/a.txt',
    ],
  ]),
  ...on('minio', FORM_TYPE, [
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
  ...on('ceph', TWICE_DECODED, [
    ['UploadPartCopy', 'a key with a percent sign', '404 NoSuchKey', '501 NotImplemented'],
  ]),
  ...on('ceph', ENCODED_SOURCE, [
    [
      'CopyObject',
      'a source in percent-encoding throughout',
      'body CopyPartResult/ETag: 2f068cde6bfb6f7c7dc99ed0fdcab787; body CopyPartResult/LastModified: {date}; then GET {bucket}/to.txt: header content-type: binary/octet-stream',
      'body CopyObjectResult/ETag: 2f068cde6bfb6f7c7dc99ed0fdcab787; body CopyObjectResult/LastModified: {date}; then GET {bucket}/to.txt: header content-type: text/plain; then GET {bucket}/to.txt: header x-amz-meta-colour: green',
    ],
  ]),
  ...on('minio', TWICE_DELETED, [
    ['DeleteObjects', 'the same key twice', 'body DeleteResult/Deleted: ', 'body DeleteResult/Deleted/Key: a.txt'],
  ]),
  ...on('minio', METADATA_LISTING, [
    [
      'ListObjectsV2',
      'MinIO’s listing with metadata, which becomes a plain one',
      'body ListBucketResult/Contents/Internal/K: 1; body ListBucketResult/Contents/Internal/M: 0; body ListBucketResult/Contents/UserMetadata/X-Amz-Meta-One: 1; body ListBucketResult/Contents/UserMetadata/content-type: binary/octet-stream',
      'nothing of it',
    ],
  ]),
  ...on('minio', DOT_SEGMENT, [
    ['PutObject', 'a key with a dot segment', '400 XMinioInvalidResourceName', '400 InvalidURI'],
  ]),
]
