import type { S3Operation } from './operation.ts'
import { rowsOf } from './operation-row.ts'

const row = rowsOf('service')

/** Rows 1 to 4: what names no bucket. */
export const SERVICE_OPERATIONS: readonly S3Operation[] = [
  row(1, 'GET', 'ListBuckets', 's3:ListAllMyBuckets'),
  row(2, 'GET', 'ListDirectoryBuckets', 's3express:ListAllMyDirectoryBuckets'),
  row(3, 'POST', 'WriteGetObjectResponse', 's3-object-lambda:WriteGetObjectResponse'),
  // At every level; asks for no action, because it is answered from the CORS rules and never signed.
  row(4, 'OPTIONS', 'CorsPreflight', []),
]
