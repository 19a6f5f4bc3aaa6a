import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket, put } from '../requests.ts'

const given = [
  'a.txt',
  'b/1.txt',
  'b/2.txt',
  'b/c/3.txt',
  'd e+f%2F.txt',
  'é.txt',
  '漢字.txt',
  '😀.txt',
  'z&<>.txt',
].map((key) => put(key, key))
const by = (query: string) => ({ method: 'GET', query: `list-type=2${query === '' ? '' : `&${query}`}` })
const firstPage = {
  ...by('max-keys=2'),
  keep: { token: 'NextContinuationToken' },
  way: 'the same as the case',
} as const

export const LIST_OBJECTS_V2: OperationCases = {
  row: 10,
  name: 'ListObjectsV2',
  cases: [
    { name: 'all objects', kind: 'good', variants: 'all', given, send: by('') },
    { name: 'an empty bucket', kind: 'good', send: by('') },
    { name: 'a prefix', kind: 'good', given, send: by('prefix=b/') },
    { name: 'a delimiter', kind: 'good', given, send: by('delimiter=/') },
    { name: 'a delimiter of several letters', kind: 'good', given, send: by('delimiter=.txt') },
    { name: 'a prefix and a delimiter', kind: 'good', given, send: by('prefix=b/&delimiter=/') },
    { name: 'a page of two', kind: 'good', given, send: by('max-keys=2') },
    { name: 'a page of none', kind: 'good', given, send: by('max-keys=0') },
    {
      name: 'the second page of two',
      kind: 'good',
      given: [...given, firstPage],
      send: by('max-keys=2&continuation-token={token}'),
    },
    { name: 'after a key', kind: 'good', given, send: by('start-after=b/2.txt') },
    { name: 'with owners', kind: 'good', given, send: by('fetch-owner=true') },
    { name: 'names in percent-encoding', kind: 'good', given, send: by('encoding-type=url&prefix=&delimiter=') },
    {
      name: 'MinIO’s listing with metadata, which becomes a plain one',
      kind: 'good',
      given: [put('a.txt', 'a', { headers: { 'x-amz-meta-one': '1' } })],
      send: by('metadata=true'),
    },
    missingBucket(by(''), { variants: 'all' }),
    { name: 'a page of many', kind: 'bad', send: by('max-keys=many') },
    { name: 'a page of minus one', kind: 'bad', contraryOn: ['ceph', 'ceph18'], send: by('max-keys=-1') },
    {
      name: 'an empty continuation token',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      given,
      send: by('continuation-token='),
    },
  ],
}
