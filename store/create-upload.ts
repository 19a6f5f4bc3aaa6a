import { randomBytes } from 'node:crypto'
import type { HeaderPair } from '../src/http/headers.ts'
import { element, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { bucketName, type Call, commit, findBucket, findUpload, objectKey, uploadScope } from './call.ts'
import { readObjectAttributes } from './object-attributes.ts'
import { requireLockable } from './object-lock.ts'
import type { UploadRecord } from './records.ts'
import { readUploadChecksum } from './upload-checksum.ts'

/** CreateMultipartUpload. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export async function createMultipartUpload(call: Call): Promise<Answer> {
  const [bucket, key] = [bucketName(call), objectKey(call)]
  const upload: UploadRecord = {
    id: newUploadId(call.now),
    initiatedMs: call.now.getTime(),
    attributes: readObjectAttributes(call),
    checksum: readUploadChecksum(call.request),
  }
  await commit(call, { bucket, tokens: [`upload ${upload.id}`] }, () => {
    requireLockable(findBucket(call), upload.attributes)
    return [{ op: 'upload-create', bucket, key, upload }]
  })
  const document = xmlDocument(
    'InitiateMultipartUploadResult',
    element('Bucket', bucket),
    element('Key', key),
    element('UploadId', upload.id),
  )
  return xmlAnswer(document, checksumModeHeaders(upload))
}

/** AbortMultipartUpload. */
export async function abortMultipartUpload(call: Call): Promise<Answer> {
  await commit(call, uploadScope(call), () => {
    const { key, record } = findUpload(call)
    return [{ op: 'upload-abort', bucket: bucketName(call), key, uploadId: record.id }]
  })
  return emptyAnswer(204)
}

/** Begins with the time, so that the uploads of a key are listed in the order in which they were begun. */
function newUploadId(now: Date): string {
  return now.getTime().toString(16).padStart(12, '0') + randomBytes(16).toString('hex')
}

function checksumModeHeaders({ checksum }: UploadRecord): HeaderPair[] {
  if (checksum === undefined) return []
  return [
    ['x-amz-checksum-algorithm', checksum.algorithm.toUpperCase()],
    ['x-amz-checksum-type', checksum.type],
  ]
}
