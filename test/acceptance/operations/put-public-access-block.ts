import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { PUBLIC_ACCESS_BLOCK } from '../configuration-documents.ts'

export const PUT_PUBLIC_ACCESS_BLOCK: OperationCases = {
  row: 20,
  name: 'PutPublicAccessBlock',
  cases: [...writes(PUBLIC_ACCESS_BLOCK)],
}
