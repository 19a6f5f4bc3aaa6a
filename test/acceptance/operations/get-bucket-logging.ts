import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const LOGGING = { method: 'GET', query: 'logging' } as const

export const GET_BUCKET_LOGGING: OperationCases = {
  row: 46,
  name: 'GetBucketLogging',
  cases: [{ name: 'nothing set', kind: 'good', send: LOGGING }, missingBucket(LOGGING)],
}
