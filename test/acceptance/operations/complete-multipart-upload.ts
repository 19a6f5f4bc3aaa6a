import type { OperationCases } from '../acceptance-case.ts'
import { begin, complete, completion, FULL_PART, get, list, missingBucket, part, UNKNOWN_UPLOAD } from '../requests.ts'

const one = [begin('a.bin'), part('a.bin', 1, 'all of it')]
const two = [begin('a.bin'), part('a.bin', 1, FULL_PART), part('a.bin', 2, 'the end')]
const small = [begin('a.bin'), part('a.bin', 1, 'too small'), part('a.bin', 2, 'the end')]
const finish = (body: string, more = {}) => ({
  method: 'POST',
  key: 'a.bin',
  query: 'uploadId={upload}',
  body,
  ...more,
})
const after = [get('a.bin'), list('uploads&prefix=a.bin')]

export const COMPLETE_MULTIPART_UPLOAD: OperationCases = {
  row: 112,
  name: 'CompleteMultipartUpload',
  cases: [
    { name: 'one part', kind: 'good', variants: 'all', given: one, send: complete('a.bin', 1), after },
    { name: 'two parts', kind: 'good', given: two, send: complete('a.bin', 1, 2), after },
    {
      name: 'one of two parts',
      kind: 'good',
      contraryOn: ['ceph', 'ceph18'],
      given: two,
      send: complete('a.bin', 2),
      after,
    },
    {
      name: 'parts with gaps in their numbers',
      kind: 'good',
      given: [begin('a.bin'), part('a.bin', 7, FULL_PART), part('a.bin', 900, 'the end')],
      send: complete('a.bin', 7, 900),
      after,
    },
    {
      name: 'with a namespace',
      kind: 'good',
      given: one,
      send: finish(
        completion(1).replace(
          '<CompleteMultipartUpload>',
          '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
        ),
      ),
      after,
    },
    {
      name: 'ETags without quotation marks',
      kind: 'good',
      given: one,
      send: finish(
        '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>1eac3d201685bb617a85ea2ff672b5b3</ETag></Part></CompleteMultipartUpload>',
      ),
      after,
    },
    {
      name: 'over another object',
      kind: 'good',
      given: [{ method: 'PUT', key: 'a.bin', body: 'older' }, ...one],
      send: complete('a.bin', 1),
      after,
    },
    { name: 'into a new version', kind: 'good', bucket: 'versioned', given: one, send: complete('a.bin', 1), after },
    {
      name: 'with the size that it has',
      kind: 'good',
      given: one,
      send: finish(completion(1), { headers: { 'x-amz-mp-object-size': '9' } }),
      after,
    },
    missingBucket(finish(completion(1), { query: `uploadId=${UNKNOWN_UPLOAD}` })),
    {
      name: 'an unknown upload',
      kind: 'bad',
      variants: 'all',
      given: one,
      send: finish(completion(1), { query: `uploadId=${UNKNOWN_UPLOAD}` }),
      after,
    },
    { name: 'a part too small before another', kind: 'bad', given: small, send: complete('a.bin', 1, 2), after },
    { name: 'parts in the wrong order', kind: 'bad', given: two, send: complete('a.bin', 2, 1), after },
    { name: 'the same part twice', kind: 'bad', given: two, send: complete('a.bin', 1, 1), after },
    {
      name: 'a part that is not there',
      kind: 'bad',
      given: one,
      send: finish(completion(1).replace('<PartNumber>1<', '<PartNumber>2<')),
      after,
    },
    {
      name: 'another ETag',
      kind: 'bad',
      given: one,
      send: finish(completion(1).replace('{etag1}', '"00000000000000000000000000000000"')),
      after,
    },
    {
      name: 'no part',
      kind: 'bad',
      given: one,
      send: finish('<CompleteMultipartUpload></CompleteMultipartUpload>'),
      after,
    },
    { name: 'no body', kind: 'bad', given: one, send: finish(''), after },
    { name: 'a body that is no XML', kind: 'bad', given: one, send: finish('no XML <at all'), after },
    {
      name: 'another document',
      kind: 'bad',
      given: one,
      send: finish('<Delete><Object><Key>a.bin</Key></Object></Delete>'),
      after,
    },
    {
      name: 'another size than it has',
      kind: 'bad',
      contraryOn: ['minio'],
      given: one,
      send: finish(completion(1), { headers: { 'x-amz-mp-object-size': '10' } }),
      after,
    },
  ],
}
