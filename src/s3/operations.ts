import type { S3Operation, S3OperationName } from './operation.ts'
import { BUCKET_OPERATIONS } from './operations-bucket.ts'
import { BUCKET_CONFIGURATION_OPERATIONS, BUCKET_REPORT_OPERATIONS } from './operations-config.ts'
import { MULTIPART_OPERATIONS } from './operations-multipart.ts'
import { OBJECT_OPERATIONS } from './operations-object.ts'
import { SERVICE_OPERATIONS } from './operations-service.ts'

/**
 * The operation table: all 114 rows, in order. What is in no row is never sent to a backend.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export const S3_OPERATIONS: readonly S3Operation[] = [
  ...SERVICE_OPERATIONS,
  ...BUCKET_OPERATIONS,
  ...BUCKET_CONFIGURATION_OPERATIONS,
  ...BUCKET_REPORT_OPERATIONS,
  ...OBJECT_OPERATIONS,
  ...MULTIPART_OPERATIONS,
]

const BY_NAME: ReadonlyMap<string, S3Operation> = new Map(S3_OPERATIONS.map((row) => [row.name, row]))

/** The row of that name. */
export function operationNamed(name: S3OperationName): S3Operation {
  const row = BY_NAME.get(name)
  if (row === undefined) throw new Error(`the operation table has no row ${name}`)
  return row
}

/** Whether a text, such as an entry of `backend.extra_operations`, is the name of a row. */
export function isS3OperationName(text: string): text is S3OperationName {
  return BY_NAME.has(text)
}
