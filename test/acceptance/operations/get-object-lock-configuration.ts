import type { OperationCases } from '../acceptance-case.ts'
import { reads, readsNothing } from '../bucket-configuration.ts'
import { OBJECT_LOCK } from '../configuration-documents.ts'

export const GET_OBJECT_LOCK_CONFIGURATION: OperationCases = {
  row: 33,
  name: 'GetObjectLockConfiguration',
  cases: [
    ...reads(OBJECT_LOCK),
    {
      name: 'the default of a bucket with object lock',
      kind: 'good',
      bucket: 'locked',
      send: { method: 'GET', query: 'object-lock' },
    },
    readsNothing(OBJECT_LOCK),
  ],
}
