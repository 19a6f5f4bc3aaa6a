import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { ENCRYPTION } from '../configuration-documents.ts'

export const PUT_BUCKET_ENCRYPTION: OperationCases = {
  row: 36,
  name: 'PutBucketEncryption',
  cases: [...writes(ENCRYPTION)],
}
