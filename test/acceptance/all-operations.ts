import type { OperationCases } from './acceptance-case.ts'
import { ABORT_MULTIPART_UPLOAD } from './operations/abort-multipart-upload.ts'
import { COMPLETE_MULTIPART_UPLOAD } from './operations/complete-multipart-upload.ts'
import { COPY_OBJECT } from './operations/copy-object.ts'
import { CREATE_BUCKET } from './operations/create-bucket.ts'
import { CREATE_MULTIPART_UPLOAD } from './operations/create-multipart-upload.ts'
import { DELETE_BUCKET_CORS } from './operations/delete-bucket-cors.ts'
import { DELETE_BUCKET_ENCRYPTION } from './operations/delete-bucket-encryption.ts'
import { DELETE_BUCKET_LIFECYCLE } from './operations/delete-bucket-lifecycle.ts'
import { DELETE_BUCKET_POLICY } from './operations/delete-bucket-policy.ts'
import { DELETE_BUCKET_REPLICATION } from './operations/delete-bucket-replication.ts'
import { DELETE_BUCKET_TAGGING } from './operations/delete-bucket-tagging.ts'
import { DELETE_BUCKET_WEBSITE } from './operations/delete-bucket-website.ts'
import { DELETE_BUCKET } from './operations/delete-bucket.ts'
import { DELETE_OBJECT_TAGGING } from './operations/delete-object-tagging.ts'
import { DELETE_OBJECT } from './operations/delete-object.ts'
import { DELETE_OBJECTS } from './operations/delete-objects.ts'
import { DELETE_PUBLIC_ACCESS_BLOCK } from './operations/delete-public-access-block.ts'
import { GET_BUCKET_ACCELERATE_CONFIGURATION } from './operations/get-bucket-accelerate-configuration.ts'
import { GET_BUCKET_ACL } from './operations/get-bucket-acl.ts'
import { GET_BUCKET_CORS } from './operations/get-bucket-cors.ts'
import { GET_BUCKET_ENCRYPTION } from './operations/get-bucket-encryption.ts'
import { GET_BUCKET_LIFECYCLE_CONFIGURATION } from './operations/get-bucket-lifecycle-configuration.ts'
import { GET_BUCKET_LOCATION } from './operations/get-bucket-location.ts'
import { GET_BUCKET_LOGGING } from './operations/get-bucket-logging.ts'
import { GET_BUCKET_NOTIFICATION_CONFIGURATION } from './operations/get-bucket-notification-configuration.ts'
import { GET_BUCKET_POLICY_STATUS } from './operations/get-bucket-policy-status.ts'
import { GET_BUCKET_POLICY } from './operations/get-bucket-policy.ts'
import { GET_BUCKET_REPLICATION } from './operations/get-bucket-replication.ts'
import { GET_BUCKET_REQUEST_PAYMENT } from './operations/get-bucket-request-payment.ts'
import { GET_BUCKET_TAGGING } from './operations/get-bucket-tagging.ts'
import { GET_BUCKET_VERSIONING } from './operations/get-bucket-versioning.ts'
import { GET_BUCKET_WEBSITE } from './operations/get-bucket-website.ts'
import { GET_OBJECT_ACL } from './operations/get-object-acl.ts'
import { GET_OBJECT_ATTRIBUTES } from './operations/get-object-attributes.ts'
import { GET_OBJECT_LEGAL_HOLD } from './operations/get-object-legal-hold.ts'
import { GET_OBJECT_LOCK_CONFIGURATION } from './operations/get-object-lock-configuration.ts'
import { GET_OBJECT_RETENTION } from './operations/get-object-retention.ts'
import { GET_OBJECT_TAGGING } from './operations/get-object-tagging.ts'
import { GET_OBJECT } from './operations/get-object.ts'
import { GET_PUBLIC_ACCESS_BLOCK } from './operations/get-public-access-block.ts'
import { HEAD_BUCKET } from './operations/head-bucket.ts'
import { HEAD_OBJECT } from './operations/head-object.ts'
import { LIST_BUCKETS } from './operations/list-buckets.ts'
import { LIST_MULTIPART_UPLOADS } from './operations/list-multipart-uploads.ts'
import { LIST_OBJECT_VERSIONS } from './operations/list-object-versions.ts'
import { LIST_OBJECTS_V2 } from './operations/list-objects-v2.ts'
import { LIST_OBJECTS } from './operations/list-objects.ts'
import { LIST_PARTS } from './operations/list-parts.ts'
import { POST_OBJECT } from './operations/post-object.ts'
import { PUT_BUCKET_ACL } from './operations/put-bucket-acl.ts'
import { PUT_BUCKET_CORS } from './operations/put-bucket-cors.ts'
import { PUT_BUCKET_ENCRYPTION } from './operations/put-bucket-encryption.ts'
import { PUT_BUCKET_LIFECYCLE_CONFIGURATION } from './operations/put-bucket-lifecycle-configuration.ts'
import { PUT_BUCKET_NOTIFICATION_CONFIGURATION } from './operations/put-bucket-notification-configuration.ts'
import { PUT_BUCKET_POLICY } from './operations/put-bucket-policy.ts'
import { PUT_BUCKET_REPLICATION } from './operations/put-bucket-replication.ts'
import { PUT_BUCKET_REQUEST_PAYMENT } from './operations/put-bucket-request-payment.ts'
import { PUT_BUCKET_TAGGING } from './operations/put-bucket-tagging.ts'
import { PUT_BUCKET_VERSIONING } from './operations/put-bucket-versioning.ts'
import { PUT_BUCKET_WEBSITE } from './operations/put-bucket-website.ts'
import { PUT_OBJECT_ACL } from './operations/put-object-acl.ts'
import { PUT_OBJECT_LEGAL_HOLD } from './operations/put-object-legal-hold.ts'
import { PUT_OBJECT_LOCK_CONFIGURATION } from './operations/put-object-lock-configuration.ts'
import { PUT_OBJECT_RETENTION } from './operations/put-object-retention.ts'
import { PUT_OBJECT_TAGGING } from './operations/put-object-tagging.ts'
import { PUT_OBJECT } from './operations/put-object.ts'
import { PUT_PUBLIC_ACCESS_BLOCK } from './operations/put-public-access-block.ts'
import { SELECT_OBJECT_CONTENT } from './operations/select-object-content.ts'
import { UPLOAD_PART_COPY } from './operations/upload-part-copy.ts'
import { UPLOAD_PART } from './operations/upload-part.ts'

/** In the order of the operation table. */
export const ALL_OPERATIONS: readonly OperationCases[] = [
  LIST_BUCKETS,
  CREATE_BUCKET,
  DELETE_BUCKET,
  HEAD_BUCKET,
  GET_BUCKET_LOCATION,
  LIST_OBJECTS,
  LIST_OBJECTS_V2,
  LIST_OBJECT_VERSIONS,
  LIST_MULTIPART_UPLOADS,
  GET_BUCKET_ACL,
  PUT_BUCKET_ACL,
  GET_BUCKET_POLICY,
  PUT_BUCKET_POLICY,
  DELETE_BUCKET_POLICY,
  GET_BUCKET_POLICY_STATUS,
  GET_PUBLIC_ACCESS_BLOCK,
  PUT_PUBLIC_ACCESS_BLOCK,
  DELETE_PUBLIC_ACCESS_BLOCK,
  GET_BUCKET_CORS,
  PUT_BUCKET_CORS,
  DELETE_BUCKET_CORS,
  GET_BUCKET_LIFECYCLE_CONFIGURATION,
  PUT_BUCKET_LIFECYCLE_CONFIGURATION,
  DELETE_BUCKET_LIFECYCLE,
  GET_BUCKET_VERSIONING,
  PUT_BUCKET_VERSIONING,
  GET_OBJECT_LOCK_CONFIGURATION,
  PUT_OBJECT_LOCK_CONFIGURATION,
  GET_BUCKET_ENCRYPTION,
  PUT_BUCKET_ENCRYPTION,
  DELETE_BUCKET_ENCRYPTION,
  GET_BUCKET_TAGGING,
  PUT_BUCKET_TAGGING,
  DELETE_BUCKET_TAGGING,
  GET_BUCKET_NOTIFICATION_CONFIGURATION,
  PUT_BUCKET_NOTIFICATION_CONFIGURATION,
  GET_BUCKET_REPLICATION,
  PUT_BUCKET_REPLICATION,
  DELETE_BUCKET_REPLICATION,
  GET_BUCKET_LOGGING,
  GET_BUCKET_WEBSITE,
  PUT_BUCKET_WEBSITE,
  DELETE_BUCKET_WEBSITE,
  GET_BUCKET_REQUEST_PAYMENT,
  PUT_BUCKET_REQUEST_PAYMENT,
  GET_BUCKET_ACCELERATE_CONFIGURATION,
  GET_OBJECT,
  HEAD_OBJECT,
  GET_OBJECT_ATTRIBUTES,
  PUT_OBJECT,
  POST_OBJECT,
  COPY_OBJECT,
  DELETE_OBJECT,
  DELETE_OBJECTS,
  SELECT_OBJECT_CONTENT,
  GET_OBJECT_ACL,
  PUT_OBJECT_ACL,
  GET_OBJECT_TAGGING,
  PUT_OBJECT_TAGGING,
  DELETE_OBJECT_TAGGING,
  GET_OBJECT_RETENTION,
  PUT_OBJECT_RETENTION,
  GET_OBJECT_LEGAL_HOLD,
  PUT_OBJECT_LEGAL_HOLD,
  CREATE_MULTIPART_UPLOAD,
  UPLOAD_PART,
  UPLOAD_PART_COPY,
  COMPLETE_MULTIPART_UPLOAD,
  ABORT_MULTIPART_UPLOAD,
  LIST_PARTS,
]
