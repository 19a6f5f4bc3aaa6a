import type { OperationCases } from '../acceptance-case.ts'
import { missingBucket, missingKey, put } from '../requests.ts'

const given = [put('a.csv', 'name,number\none,1\ntwo,2\n')]
const select = (key: string, expression: string) => ({
  method: 'POST',
  key,
  query: 'select&select-type=2',
  body:
    `<SelectObjectContentRequest><Expression>${expression}</Expression><ExpressionType>SQL</ExpressionType>` +
    '<InputSerialization><CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV></InputSerialization>' +
    '<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>',
})

export const SELECT_OBJECT_CONTENT: OperationCases = {
  row: 93,
  name: 'SelectObjectContent',
  cases: [
    {
      name: 'a column of a CSV',
      kind: 'good',
      given,
      send: select('a.csv', 'select s.name from s3object s'),
      after: [],
    },
    {
      // By itself it ends a Ceph 18.2.7, see docs/ceph.md; Ceph 16 answers with the error as if it were a record.
      name: 'a body that is no XML',
      kind: 'bad',
      only: ['store', 'minio'],
      given,
      send: { ...select('a.csv', ''), body: 'no XML <at all' },
      after: [],
    },
    missingKey(select('none.csv', 'select * from s3object s')),
    missingBucket(select('a.csv', 'select * from s3object s')),
  ],
}
