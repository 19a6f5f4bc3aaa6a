import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const ACCELERATE = { method: 'GET', query: 'accelerate' } as const

export const GET_BUCKET_ACCELERATE_CONFIGURATION: OperationCases = {
  row: 53,
  name: 'GetBucketAccelerateConfiguration',
  cases: [{ name: 'the default', kind: 'good', send: ACCELERATE }, missingBucket(ACCELERATE)],
}
