import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const ACL = { method: 'PUT', query: 'acl' } as const
const canned = (acl: string) => ({ ...ACL, headers: { 'x-amz-acl': acl } })

export const PUT_BUCKET_ACL: OperationCases = {
  row: 14,
  name: 'PutBucketAcl',
  cases: [
    { name: 'private', kind: 'good', send: canned('private') },
    { name: 'readable for everybody', kind: 'good', contraryOn: ['minio', 'store'], send: canned('public-read') },
    {
      name: 'the document that it has',
      kind: 'good',
      only: ['ceph', 'ceph18'],
      given: [{ method: 'GET', query: 'acl', way: 'the same as the case', keep: { account: 'ID' } }],
      send: {
        ...ACL,
        body:
          '<AccessControlPolicy><Owner><ID>{account}</ID></Owner><AccessControlList><Grant>' +
          '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>{account}</ID></Grantee>' +
          '<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>',
      },
    },
    { name: 'a canned ACL that does not exist', kind: 'bad', send: canned('everyone') },
    { name: 'a body that is no XML', kind: 'bad', send: { ...ACL, body: 'no XML <at all' } },
    missingBucket(canned('private')),
  ],
}
