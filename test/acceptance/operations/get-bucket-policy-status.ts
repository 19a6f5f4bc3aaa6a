import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { POLICY } from '../configuration-documents.ts'

export const GET_BUCKET_POLICY_STATUS: OperationCases = {
  row: 18,
  name: 'GetBucketPolicyStatus',
  cases: [
    ...reads({ ...POLICY, query: 'policyStatus', set: { method: 'PUT', query: 'policy', body: POLICY.document } }),
    readsNothing({ query: 'policyStatus' }),
  ],
}
