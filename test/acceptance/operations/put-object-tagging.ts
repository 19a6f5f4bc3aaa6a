import type { OperationCases } from '../acceptance-case.ts'
import { md5, missingBucket, missingKey, put, tagging } from '../requests.ts'

const given = [put('a.txt', 'a')]
const DIGEST = { 'content-md5': '{md5}' }
const set = (body: string, headers = DIGEST) => put('a.txt', body, { query: 'tagging', headers })
const ONE = tagging(['colour', 'green'])

export const PUT_OBJECT_TAGGING: OperationCases = {
  row: 98,
  name: 'PutObjectTagging',
  cases: [
    { name: 'a tag', kind: 'good', variants: 'all', given, send: set(ONE) },
    {
      name: 'ten tags',
      kind: 'good',
      given,
      send: set(tagging(...Array.from({ length: 10 }, (_, n) => [`k${n}`, `v${n}`] as const))),
    },
    { name: 'letters beyond ASCII', kind: 'good', contraryOn: ['minio'], given, send: set(tagging(['Größe', 'ü 漢'])) },
    { name: 'no tag', kind: 'good', given: [...given, set(ONE)], send: set(tagging()) },
    { name: 'a tag without a value', kind: 'good', given, send: set(tagging(['empty', ''])) },
    { name: 'without a Content-MD5', kind: 'good', given, send: put('a.txt', ONE, { query: 'tagging' }) },
    {
      name: 'without a digest of any kind',
      kind: 'bad',
      given,
      send: put('a.txt', ONE, { query: 'tagging', payload: 'unsigned' }),
    },
    {
      name: 'with a namespace',
      kind: 'good',
      given,
      send: set(ONE.replace('<Tagging>', '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')),
    },
    {
      name: 'eleven tags',
      kind: 'bad',
      given,
      send: set(tagging(...Array.from({ length: 11 }, (_, n) => [`k${n}`, `v${n}`] as const))),
    },
    {
      name: 'the same tag twice',
      kind: 'bad',
      given,
      send: set(tagging(['a', '1'], ['a', '2'])),
    },
    { name: 'a tag without a name', kind: 'bad', given, send: set(tagging(['', '1'])) },
    { name: 'a name too long', kind: 'bad', given, send: set(tagging(['k'.repeat(129), '1'])) },
    { name: 'a value too long', kind: 'bad', given, send: set(tagging(['k', 'v'.repeat(257)])) },
    { name: 'a body that is no XML', kind: 'bad', given, send: set('no XML <at all') },
    { name: 'another document', kind: 'bad', given, send: set('<Delete><Object><Key>a.txt</Key></Object></Delete>') },
    { name: 'a wrong Content-MD5', kind: 'bad', given, send: set(ONE, { 'content-md5': md5('other') }) },
    missingKey(put('none.txt', ONE, { query: 'tagging', headers: DIGEST }), { variants: 'all' }),
    missingBucket(set(ONE)),
  ],
}
