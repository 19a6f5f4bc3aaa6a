import type { OperationCases } from '../acceptance-case.ts'
import { begin, complete, crc32Of, FULL_PART, get, missingBucket, missingKey, part, put } from '../requests.ts'

const attributes = (key: string, names: string, query = '') =>
  get(key, { query: `attributes${query}`, headers: { 'x-amz-object-attributes': names } })
const given = [put('a.txt', 'some text', { headers: { 'x-amz-checksum-crc32': crc32Of('some text') } })]
const uploaded = [
  begin('big.bin'),
  part('big.bin', 1, FULL_PART),
  part('big.bin', 2, 'the end'),
  complete('big.bin', 1, 2),
]

export const GET_OBJECT_ATTRIBUTES: OperationCases = {
  row: 85,
  name: 'GetObjectAttributes',
  cases: [
    {
      name: 'all that there are',
      kind: 'good',
      variants: 'all',
      given,
      send: attributes('a.txt', 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize'),
    },
    { name: 'one of them', kind: 'good', given, send: attributes('a.txt', 'ObjectSize') },
    { name: 'the parts of an object', kind: 'good', given: uploaded, send: attributes('big.bin', 'ObjectParts,ETag') },
    {
      name: 'an older version',
      kind: 'good',
      bucket: 'versioned',
      given: [put('a.txt', 'one', { keep: { first: 'header x-amz-version-id' } }), put('a.txt', 'two, longer')],
      send: attributes('a.txt', 'ETag,ObjectSize', '&versionId={first}'),
    },
    { name: 'none named', kind: 'bad', given, send: get('a.txt', { query: 'attributes' }) },
    { name: 'one that does not exist', kind: 'bad', given, send: attributes('a.txt', 'Smell') },
    missingKey(attributes('none.txt', 'ETag')),
    missingBucket(attributes('a.txt', 'ETag')),
  ],
}
