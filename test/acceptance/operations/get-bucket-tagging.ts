import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { TAGGING } from '../configuration-documents.ts'

export const GET_BUCKET_TAGGING: OperationCases = {
  row: 38,
  name: 'GetBucketTagging',
  cases: [...reads(TAGGING), readsNothing(TAGGING)],
}
