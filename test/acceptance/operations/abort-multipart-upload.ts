import type { OperationCases } from '../acceptance-case.ts'
import { begin, complete, get, list, missingBucket, part, put, UNKNOWN_UPLOAD } from '../requests.ts'

const abort = { method: 'DELETE', key: 'a.bin', query: 'uploadId={upload}' } as const
const after = [get('a.bin'), list('uploads&prefix=a.bin')]

export const ABORT_MULTIPART_UPLOAD: OperationCases = {
  row: 113,
  name: 'AbortMultipartUpload',
  cases: [
    {
      name: 'an upload with a part',
      kind: 'good',
      variants: 'all',
      given: [begin('a.bin'), part('a.bin', 1, 'a')],
      send: abort,
      after,
    },
    { name: 'an upload without parts', kind: 'good', given: [begin('a.bin')], send: abort, after },
    {
      name: 'beside an object of the same key, which stays',
      kind: 'good',
      given: [put('a.bin', 'older'), begin('a.bin')],
      send: abort,
      after,
    },
    {
      name: 'an unknown upload',
      kind: 'bad',
      variants: 'all',
      given: [put('a.bin', 'older')],
      send: { ...abort, query: `uploadId=${UNKNOWN_UPLOAD}` },
      after,
    },
    {
      name: 'an upload that was completed',
      kind: 'bad',
      contraryOn: ['minio'],
      given: [begin('a.bin'), part('a.bin', 1, 'a'), complete('a.bin', 1)],
      send: abort,
      after,
    },
    missingBucket({ ...abort, query: `uploadId=${UNKNOWN_UPLOAD}` }),
  ],
}
