import type { OperationCases, UploadForm } from '../acceptance-case.ts'
import { get, list } from '../requests.ts'

const post = (form: Partial<UploadForm> = {}) => ({
  method: 'POST',
  form: { fields: { key: 'a.txt' }, file: 'from a page', ...form },
})
const after = [get('a.txt'), list()]
const range = (least: number, most: number) => ({ conditions: [['content-length-range', least, most]] as const })

export const POST_OBJECT: OperationCases = {
  row: 87,
  name: 'PostObject',
  cases: [
    { name: 'a file', kind: 'good', variants: 'all', send: post(), after },
    { name: 'a file under its own name', kind: 'good', send: post({ fields: { key: '${filename}' } }), after },
    {
      name: 'with metadata and a type',
      kind: 'good',
      send: post({ fields: { key: 'a.txt', 'Content-Type': 'text/css', 'x-amz-meta-colour': 'green' } }),
      after,
    },
    {
      name: 'answered with 201 and a document',
      kind: 'good',
      send: post({ fields: { key: 'a.txt', success_action_status: '201' } }),
      after,
    },
    {
      name: 'answered with 200',
      kind: 'good',
      send: post({ fields: { key: 'a.txt', success_action_status: '200' } }),
      after,
    },
    {
      name: 'answered with a redirect',
      kind: 'good',
      send: post({ fields: { key: 'a.txt', success_action_redirect: 'https://example.com/done' } }),
      after,
    },
    { name: 'a length within the range', kind: 'good', send: post(range(1, 100)), after },
    { name: 'a bucket that is not there', kind: 'bad', bucket: 'absent', send: post(), after: [] },
    { name: 'a file too long', kind: 'bad', send: post(range(1, 5)), after },
    { name: 'a file too short', kind: 'bad', send: post(range(100, 500)), after },
    {
      name: 'a field that is not as the policy demands',
      kind: 'bad',
      send: post({ demanded: { 'x-amz-meta-colour': 'green' } }),
      after,
    },
    { name: 'a policy that has expired', kind: 'bad', send: post({ isExpired: true }), after },
    { name: 'a policy other than the signed one', kind: 'bad', send: post({ isTampered: true }), after },
    { name: 'no file', kind: 'bad', send: { method: 'POST', form: { fields: { key: 'a.txt' } } }, after },
  ],
}
