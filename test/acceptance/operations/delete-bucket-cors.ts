import type { OperationCases } from '../acceptance-case.ts'
import { deletes } from '../bucket-configuration.ts'
import { CORS } from '../configuration-documents.ts'

export const DELETE_BUCKET_CORS: OperationCases = {
  row: 27,
  name: 'DeleteBucketCors',
  cases: [...deletes(CORS)],
}
