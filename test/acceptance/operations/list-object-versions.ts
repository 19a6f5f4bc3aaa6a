import type { OperationCases } from '../acceptance-case.ts'
import { enableVersioning, missingBucket, put } from '../requests.ts'

const given = [
  put('a.txt', 'one'),
  put('a.txt', 'two'),
  put('b/1.txt', 'b'),
  { method: 'DELETE', key: 'b/1.txt' },
  put('b/2.txt', 'b'),
]
const by = (query: string) => ({ method: 'GET', query: `versions${query === '' ? '' : `&${query}`}` })
const firstPage = {
  ...by('max-keys=1'),
  keep: { key: 'NextKeyMarker', version: 'NextVersionIdMarker' },
  way: 'the same as the case',
} as const

export const LIST_OBJECT_VERSIONS: OperationCases = {
  row: 11,
  name: 'ListObjectVersions',
  cases: [
    { name: 'versions and delete markers', kind: 'good', bucket: 'versioned', variants: 'all', given, send: by('') },
    { name: 'a bucket without versioning', kind: 'good', given: [put('a.txt', 'one')], send: by('') },
    {
      name: 'after versioning was suspended',
      kind: 'good',
      bucket: 'versioned',
      given: [put('a.txt', 'one'), enableVersioning('Suspended'), put('a.txt', 'two')],
      send: by(''),
    },
    { name: 'an empty bucket', kind: 'good', bucket: 'versioned', send: by('') },
    { name: 'a prefix', kind: 'good', bucket: 'versioned', given, send: by('prefix=b/') },
    { name: 'a delimiter', kind: 'good', bucket: 'versioned', given, send: by('delimiter=/') },
    { name: 'a page of one', kind: 'good', bucket: 'versioned', given, send: by('max-keys=1') },
    {
      name: 'the second page of one',
      kind: 'good',
      bucket: 'versioned',
      given: [...given, firstPage],
      send: by('max-keys=1&key-marker={key}&version-id-marker={version}'),
    },
    {
      name: 'names in percent-encoding',
      kind: 'good',
      bucket: 'versioned',
      given: [put('a b.txt', 'a')],
      send: by('encoding-type=url'),
    },
    missingBucket(by(''), { variants: 'all' }),
    { name: 'a page of many', kind: 'bad', bucket: 'versioned', send: by('max-keys=many') },
  ],
}
