import type { ChecksumAlgorithm } from '../src/codec/checksum.ts'
import { element, type XmlFragment } from '../src/s3/xml.ts'
import type { StoredChecksum } from './records.ts'

/** The element that carries a checksum's value, such as `ChecksumCRC32C`. */
export function checksumElementName(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm.toUpperCase()}`
}

/** A checksum's value and type. */
export function checksumElements(checksum: StoredChecksum | undefined): XmlFragment[] {
  if (checksum === undefined) return []
  return [element(checksumElementName(checksum.algorithm), checksum.value), element('ChecksumType', checksum.type)]
}
