import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket } from '../requests.ts'

const HEAD = { method: 'HEAD' } as const

export const HEAD_BUCKET: OperationCases = {
  row: 7,
  name: 'HeadBucket',
  cases: [
    { name: 'a bucket', kind: 'good', variants: 'all', send: HEAD },
    { name: 'with a Content-Length of 0', kind: 'good', send: { ...HEAD, headers: { 'content-length': '0' } } },
    missingBucket(HEAD, { variants: 'all' }),
  ],
}
