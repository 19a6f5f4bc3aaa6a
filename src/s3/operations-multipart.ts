import type { S3Operation } from './operation.ts'
import { rowsOf } from './operation-row.ts'

const row = rowsOf('object')

/** Rows 109 to 114: uploads in parts. */
export const MULTIPART_OPERATIONS: readonly S3Operation[] = [
  row(109, 'POST ?uploads', 'CreateMultipartUpload', 's3:PutObject'),
  row(110, 'PUT ?uploadId +partNumber no-copy', 'UploadPart', 's3:PutObject'),
  row(111, 'PUT ?uploadId +partNumber copy', 'UploadPartCopy', 's3:PutObject'),
  row(112, 'POST ?uploadId', 'CompleteMultipartUpload', 's3:PutObject'),
  row(113, 'DELETE ?uploadId', 'AbortMultipartUpload', 's3:AbortMultipartUpload'),
  row(114, 'GET ?uploadId', 'ListParts', 's3:ListMultipartUploadParts'),
]
