import type { OperationCases } from '../acceptance-case.ts'
import {
  begin,
  complete,
  enableVersioning,
  FULL_PART,
  get,
  missingBucket,
  missingKey,
  part,
  put,
  tagging,
} from '../requests.ts'

const TEXT = 'The quick brown fox jumps over the lazy dog.'
const given = [put('a.txt', TEXT)]
const withRange = (range: string) => get('a.txt', { headers: { range } })
const uploaded = [
  begin('big.bin'),
  part('big.bin', 1, FULL_PART),
  part('big.bin', 2, 'the end'),
  complete('big.bin', 1, 2),
]
const [first, second] = ['first', 'second'].map((name) =>
  put('a.txt', name, { keep: { [name]: 'header x-amz-version-id' } }),
)
const versions = first === undefined || second === undefined ? [] : [first, second]
const PAST = 'Sat, 01 Jan 2000 00:00:00 GMT'
const FUTURE = 'Fri, 01 Jan 2100 00:00:00 GMT'
const condition = (name: string, value: string) => get('a.txt', { headers: { [name]: value } })
const etag = [put('a.txt', TEXT, { keep: { etag: 'header etag' } })]

export const GET_OBJECT: OperationCases = {
  row: 83,
  name: 'GetObject',
  cases: [
    { name: 'an object', kind: 'good', variants: 'all', given, send: get('a.txt') },
    { name: 'an empty object', kind: 'good', given: [put('a.txt', '')], send: get('a.txt') },
    {
      name: 'its metadata and headers',
      kind: 'good',
      given: [
        put('a.txt', TEXT, {
          headers: {
            'content-type': 'text/plain; charset=utf-8',
            'cache-control': 'max-age=60',
            'content-disposition': 'attachment; filename="a.txt"',
            'content-encoding': 'identity',
            'content-language': 'de',
            expires: 'Wed, 21 Oct 2065 07:28:00 GMT',
            'x-amz-meta-colour': 'green',
            'x-amz-meta-two-words': 'a b, c',
            'x-amz-meta-encoded': '=?UTF-8?B?w7w=?=',
          },
        }),
      ],
      send: get('a.txt'),
    },
    {
      name: 'an object with tags',
      kind: 'good',
      given: [...given, put('a.txt', tagging(['a', '1']), { query: 'tagging' })],
      send: get('a.txt'),
    },
    { name: 'an object of two parts', kind: 'good', given: uploaded, send: get('big.bin') },
    {
      name: 'its second part',
      kind: 'good',
      only: ['store', 'ceph', 'ceph18', 'minio'],
      given: uploaded,
      send: get('big.bin', { query: 'partNumber=2' }),
    },
    { name: 'the first bytes', kind: 'good', variants: 'all', given, send: withRange('bytes=0-3') },
    { name: 'the last bytes', kind: 'good', given, send: withRange('bytes=-4') },
    { name: 'from a byte on', kind: 'good', given, send: withRange('bytes=40-') },
    { name: 'a range that reaches beyond the end', kind: 'good', given, send: withRange('bytes=40-1000') },
    { name: 'a range that is none', kind: 'good', given, send: withRange('bytes=x-y') },
    {
      name: 'a range of another unit',
      kind: 'good',
      given,
      send: withRange('lines=1-2'),
    },
    {
      name: 'a range back to front',
      kind: 'good',
      contraryOn: ['ceph', 'ceph18', 'minio'],
      given,
      send: withRange('bytes=5-2'),
    },
    { name: 'two ranges', kind: 'good', given, send: withRange('bytes=0-1,3-4') },
    {
      name: 'headers that the request asks for',
      kind: 'good',
      variants: 'all',
      given,
      send: get('a.txt', {
        query:
          'response-content-type=text/html&response-cache-control=no-store&response-content-language=fr&response-expires=0' +
          '&response-content-disposition=attachment%3B%20filename%3D%22%C3%BC.txt%22&response-content-encoding=br',
      }),
    },
    { name: 'the ETag that it has', kind: 'good', given: etag, send: condition('if-match', '{etag}') },
    { name: 'any ETag', kind: 'good', given, send: condition('if-match', '*') },
    { name: 'changed since long ago', kind: 'good', given, send: condition('if-modified-since', PAST) },
    { name: 'unchanged until far ahead', kind: 'good', given, send: condition('if-unmodified-since', FUTURE) },
    {
      name: 'not the ETag that it has: 304',
      kind: 'good',
      variants: 'all',
      given: etag,
      send: condition('if-none-match', '{etag}'),
    },
    { name: 'changed since far ahead: 304', kind: 'good', given, send: condition('if-modified-since', FUTURE) },
    {
      name: 'an older version',
      kind: 'good',
      bucket: 'versioned',
      given: versions,
      send: get('a.txt', { query: 'versionId={first}' }),
    },
    {
      name: 'the present one of several versions',
      kind: 'good',
      bucket: 'versioned',
      given: versions,
      send: get('a.txt'),
    },
    {
      name: 'the version null',
      kind: 'good',
      given: [...given, enableVersioning('Enabled'), put('a.txt', 'new')],
      send: get('a.txt', { query: 'versionId=null' }),
    },
    {
      name: 'a key of every kind of letter',
      kind: 'good',
      given: [put("a b+c%2Fd&e=f?g#h/ü/漢字/😀/~!*'().txt", TEXT)],
      send: get("a b+c%2Fd&e=f?g#h/ü/漢字/😀/~!*'().txt"),
    },
    { name: 'a key that ends in a slash', kind: 'good', given: [put('folder/', '')], send: get('folder/') },
    {
      name: 'a key with two slashes in a row',
      kind: 'good',
      only: ['store', 'ceph', 'ceph18'],
      given: [put('a//b.txt', TEXT)],
      send: get('a//b.txt'),
    },
    missingKey(get('none.txt'), { variants: 'all' }),
    missingBucket(get('a.txt'), { variants: 'all' }),
    { name: 'a range beyond the end', kind: 'bad', variants: 'all', given, send: withRange('bytes=1000-') },
    { name: 'a range of an empty object', kind: 'bad', given: [put('a.txt', '')], send: withRange('bytes=0-0') },
    {
      name: 'another ETag than it has',
      kind: 'bad',
      given,
      send: condition('if-match', '"00000000000000000000000000000000"'),
    },
    { name: 'unchanged since long ago', kind: 'bad', given, send: condition('if-unmodified-since', PAST) },
    {
      name: 'a version that is not there',
      kind: 'bad',
      bucket: 'versioned',
      given,
      send: get('a.txt', { query: 'versionId=00000000-0000-4000-8000-000000000000' }),
    },
    {
      name: 'a version id without a value',
      kind: 'bad',
      given,
      send: get('a.txt', { query: 'versionId=' }),
    },
    {
      name: 'a deleted object',
      kind: 'bad',
      bucket: 'versioned',
      given: [...given, { method: 'DELETE', key: 'a.txt' }],
      send: get('a.txt'),
    },
    {
      name: 'a delete marker by its version',
      kind: 'bad',
      bucket: 'versioned',
      given: [...given, { method: 'DELETE', key: 'a.txt', keep: { marker: 'header x-amz-version-id' } }],
      send: get('a.txt', { query: 'versionId={marker}' }),
    },
    {
      name: 'a part that is not there',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      only: ['store', 'ceph', 'ceph18', 'minio'],
      given: uploaded,
      send: get('big.bin', { query: 'partNumber=3' }),
    },
    { name: 'a key longer than 1024 bytes', kind: 'bad', send: get('k'.repeat(1025)) },
  ],
}
