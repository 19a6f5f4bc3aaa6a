import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { REQUEST_PAYMENT } from '../configuration-documents.ts'

export const PUT_BUCKET_REQUEST_PAYMENT: OperationCases = {
  row: 52,
  name: 'PutBucketRequestPayment',
  cases: [...writes(REQUEST_PAYMENT)],
}
