import { CEPH_DIFFERENCES } from './differences-of-ceph.ts'
import { MINIO_DIFFERENCES } from './differences-of-minio.ts'
import { type ExpectedDifference, on, OWN_NAME, REGION } from './expected-difference.ts'

const REGIONS = 'The store tells the region of each bucket always, the proxy as AWS does: where there are parameters.'

/** All of them, by backend; those of the embedded store stand here. */
export const EXPECTED_DIFFERENCES: readonly ExpectedDifference[] = [
  ...on(['store'], OWN_NAME, [
    ['PutBucketVersioning', 'no body', '400 MalformedXML', '400 MissingRequestBodyError'],
    ['PutObject', 'fewer bytes than its Content-Length', '400 BadRequest', '400 IncompleteBody'],
  ]),
  ...on(['store'], REGIONS, [
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
  ...on(['store'], REGION, [
    [
      'CreateBucket',
      'in the region us-east-1',
      '400 InvalidLocationConstraint; then HEAD {bucket}: 404',
      '200; then HEAD {bucket}: 200',
    ],
  ]),
  ...CEPH_DIFFERENCES,
  ...MINIO_DIFFERENCES,
]
