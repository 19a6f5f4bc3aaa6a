import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { ENCRYPTION } from '../configuration-documents.ts'

export const GET_BUCKET_ENCRYPTION: OperationCases = {
  row: 35,
  name: 'GetBucketEncryption',
  cases: [...reads(ENCRYPTION), readsNothing(ENCRYPTION)],
}
