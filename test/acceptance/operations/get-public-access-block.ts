import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { PUBLIC_ACCESS_BLOCK } from '../configuration-documents.ts'

export const GET_PUBLIC_ACCESS_BLOCK: OperationCases = {
  row: 19,
  name: 'GetPublicAccessBlock',
  cases: [...reads(PUBLIC_ACCESS_BLOCK), readsNothing(PUBLIC_ACCESS_BLOCK)],
}
