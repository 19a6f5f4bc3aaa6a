import type { OperationCases } from '../acceptance-case.ts'
import { deletes } from '../bucket-configuration.ts'
import { ENCRYPTION } from '../configuration-documents.ts'

export const DELETE_BUCKET_ENCRYPTION: OperationCases = {
  row: 37,
  name: 'DeleteBucketEncryption',
  cases: [...deletes(ENCRYPTION)],
}
