import type { OperationCases } from '../acceptance-case.ts'
import { enableVersioning, get, list, missingBucket, put } from '../requests.ts'

const remove = (key: string, more = {}) => ({ method: 'DELETE', key, ...more })
const given = [put('a.txt', 'a', { keep: { version: 'header x-amz-version-id' } })]
const after = [get('a.txt'), list('versions')]
const retained = put('a.txt', 'a', {
  headers: {
    'x-amz-object-lock-mode': 'GOVERNANCE',
    'x-amz-object-lock-retain-until-date': '2040-01-01T00:00:00Z',
    'content-md5': 'DMF1ucDxtqgxw5niaXcmYQ==',
  },
  keep: { version: 'header x-amz-version-id' },
})

export const DELETE_OBJECT: OperationCases = {
  row: 90,
  name: 'DeleteObject',
  cases: [
    { name: 'an object', kind: 'good', variants: 'all', given, send: remove('a.txt') },
    { name: 'a key that is not there', kind: 'good', variants: 'all', send: remove('none.txt') },
    {
      name: 'a key of every kind of letter',
      kind: 'good',
      given: [put('a b+ü%2F&.txt', 'a')],
      send: remove('a b+ü%2F&.txt'),
    },
    { name: 'with a Content-Length of 0', kind: 'good', given, send: remove('a.txt', { contentLength: 0 }) },
    {
      name: 'by a marker in a bucket with versions',
      kind: 'good',
      bucket: 'versioned',
      given,
      send: remove('a.txt'),
      after,
    },
    {
      name: 'a version',
      kind: 'good',
      bucket: 'versioned',
      given: [...given, put('a.txt', 'b')],
      send: remove('a.txt', { query: 'versionId={version}' }),
      after,
    },
    {
      name: 'a delete marker',
      kind: 'good',
      bucket: 'versioned',
      given: [put('a.txt', 'a'), remove('a.txt', { keep: { marker: 'header x-amz-version-id' } })],
      send: remove('a.txt', { query: 'versionId={marker}' }),
      after,
    },
    {
      name: 'after versioning was suspended',
      kind: 'good',
      bucket: 'versioned',
      given: [...given, enableVersioning('Suspended')],
      send: remove('a.txt'),
      after,
    },
    {
      name: 'the version null',
      kind: 'good',
      given: [put('a.txt', 'a'), enableVersioning('Enabled'), put('a.txt', 'b')],
      send: remove('a.txt', { query: 'versionId=null' }),
      after,
    },
    {
      name: 'a version under retention, with the right to bypass it',
      kind: 'good',
      bucket: 'locked',
      given: [retained],
      send: remove('a.txt', { query: 'versionId={version}', headers: { 'x-amz-bypass-governance-retention': 'true' } }),
      after,
    },
    missingBucket(remove('a.txt'), { variants: 'all' }),
    {
      name: 'a version under retention',
      kind: 'bad',
      bucket: 'locked',
      given: [retained],
      send: remove('a.txt', { query: 'versionId={version}' }),
      after,
    },
    {
      name: 'a version id that is none',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18', 'store'],
      bucket: 'versioned',
      given,
      send: remove('a.txt', { query: 'versionId=no-version' }),
      after,
    },
  ],
}
