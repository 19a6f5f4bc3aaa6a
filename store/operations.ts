import { S3Error } from '../src/s3/errors.ts'
import type { S3OperationName } from '../src/s3/operation.ts'
import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from './acl.ts'
import type { Answer } from './answer.ts'
import {
  deleteBucketTagging,
  getBucketTagging,
  getBucketVersioning,
  putBucketTagging,
  putBucketVersioning,
} from './bucket-settings.ts'
import { createBucket, deleteBucket, getBucketLocation, hasNone, headBucket, listBuckets } from './buckets.ts'
import type { Call } from './call.ts'
import { completeMultipartUpload } from './complete-upload.ts'
import { copyObject } from './copy-object.ts'
import { abortMultipartUpload, createMultipartUpload } from './create-upload.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { getObjectAttributes } from './get-attributes.ts'
import { getObject, headObject } from './get-object.ts'
import { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from './lifecycle.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
import { listObjectVersions } from './list-versions.ts'
import { getObjectLockConfiguration, putObjectLockConfiguration } from './lock-configuration.ts'
import { getObjectLegalHold, getObjectRetention, putObjectLegalHold, putObjectRetention } from './lock-operations.ts'
import { putObject } from './put-object.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts'
import { uploadPart, uploadPartCopy } from './upload-part.ts'

type Operation = (call: Call) => Answer | Promise<Answer>

/** What the store can do. */
const OPERATIONS: Partial<Record<S3OperationName, Operation>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  PutObjectLockConfiguration: putObjectLockConfiguration,
  GetBucketTagging: getBucketTagging,
  PutBucketTagging: putBucketTagging,
  DeleteBucketTagging: deleteBucketTagging,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  GetBucketEncryption: hasNone('ServerSideEncryptionConfigurationNotFoundError'),
  GetBucketOwnershipControls: hasNone('OwnershipControlsNotFoundError'),
  GetBucketReplication: hasNone('ReplicationConfigurationNotFoundError'),
  GetBucketWebsite: hasNone('NoSuchWebsiteConfiguration'),
  GetBucketAcl: getBucketAcl,
  PutBucketAcl: putBucketAcl,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectAttributes: getObjectAttributes,
  DeleteObject: deleteObject,
  GetObjectAcl: getObjectAcl,
  PutObjectAcl: putObjectAcl,
  GetObjectRetention: getObjectRetention,
  PutObjectRetention: putObjectRetention,
  GetObjectLegalHold: getObjectLegalHold,
  PutObjectLegalHold: putObjectLegalHold,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
}

/** Answers a verified request. @throws S3Error NotImplemented for what the store cannot do. */
export async function perform(call: Call): Promise<Answer> {
  const { resolved } = call.request
  if ('refusal' in resolved) throw resolved.refusal
  const operation = OPERATIONS[resolved.operation.name]
  if (operation === undefined) throw new S3Error('NotImplemented')
  return await operation(call)
}
