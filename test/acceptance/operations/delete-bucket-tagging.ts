import type { OperationCases } from '../acceptance-case.ts'
import { deletes } from '../bucket-configuration.ts'
import { TAGGING } from '../configuration-documents.ts'

export const DELETE_BUCKET_TAGGING: OperationCases = {
  row: 40,
  name: 'DeleteBucketTagging',
  cases: [...deletes(TAGGING)],
}
