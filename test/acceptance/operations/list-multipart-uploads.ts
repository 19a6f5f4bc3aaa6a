import type { OperationCases } from '../acceptance-case.ts'
import { begin, missingBucket } from '../requests.ts'

const given = [begin('a.bin'), begin('b/1.bin'), begin('b/2.bin')]
const by = (query: string) => ({ method: 'GET', query: `uploads${query === '' ? '' : `&${query}`}` })

export const LIST_MULTIPART_UPLOADS: OperationCases = {
  row: 12,
  name: 'ListMultipartUploads',
  cases: [
    { name: 'all uploads of a key', kind: 'good', variants: 'all', given: [begin('a.bin')], send: by('prefix=a.bin') },
    { name: 'uploads of several keys', kind: 'good', given, send: by('') },
    { name: 'no upload', kind: 'good', send: by('') },
    { name: 'a prefix', kind: 'good', given, send: by('prefix=b/') },
    { name: 'a delimiter', kind: 'good', given, send: by('delimiter=/') },
    {
      name: 'a page of one',
      kind: 'good',
      given: [begin('a.bin'), begin('a.bin')],
      send: by('prefix=a.bin&max-uploads=1'),
    },
    { name: 'after a key', kind: 'good', given, send: by('key-marker=b/1.bin') },
    {
      name: 'names in percent-encoding',
      kind: 'good',
      given: [begin('a b.bin')],
      send: by('prefix=a%20b.bin&encoding-type=url'),
    },
    missingBucket(by(''), { variants: 'all' }),
    { name: 'a page of many', kind: 'bad', send: by('max-uploads=many') },
    { name: 'a page of minus one', kind: 'bad', contraryOn: ['ceph', 'ceph18'], send: by('max-uploads=-1') },
  ],
}
