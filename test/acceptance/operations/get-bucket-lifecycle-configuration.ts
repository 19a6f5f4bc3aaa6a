import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { LIFECYCLE } from '../configuration-documents.ts'

export const GET_BUCKET_LIFECYCLE_CONFIGURATION: OperationCases = {
  row: 28,
  name: 'GetBucketLifecycleConfiguration',
  cases: [...reads(LIFECYCLE), readsNothing(LIFECYCLE)],
}
