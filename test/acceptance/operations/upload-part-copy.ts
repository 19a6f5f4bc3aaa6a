import type { OperationCases } from '../acceptance-case.ts'
import { begin, FULL_PART, get, put, UNKNOWN_UPLOAD } from '../requests.ts'

const SMALL = 'The quick brown fox jumps over the lazy dog.'
const given = [begin('to.bin'), put('from.bin', SMALL)]
const bigGiven = [begin('to.bin'), put('from.bin', FULL_PART)]
const after = [get('to.bin', { query: 'uploadId={upload}' })]
const copy = (
  source: string,
  headers: Readonly<Record<string, string>> = {},
  query = 'partNumber=1&uploadId={upload}',
) => ({
  method: 'PUT',
  key: 'to.bin',
  query,
  headers: { 'x-amz-copy-source': source, ...headers },
})
const SOURCE = '/{bucket}/from.bin'

export const UPLOAD_PART_COPY: OperationCases = {
  row: 111,
  name: 'UploadPartCopy',
  cases: [
    { name: 'a whole object', kind: 'good', variants: 'all', given, send: copy(SOURCE), after },
    {
      name: 'a range of an object',
      kind: 'good',
      given: bigGiven,
      send: copy(SOURCE, { 'x-amz-copy-source-range': 'bytes=10-5242879' }),
      after,
    },
    {
      name: 'a key with letters beyond ASCII',
      kind: 'good',
      given: [begin('to.bin'), put('ü b.bin', SMALL)],
      send: copy('{bucket}/%C3%BC%20b.bin'),
      after,
    },
    {
      name: 'a key with a percent sign',
      kind: 'good',
      given: [begin('to.bin'), put('100%41.bin', SMALL)],
      send: copy('{bucket}/100%2541.bin'),
      contraryOn: ['ceph', 'ceph18'],
      after,
    },
    {
      name: 'an older version',
      kind: 'good',
      bucket: 'versioned',
      given: [
        begin('to.bin'),
        put('from.bin', SMALL, { keep: { first: 'header x-amz-version-id' } }),
        put('from.bin', 'newer'),
      ],
      send: copy(`${SOURCE}?versionId={first}`),
      after,
    },
    {
      name: 'a source that is not there',
      kind: 'bad',
      variants: 'all',
      given,
      send: copy('/{bucket}/none.bin'),
      after,
    },
    {
      name: 'a source bucket that is not there',
      kind: 'bad',
      given,
      send: copy('/acceptance-nowhere/none.bin'),
      after,
    },
    {
      name: 'a range beyond the end',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-range': 'bytes=0-5000' }),
      after,
    },
    {
      name: 'a range that is none',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-range': 'bytes=x' }),
      after,
    },
    {
      name: 'a range without an end',
      kind: 'bad',
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-range': 'bytes=5-' }),
      after,
    },
    {
      name: 'an unknown upload',
      kind: 'bad',
      given,
      send: copy(SOURCE, {}, `partNumber=1&uploadId=${UNKNOWN_UPLOAD}`),
      after,
    },
    { name: 'number 10001', kind: 'bad', given, send: copy(SOURCE, {}, 'partNumber=10001&uploadId={upload}'), after },
    {
      name: 'another ETag than the source has',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      given,
      send: copy(SOURCE, { 'x-amz-copy-source-if-match': '"0"' }),
      after,
    },
    { name: 'a source without a slash', kind: 'bad', given, send: copy('{bucket}'), after },
  ],
}
