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
const by = (query: string) => ({ method: 'GET', query })

export const LIST_OBJECTS: OperationCases = {
  row: 9,
  name: 'ListObjects',
  cases: [
    { name: 'all objects', kind: 'good', variants: 'all', given, send: { method: 'GET' } },
    { name: 'an empty bucket', kind: 'good', send: { method: 'GET' } },
    { name: 'a prefix', kind: 'good', given, send: by('prefix=b/') },
    { name: 'a delimiter', kind: 'good', given, send: by('delimiter=/') },
    { name: 'a prefix and a delimiter', kind: 'good', given, send: by('prefix=b/&delimiter=/') },
    { name: 'a page of two', kind: 'good', given, send: by('max-keys=2') },
    { name: 'a page of none', kind: 'good', given, send: by('max-keys=0') },
    { name: 'a page of two after a marker', kind: 'good', given, send: by('max-keys=2&marker=b/1.txt') },
    { name: 'a page of two common prefixes', kind: 'good', given, send: by('max-keys=2&delimiter=/&marker=a.txt') },
    { name: 'names in percent-encoding', kind: 'good', given, send: by('encoding-type=url') },
    { name: 'a prefix that nothing has', kind: 'good', given, send: by('prefix=none') },
    missingBucket({ method: 'GET' }, { variants: 'all' }),
    { name: 'a page of minus one', kind: 'bad', contraryOn: ['ceph', 'ceph18'], send: by('max-keys=-1') },
    { name: 'a page of many', kind: 'bad', send: by('max-keys=many') },
    {
      name: 'an unknown encoding',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      given,
      send: by('encoding-type=rot13'),
    },
  ],
}
