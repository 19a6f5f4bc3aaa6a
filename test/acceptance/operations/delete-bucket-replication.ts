import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const DELETE = { method: 'DELETE', query: 'replication' } as const

export const DELETE_BUCKET_REPLICATION: OperationCases = {
  row: 45,
  name: 'DeleteBucketReplication',
  cases: [{ name: 'nothing set', kind: 'good', contraryOn: ['minio'], send: DELETE }, missingBucket(DELETE)],
}
