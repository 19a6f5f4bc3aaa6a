import { element, xmlDocument } from '../xml.ts'
import type { XmlElement } from '../xml-reader.ts'
import { type FieldKind, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** One part that a CompleteMultipartUpload request lists. */
export interface CompletedPart {
  /** 1 to 10,000. */
  readonly partNumber: number
  /** As sent, quotes included. */
  readonly etag: string
  /** Element name (`ChecksumCRC32`, …) and base64 value, as sent. */
  readonly checksums: readonly (readonly [element: string, value: string])[]
}

/** Body of CompleteMultipartUpload: 1 to 10,000 parts in ascending order. */
export interface CompleteRequest {
  readonly parts: readonly CompletedPart[]
}

const MAX_PARTS = 10_000

const COMPLETE: ReadonlyMap<string, FieldKind> = new Map([['Part', 'elements']])

const CHECKSUM_ELEMENTS = [
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
  'ChecksumSHA512',
  'ChecksumMD5',
  'ChecksumXXHASH64',
  'ChecksumXXHASH3',
  'ChecksumXXHASH128',
]

const PART: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['PartNumber', 'text'],
  ['ETag', 'text'],
  ...CHECKSUM_ELEMENTS.map((name) => [name, 'text?'] as const),
])

/**
 * Reads the body of CompleteMultipartUpload. Parts out of order or listed twice are InvalidPartOrder.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export function parseComplete(bytes: Uint8Array): CompleteRequest | BodyProblem {
  return readBody(bytes, 'CompleteMultipartUpload', (root) => {
    const items = readFields(root, COMPLETE).elements('Part')
    if (items.length === 0) throw new BodyRefusal('no-parts')
    if (items.length > MAX_PARTS) throw new BodyRefusal('too-many-parts')
    const parts = items.map(readPart)
    for (const [place, part] of parts.entries()) {
      const before = parts[place - 1]
      if (before !== undefined && before.partNumber >= part.partNumber) {
        throw new BodyRefusal('part-order', 'InvalidPartOrder')
      }
    }
    return { parts }
  })
}

/** The body for a backend that keeps checksums. */
export function writeComplete({ parts }: CompleteRequest): Buffer {
  const items = parts.map(({ partNumber, etag, checksums }) =>
    element(
      'Part',
      checksums.map(([name, value]) => element(name, value)),
      element('ETag', etag),
      element('PartNumber', String(partNumber)),
    ),
  )
  return Buffer.from(xmlDocument('CompleteMultipartUpload', items))
}

/** The request without its checksums, for a backend that does not keep any. */
export function withoutChecksums({ parts }: CompleteRequest): CompleteRequest {
  return { parts: parts.map((part) => ({ ...part, checksums: [] })) }
}

function readPart(item: XmlElement): CompletedPart {
  const fields = readFields(item, PART)
  const number = fields.text('PartNumber')
  if (!/^[1-9][0-9]{0,4}$/.test(number) || Number(number) > MAX_PARTS) throw new BodyRefusal('part-number')
  const checksums: (readonly [string, string])[] = []
  for (const name of CHECKSUM_ELEMENTS) {
    const value = fields.optionalText(name)
    if (value !== undefined) checksums.push([name, value])
  }
  const etag = fields.text('ETag')
  if (etag === '') throw new BodyRefusal('empty-etag')
  return { partNumber: Number(number), etag, checksums }
}
