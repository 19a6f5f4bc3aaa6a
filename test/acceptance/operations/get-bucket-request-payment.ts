import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const PAYMENT = { method: 'GET', query: 'requestPayment' } as const

export const GET_BUCKET_REQUEST_PAYMENT: OperationCases = {
  row: 51,
  name: 'GetBucketRequestPayment',
  cases: [{ name: 'the default', kind: 'good', send: PAYMENT }, missingBucket(PAYMENT)],
}
