import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const ACL = { method: 'GET', query: 'acl' } as const

export const GET_BUCKET_ACL: OperationCases = {
  row: 13,
  name: 'GetBucketAcl',
  cases: [
    { name: 'the default', kind: 'good', variants: 'all', send: ACL },
    {
      name: 'readable for everybody',
      kind: 'good',
      only: ['ceph', 'ceph18'],
      given: [{ method: 'PUT', query: 'acl', headers: { 'x-amz-acl': 'public-read' } }],
      send: ACL,
    },
    missingBucket(ACL),
  ],
}
