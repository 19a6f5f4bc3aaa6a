import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket, missingKey, put } from '../requests.ts'

const remove = (key: string) => ({ method: 'DELETE', key, query: 'tagging' })

export const DELETE_OBJECT_TAGGING: OperationCases = {
  row: 99,
  name: 'DeleteObjectTagging',
  cases: [
    {
      name: 'a tag',
      kind: 'good',
      variants: 'all',
      given: [put('a.txt', 'a', { headers: { 'x-amz-tagging': 'a=1' } })],
      send: remove('a.txt'),
    },
    { name: 'no tag', kind: 'good', given: [put('a.txt', 'a')], send: remove('a.txt') },
    missingKey(remove('none.txt')),
    missingBucket(remove('a.txt')),
  ],
}
