import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { OBJECT_LOCK } from '../configuration-documents.ts'

const PUT = {
  method: 'PUT',
  query: 'object-lock',
  headers: { 'content-md5': '{md5}' },
  body: OBJECT_LOCK.document,
} as const

export const PUT_OBJECT_LOCK_CONFIGURATION: OperationCases = {
  row: 34,
  name: 'PutObjectLockConfiguration',
  cases: [
    ...writes(OBJECT_LOCK),
    {
      name: 'days and years at once',
      kind: 'bad',
      bucket: 'locked',
      send: { ...PUT, body: OBJECT_LOCK.document.replace('</Days>', '</Days><Years>1</Years>') },
    },
    {
      name: 'a mode that does not exist',
      kind: 'bad',
      bucket: 'locked',
      send: { ...PUT, body: OBJECT_LOCK.document.replace('GOVERNANCE', 'ANARCHY') },
    },
    { name: 'a bucket without object lock', kind: 'bad', send: PUT },
  ],
}
