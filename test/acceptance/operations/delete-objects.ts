import type { OperationCases } from '../acceptance-case.ts'
import { list, md5, missingBucket, put, sha256 } from '../requests.ts'

const document = (keys: readonly string[], quiet = '') =>
  `<Delete>${quiet}${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`
const remove = (body: string, headers: Readonly<Record<string, string>> = { 'content-md5': '{md5}' }) => ({
  method: 'POST',
  query: 'delete',
  headers,
  body,
})
const given = ['a.txt', 'b.txt', 'c & d.txt'].map((key) => put(key, key))
const SOME = document(['a.txt', 'c &amp; d.txt'])

export const DELETE_OBJECTS: OperationCases = {
  row: 91,
  name: 'DeleteObjects',
  cases: [
    { name: 'two of three', kind: 'good', variants: 'all', given, send: remove(SOME) },
    {
      name: 'with a SHA-256 in place of the Content-MD5',
      kind: 'good',
      given,
      send: remove(SOME, { 'x-amz-checksum-sha256': sha256(SOME), 'x-amz-sdk-checksum-algorithm': 'SHA256' }),
    },
    { name: 'without a Content-MD5', kind: 'good', given, send: remove(SOME, {}) },
    {
      name: 'without a digest of any kind',
      kind: 'bad',
      given,
      send: { ...remove(SOME, {}), payload: 'unsigned' },
    },
    { name: 'quietly', kind: 'good', given, send: remove(document(['a.txt', 'b.txt'], '<Quiet>true</Quiet>')) },
    { name: 'keys that are not there', kind: 'good', given, send: remove(document(['none.txt', 'a.txt'])) },
    { name: 'the same key twice', kind: 'good', given, send: remove(document(['a.txt', 'a.txt'])) },
    {
      name: 'a key of a thousand',
      kind: 'good',
      given,
      send: remove(document(Array.from({ length: 1_000 }, (_, n) => `k${n}`))),
    },
    {
      name: 'by markers in a bucket with versions',
      kind: 'good',
      bucket: 'versioned',
      given,
      send: remove(SOME),
      after: [list('versions')],
    },
    {
      name: 'a version',
      kind: 'good',
      bucket: 'versioned',
      given: [put('a.txt', 'a', { keep: { version: 'header x-amz-version-id' } })],
      send: remove('<Delete><Object><Key>a.txt</Key><VersionId>{version}</VersionId></Object></Delete>'),
      after: [list('versions')],
    },
    missingBucket(remove(SOME), { variants: 'all' }),
    { name: 'a body that is no XML', kind: 'bad', given, send: remove('no XML <at all') },
    { name: 'another document', kind: 'bad', given, send: remove('<Tagging><TagSet/></Tagging>') },
    { name: 'no object', kind: 'bad', given, send: remove('<Delete></Delete>') },
    {
      name: 'more than a thousand',
      kind: 'bad',
      given,
      send: remove(document(Array.from({ length: 1_001 }, (_, n) => `k${n}`))),
    },
    { name: 'a wrong Content-MD5', kind: 'bad', given, send: remove(SOME, { 'content-md5': md5('other') }) },
    {
      name: 'an object without a key',
      kind: 'bad',
      given,
      send: remove('<Delete><Object><VersionId>null</VersionId></Object></Delete>'),
    },
  ],
}
