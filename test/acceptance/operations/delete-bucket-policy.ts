import type { OperationCases } from '../acceptance-case.ts'
import { deletes } from '../bucket-configuration.ts'
import { POLICY } from '../configuration-documents.ts'

export const DELETE_BUCKET_POLICY: OperationCases = {
  row: 17,
  name: 'DeleteBucketPolicy',
  cases: [...deletes(POLICY)],
}
