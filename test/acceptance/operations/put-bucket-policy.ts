import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { POLICY } from '../configuration-documents.ts'

export const PUT_BUCKET_POLICY: OperationCases = {
  row: 16,
  name: 'PutBucketPolicy',
  cases: [
    ...writes(POLICY),
    { name: 'JSON that is no policy', kind: 'bad', send: { method: 'PUT', query: 'policy', body: '{"Statement": 7}' } },
  ],
}
