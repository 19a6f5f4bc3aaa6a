import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { CORS } from '../configuration-documents.ts'

export const PUT_BUCKET_CORS: OperationCases = {
  row: 26,
  name: 'PutBucketCors',
  cases: [...writes(CORS)],
}
