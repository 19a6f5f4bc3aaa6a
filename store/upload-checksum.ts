import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, checksumOf, isChecksumAlgorithm } from '../src/codec/checksum.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { combineCrcs, isCombinable } from './crc-combine.ts'
import type { ChecksumType, PartRecord, StoredChecksum, UploadRecord } from './records.ts'

/**
 * Which checksum an upload in parts is to have: the algorithm, and whether over all bytes or over the parts' checksums.
 * @throws S3Error InvalidRequest for what is unknown or does not go together.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function readUploadChecksum(request: S3Request): UploadRecord['checksum'] {
  const name = request.amz.get('x-amz-checksum-algorithm')?.toLowerCase()
  const type = request.amz.get('x-amz-checksum-type')?.toUpperCase()
  if (name === undefined) {
    if (type === undefined) return undefined
    throw new S3Error('InvalidRequest', {
      message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    })
  }
  if (!isChecksumAlgorithm(name))
    throw new S3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported.' })
  return { algorithm: name, type: checksumType(name, type) }
}

function checksumType(algorithm: ChecksumAlgorithm, type: string | undefined): ChecksumType {
  const isFit =
    type === 'FULL_OBJECT'
      ? isCombinable(algorithm)
      : type === 'COMPOSITE'
        ? algorithm !== 'crc64nvme'
        : type === undefined
  if (!isFit) {
    throw new S3Error('InvalidRequest', {
      message: `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    })
  }
  if (type === 'FULL_OBJECT' || algorithm === 'crc64nvme') return 'FULL_OBJECT'
  return 'COMPOSITE'
}

/**
 * The checksum of the completed object, from those of its parts.
 * @throws S3Error InvalidRequest when a part has none, or one by another algorithm.
 */
export function completedChecksum(upload: UploadRecord, parts: readonly PartRecord[]): StoredChecksum | undefined {
  if (upload.checksum === undefined) return undefined
  const { algorithm, type } = upload.checksum
  const stretches = parts.map((part) => {
    if (part.checksum?.algorithm === algorithm) return { size: part.size, checksum: part.checksum.value }
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using the ${algorithm} checksum mode. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    })
  })
  if (type === 'FULL_OBJECT') return { algorithm, type, value: combineCrcs(algorithm, stretches) }
  return {
    algorithm,
    type,
    value: `${digestOf(
      algorithm,
      stretches.map(({ checksum }) => checksum),
    )}-${parts.length}`,
  }
}

function digestOf(algorithm: ChecksumAlgorithm, checksums: readonly string[]): string {
  return checksumOf(algorithm, Buffer.concat(checksums.map((value) => Buffer.from(value, 'base64'))))
}

/** The ETag of an object that was uploaded in parts: MD5 over the parts' MD5s, and their number. */
export function multipartEtag(parts: readonly Pick<PartRecord, 'etag'>[]): string {
  const md5 = createHash('md5')
  for (const part of parts) md5.update(part.etag, 'hex')
  return `${md5.digest('hex')}-${parts.length}`
}
