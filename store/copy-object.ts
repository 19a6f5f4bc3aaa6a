import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, createChecksum, isChecksumAlgorithm } from '../src/codec/checksum.ts'
import type { CopySource } from '../src/s3/copy-source.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { element, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, quoted, xmlAnswer } from './answer.ts'
import { MAX_PUT_BYTES } from './body-claims.ts'
import type { ByteRange } from './byte-range.ts'
import { bucketName, type Call, commit, findBucket, findObject, objectKey, objectScope } from './call.ts'
import { checksumElements } from './checksum-elements.ts'
import { checkWriteConditions, copyConditions, failedCondition, preconditionFailed } from './conditions.ts'
import { readObjectAttributes, readStorageClass, readTags, refuseUnsupported } from './object-attributes.ts'
import type { ObjectAttributes, ObjectRecord, StoredChecksum } from './records.ts'
import { discardUnless } from './store-content.ts'

/**
 * CopyObject. The bytes are shared with the source by hard links; they are read only where the copy needs a digest that
 * the source does not have.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyObject(call: Call): Promise<Answer> {
  const { request, engine } = call
  const { source, object: original } = findCopySource(call)
  checkWriteConditions(request, findBucket(call).objects.get(objectKey(call)))
  if (original.size > MAX_PUT_BYTES) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_PUT_BYTES}`,
    })
  }
  refuseCopyOntoItself(call, source)
  const attributes = copiedAttributes(request, original)
  const algorithm = requestedChecksum(request) ?? original.checksum?.algorithm
  const release = engine.files.pin(original.pieces)
  try {
    const digests = await copyDigests(call, original, algorithm)
    const pieces = await engine.files.duplicate(original.pieces)
    const copy: ObjectRecord = {
      ...attributes,
      size: original.size,
      ...digests,
      modifiedMs: call.now.getTime(),
      pieces,
    }
    await discardUnless(call, pieces, () => commitCopy(call, copy))
    return xmlAnswer(copyResult('CopyObjectResult', copy))
  } finally {
    release()
  }
}

/**
 * The object that a copy reads, its conditions checked.
 * @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed
 */
export function findCopySource(call: Call): { readonly source: CopySource; readonly object: ObjectRecord } {
  const source = call.request.copySource
  if (source === undefined) throw new S3Error('InvalidArgument', { extras: [['ArgumentName', 'x-amz-copy-source']] })
  const object = findObject(call, source)
  if (failedCondition(copyConditions(call.request), object) !== undefined)
    throw preconditionFailed('x-amz-copy-source-if-*')
  return { source, object }
}

/** Digests of a stretch of an object, by reading it. */
export async function digestRange(
  call: Call,
  object: ObjectRecord,
  range: ByteRange,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<{ etag: string; checksum: StoredChecksum | undefined }> {
  const md5 = createHash('md5')
  const checksum = algorithm && createChecksum(algorithm)
  for await (const bytes of call.engine.files.read(object.pieces, range.start, range.end)) {
    md5.update(bytes)
    checksum?.update(bytes)
  }
  const value = checksum?.digest()
  return {
    etag: md5.digest('hex'),
    checksum: algorithm === undefined || value === undefined ? undefined : { algorithm, value, type: 'FULL_OBJECT' },
  }
}

/** `CopyObjectResult` or `CopyPartResult`. */
export function copyResult(rootName: string, copy: Pick<ObjectRecord, 'etag' | 'modifiedMs' | 'checksum'>): string {
  return xmlDocument(
    rootName,
    element('LastModified', new Date(copy.modifiedMs).toISOString()),
    element('ETag', quoted(copy.etag)),
    ...checksumElements(copy.checksum),
  )
}

async function copyDigests(
  call: Call,
  original: ObjectRecord,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<{ etag: string; checksum: StoredChecksum | undefined }> {
  const isSame = original.parts === undefined && original.checksum?.algorithm === algorithm
  if (isSame) return { etag: original.etag, checksum: original.checksum }
  return digestRange(call, original, { start: 0, end: original.size }, algorithm)
}

function commitCopy(call: Call, copy: ObjectRecord): Promise<void> {
  const key = objectKey(call)
  return commit(call, objectScope(call), () => {
    checkWriteConditions(call.request, findBucket(call).objects.get(key))
    return [{ op: 'object-put', bucket: bucketName(call), key, object: copy }]
  })
}

/** An object may be copied onto itself only to change what is said about it. */
function refuseCopyOntoItself(call: Call, source: CopySource): void {
  const { request } = call
  if (source.bucket !== bucketName(call) || source.key !== objectKey(call)) return
  const changes = ['x-amz-storage-class', 'x-amz-website-redirect-location'].some((name) => request.amz.has(name))
  if (changes || directive(request, 'x-amz-metadata-directive') === 'REPLACE') return
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  })
}

function copiedAttributes(request: S3Request, original: ObjectRecord): ObjectAttributes {
  refuseUnsupported(request)
  const isReplaced = directive(request, 'x-amz-metadata-directive') === 'REPLACE'
  const described = isReplaced ? readObjectAttributes(request) : original
  const tags = directive(request, 'x-amz-tagging-directive') === 'REPLACE' ? readTags(request) : original.tags
  // The class is never copied: S3 takes STANDARD unless told otherwise.
  return {
    headers: described.headers,
    metadata: described.metadata,
    tags,
    storageClass: readStorageClass(request) ?? 'STANDARD',
  }
}

function directive(
  request: S3Request,
  name: 'x-amz-metadata-directive' | 'x-amz-tagging-directive',
): 'COPY' | 'REPLACE' {
  const value = request.amz.get(name) ?? 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw new S3Error('InvalidArgument', {
    message: `Unknown ${name}.`,
    extras: [
      ['ArgumentName', name],
      ['ArgumentValue', value],
    ],
  })
}

function requestedChecksum(request: S3Request): ChecksumAlgorithm | undefined {
  const name = request.amz.get('x-amz-checksum-algorithm')?.toLowerCase()
  if (name === undefined || isChecksumAlgorithm(name)) return name
  throw new S3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported.' })
}
