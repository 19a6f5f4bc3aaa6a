import { createHash, type Hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c } from './crc32c.ts'
import { Crc64Nvme } from './crc64nvme.ts'

/**
 * The checksums that can be verified, by the name that stands in their header `x-amz-checksum-NAME`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export type ChecksumAlgorithm = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'

/** The checksums, and the MD5 of `Content-MD5`. */
export type DigestAlgorithm = ChecksumAlgorithm | 'md5'

const DIGEST_BYTES: Readonly<Record<DigestAlgorithm, number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
  md5: 16,
}

/** Names that newer SDKs know as `x-amz-checksum-NAME` and that are not verified here, so a request with one is refused. */
export const UNSUPPORTED_CHECKSUMS: ReadonlySet<string> = new Set(['sha512', 'md5', 'xxhash64', 'xxhash3', 'xxhash128'])

/** Whether a lower-case name is one of the checksums that can be verified. */
export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return name !== 'md5' && Object.hasOwn(DIGEST_BYTES, name)
}

/** The header or trailer that carries a checksum's value, in lower case. */
export function checksumHeader(algorithm: ChecksumAlgorithm): `x-amz-checksum-${ChecksumAlgorithm}` {
  return `x-amz-checksum-${algorithm}`
}

/** A checksum being computed. */
export interface Checksum {
  update(bytes: Uint8Array): void
  /** The value in network byte order, as base64: the form of all S3 headers. To be asked once, at the end. */
  digest(): string
}

/** Starts a checksum over nothing. */
export function createChecksum(algorithm: DigestAlgorithm): Checksum {
  switch (algorithm) {
    case 'crc32':
      return new Crc32(crc32)
    case 'crc32c':
      return new Crc32(crc32c)
    case 'crc64nvme':
      return new Base64Digest(new Crc64Nvme())
    case 'sha1':
    case 'sha256':
    case 'md5':
      return new Base64Digest(createHash(algorithm))
  }
}

/** The checksum of some bytes at hand, as base64. */
export function checksumOf(algorithm: DigestAlgorithm, bytes: Uint8Array): string {
  const checksum = createChecksum(algorithm)
  checksum.update(bytes)
  return checksum.digest()
}

/** What a checksum header may say: the value of the whole body, or one made of the values of a multipart upload's parts. */
export type ChecksumValue =
  | { readonly kind: 'whole'; readonly base64: string }
  | { readonly kind: 'composite'; readonly base64: string; readonly parts: number }

const COMPOSITE = /^([A-Za-z0-9+/=]{1,64})-([1-9]\d{0,4})$/

/** Reads the value of a checksum header. Undefined when it is not the base64 of as many bytes as the algorithm makes. */
export function parseChecksumValue(algorithm: ChecksumAlgorithm, text: string): ChecksumValue | undefined {
  if (isDigestText(algorithm, text)) return { kind: 'whole', base64: text }
  const [, base64 = '', parts] = COMPOSITE.exec(text) ?? []
  return isDigestText(algorithm, base64) ? { kind: 'composite', base64, parts: Number(parts) } : undefined
}

/** The length of a digest as base64 text. */
export function digestTextLength(algorithm: DigestAlgorithm): number {
  return Math.ceil(DIGEST_BYTES[algorithm] / 3) * 4
}

/** Whether a text is the base64 (padded, without stray bits) of as many bytes as the algorithm makes. */
export function isDigestText(algorithm: DigestAlgorithm, text: string): boolean {
  if (text.length !== digestTextLength(algorithm)) return false
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString('base64') === text
}

class Crc32 implements Checksum {
  readonly #continue: (bytes: Uint8Array, previous: number) => number
  #value = 0

  constructor(continueCrc: (bytes: Uint8Array, previous: number) => number) {
    this.#continue = continueCrc
  }

  update(bytes: Uint8Array): void {
    this.#value = this.#continue(bytes, this.#value)
  }

  digest(): string {
    const bytes = Buffer.allocUnsafe(4)
    bytes.writeUInt32BE(this.#value)
    return bytes.toString('base64')
  }
}

class Base64Digest implements Checksum {
  readonly #inner: Hash | Crc64Nvme

  constructor(inner: Hash | Crc64Nvme) {
    this.#inner = inner
  }

  update(bytes: Uint8Array): void {
    this.#inner.update(bytes)
  }

  digest(): string {
    return this.#inner.digest().toString('base64')
  }
}
