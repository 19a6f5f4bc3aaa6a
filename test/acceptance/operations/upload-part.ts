import type { OperationCases } from '../acceptance-case.ts'
import { begin, crc32Of, get, md5, missingBucket, part, sha256, UNKNOWN_UPLOAD } from '../requests.ts'

const BODY = Buffer.alloc(100_000, 'ten letters ')
const given = [begin('a.bin')]
const after = [get('a.bin', { query: 'uploadId={upload}' })]
const upload = (number: string, more = {}) => ({
  method: 'PUT',
  key: 'a.bin',
  query: `partNumber=${number}&uploadId={upload}`,
  body: BODY,
  ...more,
})
const TRAILER = ['x-amz-checksum-crc32', crc32Of(BODY)] as const

export const UPLOAD_PART: OperationCases = {
  row: 110,
  name: 'UploadPart',
  cases: [
    { name: 'a part', kind: 'good', variants: 'all', given, send: upload('1'), after },
    {
      name: 'the parameters in another order',
      kind: 'good',
      given,
      send: upload('1', { query: 'uploadId={upload}&partNumber=1' }),
      after,
    },
    {
      name: 'a part over another of its number',
      kind: 'good',
      given: [...given, part('a.bin', 1, 'older')],
      send: upload('1'),
      after,
    },
    { name: 'an empty part', kind: 'good', given, send: upload('1', { body: '' }), after },
    { name: 'the highest number', kind: 'good', given, send: upload('10000'), after },
    {
      name: 'with a Content-MD5',
      kind: 'good',
      given,
      send: upload('1', { headers: { 'content-md5': md5(BODY) } }),
      after,
    },
    {
      name: 'with a SHA-256',
      kind: 'good',
      given,
      send: upload('1', { headers: { 'x-amz-checksum-sha256': sha256(BODY) } }),
      after,
    },
    { name: 'with an unsigned payload', kind: 'good', given, send: upload('1', { payload: 'unsigned' }), after },
    { name: 'in signed chunks', kind: 'good', given, send: upload('1', { payload: 'signed chunks' }), after },
    {
      name: 'in signed chunks with a checksum trailer',
      kind: 'good',
      given,
      send: upload('1', { payload: 'signed chunks and trailer', trailer: TRAILER }),
      after,
    },
    {
      name: 'in unsigned chunks with a checksum trailer, without a length',
      kind: 'good',
      given,
      send: upload('1', { payload: 'unsigned chunks and trailer', trailer: TRAILER, chunkedTransfer: true }),
      after,
    },
    {
      name: 'an unknown upload',
      kind: 'bad',
      variants: 'all',
      send: upload('1', { query: `partNumber=1&uploadId=${UNKNOWN_UPLOAD}`, body: 'small' }),
      after: [],
    },
    { name: 'an upload of another key', kind: 'bad', given, send: upload('1', { key: 'b.bin' }), after },
    missingBucket(upload('1', { query: `partNumber=1&uploadId=${UNKNOWN_UPLOAD}` })),
    { name: 'number 0', kind: 'bad', given, send: upload('0'), after },
    { name: 'number 10001', kind: 'bad', given, send: upload('10001'), after },
    { name: 'a number that is none', kind: 'bad', given, send: upload('one'), after },
    {
      name: 'an upload id without a part number',
      kind: 'bad',
      given,
      send: upload('1', { query: 'uploadId={upload}' }),
      after,
    },
    {
      name: 'a part number without an upload id',
      kind: 'bad',
      given,
      send: upload('1', { query: 'partNumber=1' }),
      after: [get('a.bin')],
    },
    {
      name: 'a wrong Content-MD5',
      kind: 'bad',
      given,
      send: upload('1', { headers: { 'content-md5': md5('other') } }),
      after,
    },
    {
      name: 'a wrong SHA-256',
      kind: 'bad',
      given,
      send: upload('1', { headers: { 'x-amz-checksum-sha256': sha256('other') } }),
      after,
    },
    {
      name: 'a wrong digest of the payload',
      kind: 'bad',
      given,
      send: upload('1', { payload: { sha256: '0'.repeat(64) } }),
      after,
    },
    {
      name: 'a wrong chunk signature',
      kind: 'bad',
      given,
      send: upload('1', { payload: 'signed chunks', fault: 'last chunk signature' }),
      after,
    },
    {
      name: 'HTTP’s chunked coding without a length',
      kind: 'bad',
      given,
      send: upload('1', { chunkedTransfer: true }),
      after,
    },
  ],
}
