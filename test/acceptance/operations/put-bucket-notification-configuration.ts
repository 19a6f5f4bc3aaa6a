import type { OperationCases } from '../acceptance-case.ts'
import { writes } from '../bucket-configuration.ts'
import { NOTIFICATION } from '../configuration-documents.ts'

export const PUT_BUCKET_NOTIFICATION_CONFIGURATION: OperationCases = {
  row: 42,
  name: 'PutBucketNotificationConfiguration',
  cases: [
    ...writes(NOTIFICATION),
    {
      name: 'a queue that does not exist',
      kind: 'bad',
      send: {
        method: 'PUT',
        query: 'notification',
        body:
          '<NotificationConfiguration><QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:::none</Queue>' +
          '<Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>',
      },
    },
  ],
}
