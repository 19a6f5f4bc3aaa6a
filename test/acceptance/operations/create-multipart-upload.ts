import type { OperationCases } from '../acceptance-case.ts'
import { begin, completion, get, list, missingBucket, part } from '../requests.ts'

const after = [list('uploads&prefix=a.bin')]
const finished = (headers: Readonly<Record<string, string>>) => ({
  send: begin('a.bin', { headers }),
  after: [
    part('a.bin', 1, 'all of it'),
    { method: 'POST', key: 'a.bin', query: 'uploadId={upload}', body: completion(1) },
    get('a.bin'),
  ],
})

export const CREATE_MULTIPART_UPLOAD: OperationCases = {
  row: 109,
  name: 'CreateMultipartUpload',
  cases: [
    { name: 'an upload', kind: 'good', variants: 'all', send: begin('a.bin'), after },
    { name: 'without a Content-Length', kind: 'good', send: begin('a.bin', { contentLength: 'absent' }), after },
    { name: 'two of one key', kind: 'good', given: [begin('a.bin')], send: begin('a.bin'), after },
    {
      name: 'with metadata and headers, which the object then has',
      kind: 'good',
      ...finished({ 'content-type': 'text/css', 'x-amz-meta-one': '1', 'cache-control': 'no-cache' }),
    },
    {
      name: 'of a coded object, which then has its coding',
      kind: 'good',
      ...finished({ 'content-encoding': 'gzip', 'content-language': 'de' }),
    },
    { name: 'with tags, which the object then has', kind: 'good', ...finished({ 'x-amz-tagging': 'a=1' }) },
    {
      name: 'with a checksum algorithm',
      kind: 'good',
      send: begin('a.bin', { headers: { 'x-amz-checksum-algorithm': 'CRC32' } }),
      after,
    },
    { name: 'a key of every kind of letter', kind: 'good', send: begin('a b+ü%2F&.bin'), after: [] },
    missingBucket(begin('a.bin'), { variants: 'all' }),
    {
      name: 'tags that are none',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      send: begin('a.bin', { headers: { 'x-amz-tagging': 'a=1&a=2' } }),
      after,
    },
    {
      name: 'a checksum algorithm that does not exist',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      send: begin('a.bin', { headers: { 'x-amz-checksum-algorithm': 'CRC7' } }),
      after,
    },
    {
      name: 'a storage class that does not exist',
      kind: 'bad',
      send: begin('a.bin', { headers: { 'x-amz-storage-class': 'NO SUCH' } }),
      after,
    },
    { name: 'a key of 1025 bytes', kind: 'bad', send: begin('k'.repeat(1025)), after: [] },
  ],
}
