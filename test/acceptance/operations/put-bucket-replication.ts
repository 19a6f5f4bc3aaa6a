import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { REPLICATION } from '../configuration-documents.ts'

export const PUT_BUCKET_REPLICATION: OperationCases = {
  row: 44,
  name: 'PutBucketReplication',
  cases: [...writes(REPLICATION, { contraryOn: ['ceph', 'ceph18', 'minio'] })],
}
