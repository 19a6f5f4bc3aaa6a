import type { OperationCases } from '../acceptance-case.ts'

const LIST = { method: 'GET', bucket: '' } as const

export const LIST_BUCKETS: OperationCases = {
  row: 1,
  name: 'ListBuckets',
  cases: [
    { name: 'all buckets', kind: 'good', other: 'plain', variants: 'all', send: LIST },
    { name: 'x-id, which SDKs add', kind: 'good', send: { ...LIST, query: 'x-id=ListBuckets' } },
    {
      name: 'only those with a prefix',
      kind: 'good',
      other: 'plain',
      send: { ...LIST, query: 'prefix={other}' },
    },
    { name: 'a page of one', kind: 'good', other: 'plain', send: { ...LIST, query: 'max-buckets=1&prefix={other}' } },
    { name: 'a page of minus one', kind: 'bad', send: { ...LIST, query: 'max-buckets=-1' } },
    { name: 'a method that the service does not know', kind: 'bad', send: { ...LIST, method: 'DELETE' } },
  ],
}
