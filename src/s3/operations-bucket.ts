import type { S3Operation } from './operation.ts'
import { rowsOf } from './operation-row.ts'

const row = rowsOf('bucket')

/** Rows 5 to 12: buckets themselves and what they list. */
export const BUCKET_OPERATIONS: readonly S3Operation[] = [
  row(5, 'PUT', 'CreateBucket', 's3:CreateBucket'),
  row(6, 'DELETE', 'DeleteBucket', 's3:DeleteBucket'),
  row(7, 'HEAD', 'HeadBucket', 's3:ListBucket'),
  row(8, 'GET ?location', 'GetBucketLocation', 's3:GetBucketLocation'),
  row(9, 'GET -list-type=2', 'ListObjects', 's3:ListBucket'),
  row(10, 'GET +list-type=2', 'ListObjectsV2', 's3:ListBucket'),
  row(11, 'GET ?versions', 'ListObjectVersions', 's3:ListBucketVersions'),
  row(12, 'GET ?uploads', 'ListMultipartUploads', 's3:ListBucketMultipartUploads'),
]
