import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { POLICY } from '../configuration-documents.ts'

export const GET_BUCKET_POLICY: OperationCases = {
  row: 15,
  name: 'GetBucketPolicy',
  cases: [...reads(POLICY), readsNothing(POLICY)],
}
