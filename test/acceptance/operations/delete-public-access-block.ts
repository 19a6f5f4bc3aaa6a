import type { OperationCases } from '../acceptance-case.ts'
import { deletes } from '../bucket-configuration.ts'
import { PUBLIC_ACCESS_BLOCK } from '../configuration-documents.ts'

export const DELETE_PUBLIC_ACCESS_BLOCK: OperationCases = {
  row: 21,
  name: 'DeletePublicAccessBlock',
  cases: [...deletes(PUBLIC_ACCESS_BLOCK)],
}
