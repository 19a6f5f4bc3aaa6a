import type { OperationCases } from '../acceptance-case.ts'
import { begin, get, missingBucket, part, UNKNOWN_UPLOAD } from '../requests.ts'

const given = [begin('a.bin'), ...[1, 2, 3].map((number) => part('a.bin', number, `part ${number}`))]
const parts = (query = '', key = 'a.bin') => get(key, { query: `uploadId={upload}${query}` })

export const LIST_PARTS: OperationCases = {
  row: 114,
  name: 'ListParts',
  cases: [
    { name: 'all parts', kind: 'good', variants: 'all', given, send: parts() },
    { name: 'no part', kind: 'good', given: [begin('a.bin')], send: parts() },
    { name: 'a page of two', kind: 'good', given, send: parts('&max-parts=2') },
    { name: 'after a number', kind: 'good', given, send: parts('&part-number-marker=2') },
    {
      name: 'a parameter that it does not know',
      kind: 'bad',
      given: [begin('a b.bin')],
      send: parts('&encoding-type=url', 'a b.bin'),
    },
    {
      name: 'an unknown upload',
      kind: 'bad',
      variants: 'all',
      send: get('a.bin', { query: `uploadId=${UNKNOWN_UPLOAD}` }),
    },
    { name: 'an upload of another key', kind: 'bad', given, send: parts('', 'b.bin') },
    missingBucket(get('a.bin', { query: `uploadId=${UNKNOWN_UPLOAD}` })),
    { name: 'a page of many', kind: 'bad', given, send: parts('&max-parts=many') },
    { name: 'a page of minus one', kind: 'bad', contraryOn: ['ceph', 'ceph18'], given, send: parts('&max-parts=-1') },
  ],
}
