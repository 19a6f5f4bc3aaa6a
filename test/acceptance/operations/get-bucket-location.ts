import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const LOCATION = { method: 'GET', query: 'location' } as const

export const GET_BUCKET_LOCATION: OperationCases = {
  row: 8,
  name: 'GetBucketLocation',
  cases: [
    { name: 'a bucket', kind: 'good', variants: 'all', send: LOCATION },
    missingBucket(LOCATION),
    {
      name: 'beside another sub-resource',
      kind: 'bad',
      send: { ...LOCATION, query: 'location&acl' },
    },
  ],
}
