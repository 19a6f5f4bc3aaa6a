import type { OperationCases } from '../acceptance-case.ts'

const CREATE = { method: 'PUT' } as const
const inRegion = (region: string): string =>
  `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`

export const CREATE_BUCKET: OperationCases = {
  row: 5,
  name: 'CreateBucket',
  cases: [
    { name: 'a new name', kind: 'good', bucket: 'absent', variants: 'all', send: CREATE },
    {
      name: 'in the region of the scope',
      kind: 'good',
      bucket: 'absent',
      send: { ...CREATE, body: inRegion('eu-test-1') },
    },
    {
      name: 'in the region us-east-1',
      kind: 'good',
      bucket: 'absent',
      send: { ...CREATE, body: inRegion('us-east-1') },
    },
    {
      name: 'with x-amz-acl: private',
      kind: 'good',
      bucket: 'absent',
      send: { ...CREATE, headers: { 'x-amz-acl': 'private' } },
    },
    {
      name: 'with object lock',
      kind: 'good',
      bucket: 'absent',
      only: ['store', 'ceph', 'ceph18', 'minio'],
      send: { ...CREATE, headers: { 'x-amz-bucket-object-lock-enabled': 'true' } },
      after: [
        { method: 'GET', query: 'object-lock' },
        { method: 'GET', query: 'versioning' },
      ],
    },
    {
      name: 'readable for everybody',
      kind: 'good',
      bucket: 'absent',
      only: ['ceph', 'ceph18'],
      send: { ...CREATE, headers: { 'x-amz-acl': 'public-read' } },
      after: [{ method: 'GET', query: 'acl' }],
    },
    {
      name: 'a bucket of one’s own that is there',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      variants: 'all',
      send: CREATE,
    },
    { name: 'an unknown region', kind: 'bad', bucket: 'absent', send: { ...CREATE, body: inRegion('mars-north-1') } },
    { name: 'a name too short', kind: 'bad', send: { ...CREATE, bucket: 'ab' } },
    { name: 'a name in capitals', kind: 'bad', send: { ...CREATE, bucket: 'Acceptance-Upper-Case' }, after: [] },
    {
      name: 'a name with an underscore at its end',
      kind: 'bad',
      send: { ...CREATE, bucket: 'acceptance_' },
      after: [],
    },
    { name: 'an address for a name', kind: 'bad', send: { ...CREATE, bucket: '192.168.1.1' }, after: [] },
    { name: 'a body that is no XML', kind: 'bad', bucket: 'absent', send: { ...CREATE, body: 'eu-test-1, please' } },
    {
      name: 'a canned ACL that does not exist',
      kind: 'bad',
      contraryOn: ['minio'],
      bucket: 'absent',
      send: { ...CREATE, headers: { 'x-amz-acl': 'everyone' } },
    },
  ],
}
