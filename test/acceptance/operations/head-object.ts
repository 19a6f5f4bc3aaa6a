import type { OperationCases } from '../acceptance-case.ts'
import { begin, complete, FULL_PART, missingBucket, missingKey, part, put, tagging } from '../requests.ts'

const head = (key: string, more = {}) => ({ method: 'HEAD', key, ...more })
const given = [put('a.txt', 'some text', { headers: { 'content-type': 'text/plain', 'x-amz-meta-one': '1' } })]
const uploaded = [
  begin('big.bin'),
  part('big.bin', 1, FULL_PART),
  part('big.bin', 2, 'the end'),
  complete('big.bin', 1, 2),
]

export const HEAD_OBJECT: OperationCases = {
  row: 84,
  name: 'HeadObject',
  cases: [
    { name: 'an object', kind: 'good', variants: 'all', given, send: head('a.txt') },
    { name: 'an empty object', kind: 'good', given: [put('a.txt', '')], send: head('a.txt') },
    {
      name: 'an object with tags',
      kind: 'good',
      given: [...given, put('a.txt', tagging(['a', '1']), { query: 'tagging' })],
      send: head('a.txt'),
    },
    { name: 'an object of two parts', kind: 'good', given: uploaded, send: head('big.bin') },
    { name: 'a range', kind: 'good', given, send: head('a.txt', { headers: { range: 'bytes=0-3' } }) },
    {
      name: 'with x-amz-checksum-mode',
      kind: 'good',
      given,
      send: head('a.txt', { headers: { 'x-amz-checksum-mode': 'ENABLED' } }),
    },
    {
      name: 'an older version',
      kind: 'good',
      bucket: 'versioned',
      given: [put('a.txt', 'one', { keep: { first: 'header x-amz-version-id' } }), put('a.txt', 'two, longer')],
      send: head('a.txt', { query: 'versionId={first}' }),
    },
    {
      name: 'not the ETag that it has: 304',
      kind: 'good',
      given: [put('a.txt', 'some text', { keep: { etag: 'header etag' } })],
      send: head('a.txt', { headers: { 'if-none-match': '{etag}' } }),
    },
    missingKey(head('none.txt'), { variants: 'all' }),
    missingBucket(head('a.txt')),
    { name: 'another ETag than it has', kind: 'bad', given, send: head('a.txt', { headers: { 'if-match': '"0"' } }) },
    { name: 'a range beyond the end', kind: 'bad', given, send: head('a.txt', { headers: { range: 'bytes=1000-' } }) },
    {
      name: 'a deleted object',
      kind: 'bad',
      bucket: 'versioned',
      given: [...given, { method: 'DELETE', key: 'a.txt' }],
      send: head('a.txt'),
    },
  ],
}
