import type { OperationCases } from '../acceptance-case.ts'
import { readsNothing } from '../bucket-configuration.ts'
import { missingBucket } from '../requests.ts'

export const GET_BUCKET_WEBSITE: OperationCases = {
  row: 48,
  name: 'GetBucketWebsite',
  cases: [readsNothing({ query: 'website' }), missingBucket({ method: 'GET', query: 'website' })],
}
