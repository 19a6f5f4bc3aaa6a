import type { OperationCases } from '../acceptance-case.ts'
import { crc32Of, get, md5, missingBucket, put, sha256 } from '../requests.ts'

const TEXT = 'The quick brown fox jumps over the lazy dog.'
const LONG = Buffer.alloc(200_000, 'twenty letters long ')
const text = (headers: Readonly<Record<string, string>>) => put('a.txt', TEXT, { headers })
const CRC_TRAILER = ['x-amz-checksum-crc32', crc32Of(LONG)] as const
const WRONG_TRAILER = ['x-amz-checksum-crc32', crc32Of('other')] as const
const framed = { method: 'PUT', key: 'a.bin', body: LONG } as const
const withOlder = [put('a.txt', 'older', { keep: { etag: 'header etag' } })]
const WRONG_ETAG = '"00000000000000000000000000000000"'
const LATER = '2040-01-01T00:00:00Z'

export const PUT_OBJECT: OperationCases = {
  row: 86,
  name: 'PutObject',
  cases: [
    { name: 'a small object', kind: 'good', variants: 'all', send: put('a.txt', TEXT) },
    { name: 'an empty object', kind: 'good', variants: 'all', send: put('a.txt', '') },
    { name: 'one over another', kind: 'good', given: [put('a.txt', 'older')], send: put('a.txt', TEXT) },
    {
      name: 'a new version',
      kind: 'good',
      bucket: 'versioned',
      given: [put('a.txt', 'older')],
      send: put('a.txt', TEXT),
      after: [get('a.txt'), { method: 'GET', query: 'versions' }],
    },
    {
      name: 'with metadata and headers',
      kind: 'good',
      variants: 'all',
      send: text({
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'max-age=60',
        'content-disposition': 'attachment; filename="a.txt"',
        'content-encoding': 'identity',
        'content-language': 'de',
        expires: 'Wed, 21 Oct 2065 07:28:00 GMT',
        'x-amz-meta-colour': 'green',
        'x-amz-meta-two-words': 'a b, c',
      }),
    },
    {
      name: 'with tags',
      kind: 'good',
      send: text({ 'x-amz-tagging': 'a=1&b%20c=2%2F3' }),
      after: [get('a.txt'), get('a.txt', { query: 'tagging' })],
    },
    { name: 'with x-amz-acl: private', kind: 'good', send: text({ 'x-amz-acl': 'private' }) },
    { name: 'in the storage class STANDARD', kind: 'good', send: text({ 'x-amz-storage-class': 'STANDARD' }) },
    { name: 'with an unsigned payload', kind: 'good', send: put('a.txt', TEXT, { payload: 'unsigned' }) },
    { name: 'in signed chunks', kind: 'good', send: { ...framed, payload: 'signed chunks' } },
    {
      name: 'in signed chunks with a checksum trailer',
      kind: 'good',
      send: { ...framed, payload: 'signed chunks and trailer', trailer: CRC_TRAILER },
    },
    {
      name: 'in unsigned chunks with a checksum trailer',
      kind: 'good',
      send: { ...framed, payload: 'unsigned chunks and trailer', trailer: CRC_TRAILER },
    },
    {
      name: 'in unsigned chunks with a checksum trailer, without a length',
      kind: 'good',
      send: { ...framed, payload: 'unsigned chunks and trailer', trailer: CRC_TRAILER, chunkedTransfer: true },
    },
    {
      name: 'in signed chunks without a length',
      kind: 'good',
      send: { ...framed, payload: 'signed chunks', chunkedTransfer: true },
    },
    { name: 'with a Content-MD5', kind: 'good', send: text({ 'content-md5': md5(TEXT) }) },
    { name: 'with a CRC32', kind: 'good', send: text({ 'x-amz-checksum-crc32': crc32Of(TEXT) }) },
    {
      name: 'with a SHA-256',
      kind: 'good',
      send: text({ 'x-amz-checksum-sha256': sha256(TEXT), 'x-amz-sdk-checksum-algorithm': 'SHA256' }),
    },
    {
      name: 'a checksum that is asked for again',
      kind: 'good',
      send: text({ 'x-amz-checksum-sha256': sha256(TEXT) }),
      after: [get('a.txt', { headers: { 'x-amz-checksum-mode': 'ENABLED' } })],
    },
    { name: 'if none is there, and none is', kind: 'good', send: text({ 'if-none-match': '*' }) },
    {
      name: 'if the ETag is that, and it is',
      kind: 'good',
      given: withOlder,
      send: text({ 'if-match': '{etag}' }),
    },
    {
      name: 'a key of every kind of letter',
      kind: 'good',
      variants: 'all',
      send: put("a b+c%2Fd&e=f?g#h/ü/漢字/😀/~!*'().txt", TEXT),
    },
    { name: 'a key of 1024 bytes', kind: 'good', contraryOn: ['minio'], send: put('k'.repeat(1024), TEXT) },
    {
      name: 'a key with a dot segment',
      kind: 'good',
      contraryOn: ['minio'],
      send: { ...put('a/../b.txt', TEXT), path: '/{bucket}/a/../b.txt' },
    },
    { name: 'a key with two slashes in a row', kind: 'good', contraryOn: ['minio'], send: put('a//b.txt', TEXT) },
    { name: 'a key that ends in a slash', kind: 'good', send: put('folder/', '') },
    {
      name: 'under retention',
      kind: 'good',
      bucket: 'locked',
      send: text({
        'x-amz-object-lock-mode': 'GOVERNANCE',
        'x-amz-object-lock-retain-until-date': LATER,
        'content-md5': md5(TEXT),
      }),
      after: [{ method: 'HEAD', key: 'a.txt' }],
    },
    {
      name: 'under legal hold',
      kind: 'good',
      bucket: 'locked',
      send: text({ 'x-amz-object-lock-legal-hold': 'ON', 'content-md5': md5(TEXT) }),
      after: [{ method: 'HEAD', key: 'a.txt' }],
    },
    missingBucket(put('a.txt', TEXT), { variants: 'all' }),
    {
      name: 'a wrong digest of the payload',
      kind: 'bad',
      send: put('a.txt', TEXT, { payload: { sha256: '0'.repeat(64) } }),
    },
    { name: 'a wrong Content-MD5', kind: 'bad', variants: 'all', send: text({ 'content-md5': md5('other') }) },
    { name: 'a Content-MD5 that is none', kind: 'bad', send: text({ 'content-md5': 'not base64!' }) },
    { name: 'a wrong CRC32', kind: 'bad', send: text({ 'x-amz-checksum-crc32': crc32Of('other') }) },
    { name: 'a CRC32 that is none', kind: 'bad', send: text({ 'x-amz-checksum-crc32': 'AAAA' }) },
    {
      name: 'a wrong checksum over one that stays',
      kind: 'bad',
      given: withOlder,
      send: text({ 'x-amz-checksum-sha256': sha256('other') }),
    },
    {
      name: 'a wrong chunk signature',
      kind: 'bad',
      send: { ...framed, payload: 'signed chunks', fault: 'last chunk signature' },
    },
    {
      // By itself it ends a Ceph 18.2.7, see docs/ceph.md.
      name: 'a wrong trailer signature',
      kind: 'bad',
      only: ['store', 'ceph', 'minio'],
      send: { ...framed, payload: 'signed chunks and trailer', trailer: CRC_TRAILER, fault: 'trailer signature' },
    },
    {
      name: 'a wrong checksum in the trailer',
      kind: 'bad',
      send: { ...framed, payload: 'unsigned chunks and trailer', trailer: WRONG_TRAILER },
    },
    { name: 'no length at all', kind: 'bad', send: put('a.txt', '', { contentLength: 'absent' }) },
    {
      name: 'HTTP’s chunked coding without a length',
      kind: 'bad',
      send: put('a.txt', TEXT, { chunkedTransfer: true }),
    },
    {
      name: 'more than 5 GiB',
      kind: 'bad',
      send: put('a.txt', '', { contentLength: 5 * 1024 ** 3 + 1, payload: 'unsigned' }),
      after: [],
    },
    {
      name: 'fewer bytes than its Content-Length',
      kind: 'bad',
      send: put('a.txt', TEXT, { contentLength: 60, payload: 'unsigned' }),
    },
    {
      name: 'if none is there, and one is',
      kind: 'bad',
      variants: 'all',
      given: withOlder,
      send: text({ 'if-none-match': '*' }),
    },
    {
      name: 'if the ETag is that, and it is another',
      kind: 'bad',
      given: withOlder,
      send: text({ 'if-match': WRONG_ETAG }),
    },
    { name: 'if the ETag is that, and none is there', kind: 'bad', send: text({ 'if-match': WRONG_ETAG }) },
    { name: 'a storage class that does not exist', kind: 'bad', send: text({ 'x-amz-storage-class': 'NO SUCH' }) },
    {
      name: 'tags that are none',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      send: text({ 'x-amz-tagging': 'a=1&a=2' }),
    },
    {
      name: 'eleven tags',
      kind: 'bad',
      send: text({ 'x-amz-tagging': Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&') }),
    },
    {
      name: 'a canned ACL that does not exist',
      kind: 'bad',
      contraryOn: ['minio'],
      send: text({ 'x-amz-acl': 'everyone' }),
    },
    { name: 'a key of 1025 bytes', kind: 'bad', send: put('k'.repeat(1025), TEXT) },
    { name: 'more metadata than 2 KiB', kind: 'bad', send: text({ 'x-amz-meta-long': 'v'.repeat(3_000) }) },
    {
      name: 'retention without object lock',
      kind: 'bad',
      send: text({ 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': LATER }),
    },
    {
      name: 'retention without an end',
      kind: 'bad',
      bucket: 'locked',
      send: text({ 'x-amz-object-lock-mode': 'GOVERNANCE', 'content-md5': md5(TEXT) }),
    },
    { name: 'a method that objects do not know', kind: 'bad', send: { method: 'PATCH', key: 'a.txt', body: TEXT } },
  ],
}
