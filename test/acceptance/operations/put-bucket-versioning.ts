import type { OperationCases } from '../acceptance-case.ts'
import { enableVersioning, missingBucket } from '../requests.ts'

const VERSIONING = { method: 'PUT', query: 'versioning' } as const

export const PUT_BUCKET_VERSIONING: OperationCases = {
  row: 32,
  name: 'PutBucketVersioning',
  cases: [
    { name: 'switched on', kind: 'good', variants: 'all', send: enableVersioning('Enabled') },
    { name: 'suspended', kind: 'good', bucket: 'versioned', send: enableVersioning('Suspended') },
    { name: 'suspended under object lock', kind: 'bad', bucket: 'locked', send: enableVersioning('Suspended') },
    {
      name: 'a status that does not exist',
      kind: 'bad',
      send: { ...VERSIONING, body: '<VersioningConfiguration><Status>Perhaps</Status></VersioningConfiguration>' },
    },
    { name: 'a body that is no XML', kind: 'bad', send: { ...VERSIONING, body: 'no XML <at all' } },
    { name: 'no body', kind: 'bad', send: VERSIONING },
    missingBucket(enableVersioning('Enabled'), { contraryOn: ['minio'] }),
  ],
}
