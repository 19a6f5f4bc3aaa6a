import type { OperationCases } from '../acceptance-case.ts'
import { get, missingBucket, missingKey, put } from '../requests.ts'

const retention = (key: string) => get(key, { query: 'retention' })
const set = put(
  'a.txt',
  '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2040-01-01T00:00:00Z</RetainUntilDate></Retention>',
  { query: 'retention', headers: { 'content-md5': '{md5}' } },
)

export const GET_OBJECT_RETENTION: OperationCases = {
  row: 100,
  name: 'GetObjectRetention',
  cases: [
    { name: 'what was set', kind: 'good', bucket: 'locked', given: [put('a.txt', 'a'), set], send: retention('a.txt') },
    { name: 'none set', kind: 'bad', bucket: 'locked', given: [put('a.txt', 'a')], send: retention('a.txt') },
    { name: 'a bucket without object lock', kind: 'bad', given: [put('a.txt', 'a')], send: retention('a.txt') },
    missingKey(retention('none.txt'), { bucket: 'locked' }),
    missingBucket(retention('a.txt')),
  ],
}
