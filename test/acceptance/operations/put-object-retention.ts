import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket, missingKey, put } from '../requests.ts'

const given = [put('a.txt', 'a')]
const document = (mode: string, until: string) =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`
const DIGEST = { 'content-md5': '{md5}' }
const set = (body: string, headers = {}) =>
  put('a.txt', body, { query: 'retention', headers: { ...DIGEST, ...headers } })
const LONG = document('GOVERNANCE', '2040-01-01T00:00:00Z')
const SHORTER = document('GOVERNANCE', '2035-01-01T00:00:00Z')

export const PUT_OBJECT_RETENTION: OperationCases = {
  row: 101,
  name: 'PutObjectRetention',
  cases: [
    { name: 'until a date', kind: 'good', bucket: 'locked', given, send: set(LONG) },
    {
      name: 'without a Content-MD5',
      kind: 'good',
      bucket: 'locked',
      given,
      send: put('a.txt', LONG, { query: 'retention' }),
    },
    { name: 'longer than before', kind: 'good', bucket: 'locked', given: [...given, set(SHORTER)], send: set(LONG) },
    {
      name: 'shorter, with the right to bypass it',
      kind: 'good',
      bucket: 'locked',
      given: [...given, set(LONG)],
      send: set(SHORTER, { 'x-amz-bypass-governance-retention': 'true' }),
    },
    { name: 'shorter', kind: 'bad', bucket: 'locked', given: [...given, set(LONG)], send: set(SHORTER) },
    {
      name: 'until a date gone by',
      kind: 'bad',
      bucket: 'locked',
      given,
      send: set(document('GOVERNANCE', '2001-01-01T00:00:00Z')),
    },
    {
      name: 'a mode that does not exist',
      kind: 'bad',
      bucket: 'locked',
      given,
      send: set(document('ANARCHY', '2040-01-01T00:00:00Z')),
    },
    { name: 'a body that is no XML', kind: 'bad', bucket: 'locked', given, send: set('no XML <at all') },
    { name: 'a bucket without object lock', kind: 'bad', given, send: set(LONG) },
    missingKey(put('none.txt', LONG, { query: 'retention', headers: DIGEST }), { bucket: 'locked' }),
    missingBucket(set(LONG)),
  ],
}
