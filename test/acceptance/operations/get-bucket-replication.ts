import type { OperationCases } from '../acceptance-case.ts'
import { readsNothing } from '../bucket-configuration.ts'
import { REPLICATION } from '../configuration-documents.ts'
import { missingBucket } from '../requests.ts'

export const GET_BUCKET_REPLICATION: OperationCases = {
  row: 43,
  name: 'GetBucketReplication',
  cases: [
    readsNothing(REPLICATION, { contraryOn: ['ceph', 'ceph18'] }),
    missingBucket({ method: 'GET', query: 'replication' }),
  ],
}
