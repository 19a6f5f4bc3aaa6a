import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { LIFECYCLE, lifecycle } from '../configuration-documents.ts'
import { md5 } from '../requests.ts'

const PUT = { method: 'PUT', query: 'lifecycle', headers: { 'content-md5': '{md5}' } } as const

export const PUT_BUCKET_LIFECYCLE_CONFIGURATION: OperationCases = {
  row: 29,
  name: 'PutBucketLifecycleConfiguration',
  cases: [
    ...writes(LIFECYCLE),
    {
      name: 'without a Content-MD5',
      kind: 'good',
      send: { method: 'PUT', query: 'lifecycle', body: LIFECYCLE.document },
    },
    {
      name: 'what expires by date, by number of versions and of begun uploads',
      kind: 'good',
      bucket: 'versioned',
      send: {
        ...PUT,
        body: lifecycle(
          '<ID>parts</ID><Filter><Prefix>a/</Prefix></Filter><Status>Enabled</Status>' +
            '<NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration>' +
            '<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
        ),
      },
    },
    {
      name: 'a status that does not exist',
      kind: 'bad',
      send: {
        ...PUT,
        body: lifecycle('<ID>a</ID><Filter/><Status>Perhaps</Status><Expiration><Days>1</Days></Expiration>'),
      },
    },
    {
      name: 'an expiry of no days',
      kind: 'bad',
      send: {
        ...PUT,
        body: lifecycle('<ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>0</Days></Expiration>'),
      },
    },
    {
      name: 'a Content-MD5 of something else',
      kind: 'bad',
      send: { ...PUT, body: LIFECYCLE.document, headers: { 'content-md5': md5('other') } },
    },
    { name: 'no rule', kind: 'bad', send: { ...PUT, body: '<LifecycleConfiguration></LifecycleConfiguration>' } },
  ],
}
