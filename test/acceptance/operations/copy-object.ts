import type { OperationCases } from '../acceptance-case.ts'
import { get, missingBucket, put } from '../requests.ts'

const TEXT = 'what is copied'
const given = [
  put('from.txt', TEXT, {
    headers: { 'content-type': 'text/plain', 'x-amz-meta-colour': 'green' },
    keep: { etag: 'header etag', version: 'header x-amz-version-id' },
  }),
]
const copy = (source: string, headers: Readonly<Record<string, string>> = {}) => ({
  method: 'PUT',
  key: 'to.txt',
  headers: { 'x-amz-copy-source': source, ...headers },
})
const SOURCE = '/{bucket}/from.txt'
const PAST = 'Sat, 01 Jan 2000 00:00:00 GMT'
const FUTURE = 'Fri, 01 Jan 2100 00:00:00 GMT'
const withTags = [put('from.txt', TEXT, { headers: { 'x-amz-tagging': 'a=1' } })]
const copiedTags = [get('to.txt'), get('to.txt', { query: 'tagging' })]

export const COPY_OBJECT: OperationCases = {
  row: 88,
  name: 'CopyObject',
  cases: [
    { name: 'within a bucket', kind: 'good', variants: 'all', given, send: copy(SOURCE) },
    { name: 'a source without a leading slash', kind: 'good', given, send: copy('{bucket}/from.txt') },
    { name: 'a source in percent-encoding throughout', kind: 'good', given, send: copy('%2F{bucket}%2Ffrom%2Etxt') },
    {
      name: 'a source with every kind of letter',
      kind: 'good',
      given: [put('a b+ü%41.txt', TEXT)],
      send: copy('{bucket}/a%20b%2B%C3%BC%2541.txt'),
    },
    {
      name: 'from one bucket into another',
      kind: 'good',
      other: 'plain',
      given,
      send: { ...copy(SOURCE), bucket: '{other}' },
    },
    {
      name: 'an older version',
      kind: 'good',
      bucket: 'versioned',
      given: [...given, put('from.txt', 'newer')],
      send: copy(`${SOURCE}?versionId={version}`),
    },
    { name: 'into a new version', kind: 'good', bucket: 'versioned', given, send: copy(SOURCE) },
    {
      name: 'with a coding of its own',
      kind: 'good',
      given,
      send: copy(SOURCE, { 'x-amz-metadata-directive': 'REPLACE', 'content-encoding': 'gzip' }),
      after: [get('to.txt')],
    },
    {
      name: 'with metadata of its own',
      kind: 'good',
      given,
      send: copy(SOURCE, {
        'x-amz-metadata-directive': 'REPLACE',
        'x-amz-meta-size': 'big',
        'content-type': 'text/css',
      }),
    },
    {
      name: 'metadata without the directive, which change nothing',
      kind: 'good',
      given,
      send: copy(SOURCE, { 'x-amz-meta-size': 'big' }),
    },
    {
      name: 'onto itself with metadata of its own',
      kind: 'good',
      given,
      send: { ...copy(SOURCE, { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-size': 'big' }), key: 'from.txt' },
    },
    { name: 'with the tags of the source', kind: 'good', given: withTags, send: copy(SOURCE), after: copiedTags },
    {
      name: 'with tags of its own',
      kind: 'good',
      given: withTags,
      send: copy(SOURCE, { 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': 'b=2' }),
      after: copiedTags,
    },
    {
      name: 'the ETag that the source has',
      kind: 'good',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-if-match': '{etag}' }),
    },
    {
      name: 'a source unchanged until far ahead',
      kind: 'good',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-if-unmodified-since': FUTURE }),
    },
    { name: 'an empty object', kind: 'good', given: [put('from.txt', '')], send: copy(SOURCE) },
    { name: 'a source that is not there', kind: 'bad', variants: 'all', send: copy('/{bucket}/none.txt') },
    { name: 'a source bucket that is not there', kind: 'bad', send: copy('/acceptance-nowhere/none.txt') },
    missingBucket(copy('/{other}/from.txt'), { other: 'plain', given: [put('from.txt', TEXT, { bucket: '{other}' })] }),
    { name: 'onto itself, unchanged', kind: 'bad', given, send: { ...copy(SOURCE), key: 'from.txt' } },
    {
      name: 'another ETag than the source has',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-if-match': '"0"' }),
    },
    {
      name: 'not the ETag that the source has',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-if-none-match': '{etag}' }),
    },
    {
      name: 'a source changed since far ahead',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-if-modified-since': FUTURE }),
    },
    {
      name: 'a source unchanged since long ago',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-if-unmodified-since': PAST }),
    },
    { name: 'a source without a key', kind: 'bad', given, send: copy('/{bucket}/') },
    { name: 'a source without a slash', kind: 'bad', given, send: copy('{bucket}') },
    { name: 'an empty source', kind: 'bad', given, send: copy('') },
    { name: 'a source that cannot be decoded', kind: 'bad', given, send: copy('/{bucket}/from%zz.txt') },
    {
      name: 'a directive that does not exist',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-metadata-directive': 'FORGET' }),
    },
    {
      name: 'a version that is not there',
      kind: 'bad',
      bucket: 'versioned',
      given,
      send: copy(`${SOURCE}?versionId=00000000-0000-4000-8000-000000000000`),
    },
    {
      name: 'a deleted source',
      kind: 'bad',
      bucket: 'versioned',
      given: [...given, { method: 'DELETE', key: 'from.txt' }],
      send: copy(SOURCE),
    },
  ],
}
