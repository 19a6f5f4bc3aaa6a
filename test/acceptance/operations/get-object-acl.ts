import type { OperationCases } from '../acceptance-case.ts'
import { get, missingBucket, missingKey, put } from '../requests.ts'

const acl = (key: string) => get(key, { query: 'acl' })

export const GET_OBJECT_ACL: OperationCases = {
  row: 95,
  name: 'GetObjectAcl',
  cases: [
    { name: 'the default', kind: 'good', variants: 'all', given: [put('a.txt', 'a')], send: acl('a.txt') },
    {
      name: 'readable for everybody',
      kind: 'good',
      only: ['ceph', 'ceph18'],
      given: [put('a.txt', 'a', { headers: { 'x-amz-acl': 'public-read' } })],
      send: acl('a.txt'),
    },
    missingKey(acl('none.txt')),
    missingBucket(acl('a.txt')),
  ],
}
