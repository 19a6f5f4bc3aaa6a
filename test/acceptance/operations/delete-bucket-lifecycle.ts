import type { OperationCases } from '../acceptance-case.ts'
import { deletes } from '../bucket-configuration.ts'
import { LIFECYCLE } from '../configuration-documents.ts'

export const DELETE_BUCKET_LIFECYCLE: OperationCases = {
  row: 30,
  name: 'DeleteBucketLifecycle',
  cases: [...deletes(LIFECYCLE)],
}
