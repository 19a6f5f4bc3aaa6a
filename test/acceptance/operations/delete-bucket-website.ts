import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const DELETE = { method: 'DELETE', query: 'website' } as const

export const DELETE_BUCKET_WEBSITE: OperationCases = {
  row: 50,
  name: 'DeleteBucketWebsite',
  cases: [{ name: 'nothing set', kind: 'good', send: DELETE }, missingBucket(DELETE)],
}
