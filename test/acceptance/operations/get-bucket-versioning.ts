import type { OperationCases } from '../acceptance-case.ts'
import { enableVersioning, missingBucket } from '../requests.ts'

const VERSIONING = { method: 'GET', query: 'versioning' } as const

export const GET_BUCKET_VERSIONING: OperationCases = {
  row: 31,
  name: 'GetBucketVersioning',
  cases: [
    { name: 'never switched on', kind: 'good', send: VERSIONING },
    { name: 'switched on', kind: 'good', bucket: 'versioned', variants: 'all', send: VERSIONING },
    { name: 'suspended', kind: 'good', bucket: 'versioned', given: [enableVersioning('Suspended')], send: VERSIONING },
    missingBucket(VERSIONING),
  ],
}
