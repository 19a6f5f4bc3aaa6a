import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { CORS } from '../configuration-documents.ts'

export const GET_BUCKET_CORS: OperationCases = {
  row: 25,
  name: 'GetBucketCors',
  cases: [...reads(CORS, { only: ['ceph', 'ceph18'] }), readsNothing(CORS)],
}
