import type { OperationCases } from '../acceptance-case.ts'
import { begin, missingBucket, put } from '../requests.ts'

const DELETE = { method: 'DELETE' } as const

export const DELETE_BUCKET: OperationCases = {
  row: 6,
  name: 'DeleteBucket',
  cases: [
    { name: 'an empty bucket', kind: 'good', variants: 'all', send: DELETE },
    { name: 'with x-id, which SDKs add', kind: 'good', send: { ...DELETE, query: 'x-id=DeleteBucket' } },
    {
      name: 'a bucket with nothing but an upload begun',
      kind: 'good',
      given: [begin('a.txt')],
      send: DELETE,
    },
    { name: 'a bucket with an object', kind: 'bad', variants: 'all', given: [put('a.txt', 'a')], send: DELETE },
    missingBucket(DELETE),
    {
      name: 'a bucket with nothing but a deleted object',
      kind: 'bad',
      bucket: 'versioned',
      only: ['store', 'ceph', 'ceph18', 'minio'],
      given: [put('a.txt', 'a'), { method: 'DELETE', key: 'a.txt' }],
      send: DELETE,
    },
  ],
}
