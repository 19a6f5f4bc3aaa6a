import type { OperationCases } from '../acceptance-case.ts'
import { reads } from '../bucket-configuration.ts'
import { NOTIFICATION } from '../configuration-documents.ts'

export const GET_BUCKET_NOTIFICATION_CONFIGURATION: OperationCases = {
  row: 41,
  name: 'GetBucketNotificationConfiguration',
  cases: [...reads(NOTIFICATION)],
}
