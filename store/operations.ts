import { S3Error } from '../src/s3/errors.ts'
import type { S3OperationName } from '../src/s3/operation.ts'
import type { Answer } from './answer.ts'
import {
  createBucket,
  deleteBucket,
  getBucketAcl,
  getBucketLocation,
  getBucketVersioning,
  getObjectAcl,
  headBucket,
  listBuckets,
} from './buckets.ts'
import type { Call } from './call.ts'
import { completeMultipartUpload } from './complete-upload.ts'
import { copyObject } from './copy-object.ts'
import { abortMultipartUpload, createMultipartUpload } from './create-upload.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { getObject, headObject } from './get-object.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
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
  GetBucketAcl: getBucketAcl,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  GetObjectAcl: getObjectAcl,
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
