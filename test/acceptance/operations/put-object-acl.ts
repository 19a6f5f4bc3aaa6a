import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket, missingKey, put } from '../requests.ts'

const given = [put('a.txt', 'a')]
const canned = (key: string, acl: string) => ({ method: 'PUT', key, query: 'acl', headers: { 'x-amz-acl': acl } })

export const PUT_OBJECT_ACL: OperationCases = {
  row: 96,
  name: 'PutObjectAcl',
  cases: [
    { name: 'private', kind: 'good', given, send: canned('a.txt', 'private') },
    {
      name: 'readable for everybody',
      kind: 'good',
      contraryOn: ['minio', 'store'],
      given,
      send: canned('a.txt', 'public-read'),
    },
    {
      name: 'the document that it has, with one grant more',
      kind: 'good',
      only: ['ceph', 'ceph18'],
      given: [
        ...given,
        { method: 'GET', key: 'a.txt', query: 'acl', way: 'the same as the case', keep: { account: 'ID' } },
      ],
      send: {
        method: 'PUT',
        key: 'a.txt',
        query: 'acl',
        body:
          '<AccessControlPolicy><Owner><ID>{account}</ID></Owner><AccessControlList><Grant>' +
          '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>{account}</ID></Grantee>' +
          '<Permission>FULL_CONTROL</Permission></Grant><Grant>' +
          '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">' +
          '<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>' +
          '</AccessControlList></AccessControlPolicy>',
      },
    },
    { name: 'a canned ACL that does not exist', kind: 'bad', given, send: canned('a.txt', 'everyone') },
    {
      name: 'a body that is no XML',
      kind: 'bad',
      given,
      send: { method: 'PUT', key: 'a.txt', query: 'acl', body: 'no XML <at all' },
    },
    missingKey(canned('none.txt', 'private')),
    missingBucket(canned('a.txt', 'private')),
  ],
}
