import type { OperationCases } from '../acceptance-case.ts'
import { get, missingBucket, missingKey, put } from '../requests.ts'

const hold = (key: string) => get(key, { query: 'legal-hold' })
const set = put('a.txt', '<LegalHold><Status>ON</Status></LegalHold>', {
  query: 'legal-hold',
  headers: { 'content-md5': '{md5}' },
})

export const GET_OBJECT_LEGAL_HOLD: OperationCases = {
  row: 102,
  name: 'GetObjectLegalHold',
  cases: [
    { name: 'what was set', kind: 'good', bucket: 'locked', given: [put('a.txt', 'a'), set], send: hold('a.txt') },
    { name: 'none set', kind: 'bad', bucket: 'locked', given: [put('a.txt', 'a')], send: hold('a.txt') },
    { name: 'a bucket without object lock', kind: 'bad', given: [put('a.txt', 'a')], send: hold('a.txt') },
    missingKey(hold('none.txt'), { bucket: 'locked' }),
    missingBucket(hold('a.txt')),
  ],
}
