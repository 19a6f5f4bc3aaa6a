import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket, missingKey, put } from '../requests.ts'

const given = [put('a.txt', 'a')]
const document = (status: string) => `<LegalHold><Status>${status}</Status></LegalHold>`
const DIGEST = { 'content-md5': '{md5}' }
const set = (body: string) => put('a.txt', body, { query: 'legal-hold', headers: DIGEST })

export const PUT_OBJECT_LEGAL_HOLD: OperationCases = {
  row: 103,
  name: 'PutObjectLegalHold',
  cases: [
    { name: 'on', kind: 'good', bucket: 'locked', given, send: set(document('ON')) },
    {
      name: 'off again',
      kind: 'good',
      bucket: 'locked',
      given: [...given, set(document('ON'))],
      send: set(document('OFF')),
    },
    { name: 'a status that does not exist', kind: 'bad', bucket: 'locked', given, send: set(document('PERHAPS')) },
    { name: 'a body that is no XML', kind: 'bad', bucket: 'locked', given, send: set('no XML <at all') },
    { name: 'a bucket without object lock', kind: 'bad', given, send: set(document('ON')) },
    missingKey(put('none.txt', document('ON'), { query: 'legal-hold', headers: DIGEST }), { bucket: 'locked' }),
    missingBucket(set(document('ON'))),
  ],
}
