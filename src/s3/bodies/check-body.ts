import type { S3OperationName } from '../operation.ts'
import type { XmlElement } from '../xml-reader.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** The root element of each operation whose body is XML. */
const ROOTS: Readonly<Partial<Record<S3OperationName, string>>> = {
  CompleteMultipartUpload: 'CompleteMultipartUpload',
  CreateBucket: 'CreateBucketConfiguration',
  CreateBucketMetadataConfiguration: 'MetadataConfiguration',
  CreateBucketMetadataTableConfiguration: 'MetadataTableConfiguration',
  DeleteObjects: 'Delete',
  PutBucketAbac: 'AbacStatus',
  PutBucketAccelerateConfiguration: 'AccelerateConfiguration',
  PutBucketAcl: 'AccessControlPolicy',
  PutBucketAnalyticsConfiguration: 'AnalyticsConfiguration',
  PutBucketCors: 'CORSConfiguration',
  PutBucketEncryption: 'ServerSideEncryptionConfiguration',
  PutBucketIntelligentTieringConfiguration: 'IntelligentTieringConfiguration',
  PutBucketInventoryConfiguration: 'InventoryConfiguration',
  PutBucketLifecycleConfiguration: 'LifecycleConfiguration',
  PutBucketLogging: 'BucketLoggingStatus',
  PutBucketMetricsConfiguration: 'MetricsConfiguration',
  PutBucketNotificationConfiguration: 'NotificationConfiguration',
  PutBucketOwnershipControls: 'OwnershipControls',
  PutBucketReplication: 'ReplicationConfiguration',
  PutBucketRequestPayment: 'RequestPaymentConfiguration',
  PutBucketTagging: 'Tagging',
  PutBucketVersioning: 'VersioningConfiguration',
  PutBucketWebsite: 'WebsiteConfiguration',
  PutObjectAcl: 'AccessControlPolicy',
  PutObjectLegalHold: 'LegalHold',
  PutObjectLockConfiguration: 'ObjectLockConfiguration',
  PutObjectRetention: 'Retention',
  PutObjectTagging: 'Tagging',
  PutPublicAccessBlock: 'PublicAccessBlockConfiguration',
  RestoreObject: 'RestoreRequest',
  SelectObjectContent: 'SelectObjectContentRequest',
  UpdateBucketMetadataAnnotationTableConfiguration: 'AnnotationTableConfiguration',
  UpdateBucketMetadataInventoryTableConfiguration: 'InventoryTableConfiguration',
  UpdateBucketMetadataJournalTableConfiguration: 'JournalTableConfiguration',
  UpdateObjectEncryption: 'ObjectEncryption',
}

/**
 * Reads a body that only has to be well formed and meant for the operation before it is sent on as it is. An operation
 * without a root in the table is NotImplemented.
 */
export function checkXmlBody(operation: S3OperationName, bytes: Uint8Array): XmlElement | BodyProblem {
  const root = ROOTS[operation]
  if (root === undefined) return { problem: 'no-schema', code: 'NotImplemented' }
  if (bytes.byteLength === 0) return { problem: 'empty', code: 'MissingRequestBodyError' }
  return readBody(bytes, root, (found) => (operation === 'RestoreObject' ? plainRestore(found) : found))
}

const RESTORE_FIELDS: ReadonlySet<string> = new Set(['Days', 'Description', 'GlacierJobParameters', 'Tier'])

/**
 * A restore with a selection writes its result into a bucket that the document names: with the rights of the master key,
 * and without any of the caller's being asked for.
 */
function plainRestore(root: XmlElement): XmlElement {
  if (root.children.every(({ name }) => RESTORE_FIELDS.has(name))) return root
  throw new BodyRefusal('restore-to-another-place', 'NotImplemented')
}
