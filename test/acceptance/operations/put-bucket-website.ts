import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { WEBSITE } from '../configuration-documents.ts'

export const PUT_BUCKET_WEBSITE: OperationCases = {
  row: 49,
  name: 'PutBucketWebsite',
  cases: [...writes(WEBSITE)],
}
