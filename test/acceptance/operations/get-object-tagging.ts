import type { OperationCases } from '../acceptance-case.ts'
import { get, missingBucket, missingKey, put, tagging } from '../requests.ts'

const tags = (key: string, query = '') => get(key, { query: `tagging${query}` })

export const GET_OBJECT_TAGGING: OperationCases = {
  row: 97,
  name: 'GetObjectTagging',
  cases: [
    {
      name: 'two tags',
      kind: 'good',
      variants: 'all',
      given: [put('a.txt', 'a'), put('a.txt', tagging(['colour', 'green'], ['a+b=c', 'x/y @z']), { query: 'tagging' })],
      send: tags('a.txt'),
    },
    { name: 'no tag', kind: 'good', given: [put('a.txt', 'a')], send: tags('a.txt') },
    {
      name: 'an older version',
      kind: 'good',
      bucket: 'versioned',
      given: [
        put('a.txt', 'a', { headers: { 'x-amz-tagging': 'a=1' }, keep: { first: 'header x-amz-version-id' } }),
        put('a.txt', 'b'),
      ],
      send: tags('a.txt', '&versionId={first}'),
    },
    missingKey(tags('none.txt'), { variants: 'all' }),
    missingBucket(tags('a.txt')),
  ],
}
