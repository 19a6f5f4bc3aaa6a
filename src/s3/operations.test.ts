import { describe, expect, test } from 'vitest'
import { handlingFor } from './handling.ts'
import { type ProfileName, S3_OPERATION_NAMES, type S3Operation, type S3OperationName } from './operation.ts'
import { isS3OperationName, operationNamed, S3_OPERATIONS } from './operations.ts'

const PROFILES: readonly ProfileName[] = ['aws', 'ceph', 'hetzner', 'minio', 'generic']
const rowsWhere = (test: (row: S3Operation) => boolean) => S3_OPERATIONS.filter(test).map(({ row }) => row)
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

describe('the operation table', () => {
  test('has 114 rows, numbered and named in order', () => {
    expect(S3_OPERATIONS.map(({ row }) => row)).toEqual(from(1, 114))
    expect(S3_OPERATIONS.map(({ name }) => name)).toEqual(S3_OPERATION_NAMES)
    expect(new Set(S3_OPERATION_NAMES).size).toBe(114)
  })

  test('knows its names', () => {
    expect(operationNamed('GetObject').row).toBe(83)
    expect(isS3OperationName('GetObjectAttributes')).toBe(true)
    expect(isS3OperationName('toString')).toBe(false)
  })

  test.each<[S3OperationName, string]>([
    ['DeleteBucketCors', 's3:PutBucketCORS'],
    ['DeleteBucketTagging', 's3:PutBucketTagging'],
    ['DeleteBucketLifecycle', 's3:PutLifecycleConfiguration'],
    ['DeleteBucketEncryption', 's3:PutEncryptionConfiguration'],
    ['DeleteBucketReplication', 's3:PutReplicationConfiguration'],
    ['DeleteBucketMetricsConfiguration', 's3:PutMetricsConfiguration'],
    ['ListBucketInventoryConfigurations', 's3:GetInventoryConfiguration'],
    ['GetBucketEncryption', 's3:GetEncryptionConfiguration'],
    ['GetObjectLockConfiguration', 's3:GetBucketObjectLockConfiguration'],
    ['HeadBucket', 's3:ListBucket'],
    ['HeadObject', 's3:GetObject or s3:GetObjectVersion'],
    ['ListObjectVersions', 's3:ListBucketVersions'],
    ['ListMultipartUploads', 's3:ListBucketMultipartUploads'],
    ['ListParts', 's3:ListMultipartUploadParts'],
    ['ListBuckets', 's3:ListAllMyBuckets'],
    ['DeletePublicAccessBlock', 's3:PutBucketPublicAccessBlock'],
    ['SelectObjectContent', 's3:GetObject'],
    ['CompleteMultipartUpload', 's3:PutObject'],
    ['GetObjectRetention', 's3:GetObjectRetention'],
    ['RestoreObject', 's3:RestoreObject'],
    [
      'GetObjectAttributes',
      's3:GetObject or s3:GetObjectVersion, s3:GetObjectAttributes or s3:GetObjectVersionAttributes',
    ],
  ])('%s asks for %s', (name, expected) => {
    const asked = operationNamed(name).actions.map(({ plain, versioned }) =>
      [plain, versioned ?? []].flat().join(' or '),
    )
    expect(asked.join(', ')).toBe(expected)
  })

  test('asks for an action in every row that can be reached', () => {
    expect(rowsWhere((row) => row.actions.length === 0)).toEqual([4])
  })

  test('takes the aws-chunked modes for object data only', () => {
    const streaming = S3_OPERATIONS.filter((row) => row.streaming && !row.unavailable).map(({ name }) => name)
    expect(streaming).toEqual(['PutObject', 'PutObjectAnnotation', 'UploadPart'])
  })

  test('never lists a header that is not to be copied', () => {
    const never =
      /^(?:host|authorization|content-length|x-amz-(?:copy-source|request-payer|.*expected-bucket-owner|write-.*))$/
    expect(S3_OPERATIONS.flatMap((row) => row.requestHeaders.filter((header) => never.test(header)))).toEqual([])
    expect(operationNamed('CopyObject').requestHeaders).toContain('x-amz-copy-source-if-match')
  })

  test('takes user metadata where an object is made', () => {
    const taking = S3_OPERATIONS.filter((row) => row.userMetadata && !row.unavailable).map(({ name }) => name)
    expect(taking).toEqual(['PutObject', 'CopyObject', 'CreateMultipartUpload'])
  })
})

describe('what a profile refuses', () => {
  const everywhere = [2, 3, 82, 89]
  const ceph = [
    ...from(22, 24),
    ...from(35, 37),
    41,
    42,
    46,
    47,
    ...from(53, 81),
    85,
    ...from(92, 94),
    ...from(104, 108),
  ]
  const hetzner = [...ceph, ...from(38, 40), ...from(43, 45), ...from(48, 52)]
  const minio = [13, 14, ...from(22, 24), ...from(46, 81), 94, 95, 96, ...from(104, 108)]

  test.each<[ProfileName, number[]]>([
    ['aws', []],
    ['ceph', ceph],
    ['hetzner', hetzner],
    ['minio', minio],
    ['generic', [...ceph, ...hetzner, ...minio]],
  ])('%s', (profile, rows) => {
    const expected = [...new Set([...everywhere, ...rows])].sort((a, b) => a - b)
    expect(rowsWhere((row) => row.handling[profile] === 'refuse')).toEqual(expected)
  })

  test('is refused to everybody where no backend has it', () => {
    expect(rowsWhere((row) => row.unavailable)).toEqual(everywhere)
  })

  test('opens by name, but for what is refused to everybody', () => {
    const extra = new Set(['GetObjectAttributes', 'RenameObject', 'GetBucketPolicy'])
    for (const profile of PROFILES) {
      expect(handlingFor(operationNamed('GetObjectAttributes'), profile, extra)).toBe('forward')
      expect(handlingFor(operationNamed('RenameObject'), profile, extra)).toBe('refuse')
      expect(handlingFor(operationNamed('GetBucketPolicy'), profile, extra)).toBe('local')
    }
    expect(handlingFor(operationNamed('RestoreObject'), 'ceph', extra)).toBe('refuse')
    expect(handlingFor(operationNamed('DeleteObjects'), 'ceph', extra)).toBe('local')
  })
})
