import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, createChecksum, isChecksumAlgorithm } from '../src/codec/checksum.ts'
import type { HeaderPair } from '../src/http/headers.ts'
import type { CopySource } from '../src/s3/copy-source.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { element, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, quoted, xmlAnswer } from './answer.ts'
import { MAX_PUT_BYTES } from './body-claims.ts'
import type { ByteRange } from './byte-range.ts'
import { bucketName, type Call, findBucket, findVersion, objectKey, storedVersionId } from './call.ts'
import { checksumElements } from './checksum-elements.ts'
import { checkWriteConditions, copyConditions, failedCondition, preconditionFailed } from './conditions.ts'
import { commitObject, sourceVersionHeaders } from './new-version.ts'
import {
  copiedHeaders,
  readObjectAttributes,
  readStorageClass,
  readTags,
  refuseUnsupported,
} from './object-attributes.ts'
import { readLockHeaders, requireLockable } from './object-lock.ts'
import { isMarker } from './object-versions.ts'
import type { ObjectAttributes, ObjectRecord, StoredChecksum } from './records.ts'
import { discardUnless } from './store-content.ts'

/**
 * CopyObject. The bytes are shared with the source by hard links; they are read only where the copy needs a digest that
 * the source does not have.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyObject(call: Call): Promise<Answer> {
  const { request, engine } = call
  const { source, object: original, headers } = findCopySource(call)
  const bucket = findBucket(call)
  checkWriteConditions(request, bucket.objects.get(objectKey(call)))
  if (original.size > MAX_PUT_BYTES) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_PUT_BYTES}`,
    })
  }
  refuseCopyOntoItself(call, source)
  const attributes = copiedAttributes(call, original)
  requireLockable(bucket, attributes)
  const algorithm = requestedChecksum(request) ?? original.checksum?.algorithm
  const release = engine.files.pin(original.pieces)
  try {
    const digests = await copyDigests(call, original, algorithm)
    const pieces = await engine.files.duplicate(original.pieces)
    const copy = { ...attributes, size: original.size, ...digests, modifiedMs: call.now.getTime(), pieces }
    const versionHeaders = await discardUnless(call, pieces, () => commitObject(call, copy))
    return xmlAnswer(copyResult('CopyObjectResult', copy), [...headers, ...versionHeaders])
  } finally {
    release()
  }
}

interface FoundSource {
  readonly source: CopySource
  readonly object: ObjectRecord
  /** What the answer says of the source. */
  readonly headers: readonly HeaderPair[]
}

/**
 * The object that a copy reads, its conditions checked.
 * @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed; InvalidRequest for a delete marker
 */
export function findCopySource(call: Call): FoundSource {
  const source = call.request.copySource
  if (source === undefined) throw new S3Error('InvalidArgument', { extras: [['ArgumentName', 'x-amz-copy-source']] })
  const object = findVersion(call, source)
  if (isMarker(object)) {
    throw new S3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    })
  }
  if (failedCondition(copyConditions(call.request), object) !== undefined)
    throw preconditionFailed('x-amz-copy-source-if-*')
  return { source, object, headers: sourceVersionHeaders(findBucket(call, source.bucket), object) }
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

/** An object may be copied onto itself only to change what is said about it, or to bring an old version back. */
function refuseCopyOntoItself(call: Call, source: CopySource): void {
  const { request } = call
  if (source.bucket !== bucketName(call) || source.key !== objectKey(call)) return
  const current = findBucket(call).objects.get(source.key)
  if (source.versionId !== undefined && storedVersionId(source.versionId) !== current?.versionId) return
  const changes = ['x-amz-storage-class', 'x-amz-website-redirect-location'].some((name) => request.amz.has(name))
  if (changes || directive(request, 'x-amz-metadata-directive') === 'REPLACE') return
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  })
}

function copiedAttributes(call: Call, original: ObjectRecord): ObjectAttributes {
  const { request } = call
  refuseUnsupported(request)
  const isReplaced = directive(request, 'x-amz-metadata-directive') === 'REPLACE'
  const described = isReplaced ? readObjectAttributes(call) : original
  const tags = directive(request, 'x-amz-tagging-directive') === 'REPLACE' ? readTags(request) : original.tags
  // The class and the lock are never copied: S3 takes STANDARD and the bucket's default unless told otherwise.
  return {
    ...readLockHeaders(call),
    headers: isReplaced ? described.headers : copiedHeaders(request, original.headers),
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
