import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { TAGGING } from '../configuration-documents.ts'
import { tagging } from '../requests.ts'

export const PUT_BUCKET_TAGGING: OperationCases = {
  row: 39,
  name: 'PutBucketTagging',
  cases: [
    ...writes(TAGGING),
    {
      name: 'letters beyond ASCII',
      kind: 'good',
      contraryOn: ['minio'],
      send: { method: 'PUT', query: 'tagging', headers: { 'content-md5': '{md5}' }, body: tagging(['Größe', 'ü 漢']) },
    },
    {
      name: 'the same tag twice',
      kind: 'bad',
      contraryOn: ['ceph', 'ceph18'],
      send: {
        method: 'PUT',
        query: 'tagging',
        headers: { 'content-md5': '{md5}' },
        body: tagging(['a', '1'], ['a', '2']),
      },
    },
    {
      name: 'a tag whose name is too long',
      kind: 'bad',
      send: {
        method: 'PUT',
        query: 'tagging',
        headers: { 'content-md5': '{md5}' },
        body: tagging(['k'.repeat(129), '1']),
      },
    },
  ],
}
