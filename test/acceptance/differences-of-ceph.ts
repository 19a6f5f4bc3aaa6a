import type { BackendName } from './acceptance-case.ts'
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

const CEPHS: readonly BackendName[] = ['ceph', 'ceph18']
const TRAILERS = 'Ceph 16 knows no trailers. The proxy verifies them and sends the plain bytes with their length.'
const AWS_CHUNKED =
  'Ceph keeps the coding of the transfer as the coding of the object, and every reader gets a wrong header. The proxy takes it off.'
const UNREAD_TRAILERS =
  'Ceph 18 takes trailers, but does not look at what they promise, and keeps the coding of the transfer as the coding of the object. The proxy verifies them and sends the plain bytes with their length.'
const CHECKSUM_ANSWER = 'Ceph before 19 overlooks checksums. The proxy verifies them and says so as S3 does.'
const LOCATION = 'S3 says in the Location header where the new bucket is; Ceph does not.'
const FORM_ANSWER = 'S3 answers a form with the ETag and the place of the object; Ceph leaves out one or the other.'
const TWICE_DECODED = 'Ceph decodes this header twice and would read another key than the one that was authorised.'
const ENCODED_SOURCE =
  'Ceph takes a source whose first slash is encoded for something else and loses the metadata. The proxy writes every source in one form.'
const CONDITIONS = 'Ceph misreads an ETag in quotation marks. The proxy sends conditions in its spelling.'
const COPY_CONDITIONS =
  'Ceph 16 overlooks the conditions of a copy. The proxy sends them in the spelling that it reads.'
const COPY_NOT_MODIFIED =
  'Ceph 18 answers a copy whose condition does not hold as if it were a read. The proxy says it as S3 does.'
const CEPH_STUBS =
  'Ceph answers with a fixed text here and keeps nothing; the profile does not open what means nothing.'
const ENDS_THE_GATEWAY =
  'A right query of an empty object, and some wrong ones, end a Ceph 18.2.7. The profile does not open it; `backend.extra_operations` does.'
const ENCRYPTION =
  'Ceph 16 takes these for other operations, of which one deletes the bucket. The profile does not open them; `backend.extra_operations` does.'

/** Before a Ceph 16, a Ceph 18, or both. */
export const CEPH_DIFFERENCES: readonly ExpectedDifference[] = [
  ...on(CEPHS, KEPT_HERE, [
    ['PutBucketPolicy', 'a body that is no XML', '400 InvalidArgument', '400 MalformedPolicy'],
    ['PutBucketPolicy', 'JSON that is no policy', '400 InvalidArgument', '400 MalformedPolicy'],
    ['GetBucketPolicyStatus', 'nothing set', '200', '404 NoSuchBucketPolicy'],
    ['PutBucketCors', 'a configuration', 'header content-type: application/xml', 'nothing of it'],
  ]),
  ...on(['ceph'], KEPT_HERE, [
    ['DeleteBucketPolicy', 'what was set', '200', '204'],
    ['DeleteBucketPolicy', 'nothing set', '200', '204'],
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
  ]),
  ...on(CEPHS, CEPH_STUBS, [
    ['GetBucketLogging', 'nothing set', '200', '501 NotImplemented'],
    ['GetBucketLogging', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
  ]),
  ...on(CEPHS, ENDS_THE_GATEWAY, [
    ['SelectObjectContent', 'a column of a CSV', '200', '501 NotImplemented'],
    ['SelectObjectContent', 'a key that is not there', '404 NoSuchKey', '501 NotImplemented'],
    ['SelectObjectContent', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
  ]),
  ...on(['ceph18'], ENCRYPTION, [
    ['GetBucketEncryption', 'what was set', '200', '501 NotImplemented'],
    ['GetBucketEncryption', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    ['GetBucketEncryption', 'nothing set', '404 ServerSideEncryptionConfigurationNotFoundError', '501 NotImplemented'],
    [
      'PutBucketEncryption',
      'a configuration',
      '200; then GET {bucket}?encryption: 200',
      '501 NotImplemented; then GET {bucket}?encryption: 404 ServerSideEncryptionConfigurationNotFoundError',
    ],
    ['PutBucketEncryption', 'a body that is no XML', '400 MalformedXML', '501 NotImplemented'],
    ['PutBucketEncryption', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
    [
      'DeleteBucketEncryption',
      'what was set',
      '204; then GET {bucket}?encryption: 404 ServerSideEncryptionConfigurationNotFoundError',
      '501 NotImplemented; then GET {bucket}?encryption: 200',
    ],
    ['DeleteBucketEncryption', 'nothing set', '204', '501 NotImplemented'],
    ['DeleteBucketEncryption', 'a bucket that is not there', '404 NoSuchBucket', '501 NotImplemented'],
  ]),
  ...on(CEPHS, UNKNOWN_PARAMETER, [
    [
      'UploadPart',
      'a part number without an upload id',
      '200; then GET {bucket}/a.bin: 200',
      '501 NotImplemented; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
    ['ListParts', 'a parameter that it does not know', '200', '501 NotImplemented'],
  ]),
  ...on(CEPHS, CONDITIONS, [
    ['GetObject', 'any ETag', '412 PreconditionFailed', '200'],
    ['PutObject', 'if the ETag is that, and it is', '412 PreconditionFailed', '200'],
  ]),
  ...on(['ceph'], COPY_CONDITIONS, [
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
  ...on(['ceph18'], COPY_NOT_MODIFIED, [
    ['CopyObject', 'not the ETag that the source has', '304', '412 PreconditionFailed'],
    ['CopyObject', 'a source changed since far ahead', '304', '412 PreconditionFailed'],
  ]),
  ...on(['ceph'], TRAILERS, [
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
  ...on(['ceph18'], UNREAD_TRAILERS, [
    [
      'PutObject',
      'in signed chunks with a checksum trailer',
      'then GET {bucket}/a.bin: header content-encoding: aws-chunked',
      'header x-amz-checksum-crc32: jeIbcg==',
    ],
    [
      'PutObject',
      'in unsigned chunks with a checksum trailer',
      'then GET {bucket}/a.bin: header content-encoding: aws-chunked',
      'header x-amz-checksum-crc32: jeIbcg==',
    ],
    [
      'PutObject',
      'in unsigned chunks with a checksum trailer, without a length',
      'then GET {bucket}/a.bin: header content-encoding: aws-chunked',
      'header x-amz-checksum-crc32: jeIbcg==',
    ],
    [
      'UploadPart',
      'in signed chunks with a checksum trailer',
      'nothing of it',
      'header x-amz-checksum-crc32: rey7Ig==',
    ],
    [
      'UploadPart',
      'in unsigned chunks with a checksum trailer, without a length',
      'nothing of it',
      'header x-amz-checksum-crc32: rey7Ig==',
    ],
  ]),
  ...on(CEPHS, AWS_CHUNKED, [
    ['PutObject', 'in signed chunks', 'then GET {bucket}/a.bin: header content-encoding: aws-chunked', 'nothing of it'],
    [
      'PutObject',
      'in signed chunks without a length',
      'then GET {bucket}/a.bin: header content-encoding: aws-chunked',
      'nothing of it',
    ],
  ]),
  ...on(CEPHS, CHECKSUM_ANSWER, [
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
  ...on(CEPHS, OVERLOOKED, [
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
  ...on(['ceph18'], OVERLOOKED, [
    [
      'PutObject',
      'a wrong checksum in the trailer',
      '200; then GET {bucket}/a.bin: 200',
      '400 BadDigest; then GET {bucket}/a.bin: 404 NoSuchKey',
    ],
    [
      'PutObject',
      'HTTP’s chunked coding without a length',
      '200; then GET {bucket}/a.txt: 200',
      '411 MissingContentLength; then GET {bucket}/a.txt: 404 NoSuchKey',
    ],
    ['UploadPart', 'HTTP’s chunked coding without a length', '200', '411 MissingContentLength'],
  ]),
  ...on(CEPHS, UNPROTECTED, [
    ['DeleteObjects', 'without a digest of any kind', '200', '400 InvalidRequest'],
    ['PutObjectTagging', 'without a digest of any kind', '200', '400 InvalidRequest'],
  ]),
  ...on(CEPHS, OWN_NAME, [
    ['CreateBucket', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['PutBucketAcl', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['PutBucketVersioning', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['PutBucketVersioning', 'no body', '400 InvalidArgument', '400 MissingRequestBodyError'],
    ['PutBucketReplication', 'a body that is no XML', '405 MethodNotAllowed', '400 MalformedXML'],
    ['PutBucketRequestPayment', 'a body that is no XML', '400 InvalidArgument', '400 MalformedXML'],
    ['GetObject', 'a key longer than 1024 bytes', '400 InvalidObjectName', '400 KeyTooLongError'],
    ['PutObject', 'a Content-MD5 that is none', '403 AccessDenied', '400 InvalidDigest'],
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
  ...on(['ceph'], OWN_NAME, [
    ['PutObject', 'a wrong trailer signature', '400 XAmzContentSHA256Mismatch', '403 SignatureDoesNotMatch'],
    ['PutObject', 'a wrong checksum in the trailer', '400 XAmzContentSHA256Mismatch', '400 BadDigest'],
  ]),
  ...on(CEPHS, LIST_BUCKETS, [
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
  ...on(CEPHS, REGION, [
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
  ...on(CEPHS, LOCATION, [
    ['CreateBucket', 'a new name', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'with x-amz-acl: private', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'with object lock', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'readable for everybody', 'nothing of it', 'header location: …/{bucket}'],
    ['CreateBucket', 'a bucket of one’s own that is there', 'nothing of it', 'header location: …/{bucket}'],
  ]),
  ...on(CEPHS, FORM_ANSWER, [
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
  ...on(CEPHS, TWICE_DECODED, [['UploadPartCopy', 'a key with a percent sign', '404 NoSuchKey', '501 NotImplemented']]),
  ...on(['ceph'], ENCODED_SOURCE, [
    [
      'CopyObject',
      'a source in percent-encoding throughout',
      'body CopyPartResult/ETag: 2f068cde6bfb6f7c7dc99ed0fdcab787; body CopyPartResult/LastModified: {date}; then GET {bucket}/to.txt: header content-type: binary/octet-stream',
      'body CopyObjectResult/ETag: 2f068cde6bfb6f7c7dc99ed0fdcab787; body CopyObjectResult/LastModified: {date}; then GET {bucket}/to.txt: header content-type: text/plain; then GET {bucket}/to.txt: header x-amz-meta-colour: green',
    ],
  ]),
  ...on(['ceph18'], ENCODED_SOURCE, [
    [
      'CopyObject',
      'a source in percent-encoding throughout',
      'body CopyPartResult/ETag: 2f068cde6bfb6f7c7dc99ed0fdcab787; body CopyPartResult/LastModified: {date}; then GET {bucket}/to.txt: header content-type: binary/octet-stream',
      'body CopyObjectResult/ETag: {etag}; body CopyObjectResult/LastModified: {date}; then GET {bucket}/to.txt: header content-type: text/plain; then GET {bucket}/to.txt: header x-amz-meta-colour: green',
    ],
  ]),
]
