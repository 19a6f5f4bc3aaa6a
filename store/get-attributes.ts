import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { element, optionalElement, type XmlFragment, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, xmlAnswer } from './answer.ts'
import { type Call, findAddressedObject, findBucket } from './call.ts'
import { checksumElementName, checksumElements } from './checksum-elements.ts'
import { versionHeaders } from './new-version.ts'
import type { ObjectRecord } from './records.ts'

const HEADER = 'x-amz-object-attributes'
const MAX_PARTS = 1000

type AttributeWriter = (object: ObjectRecord, request: S3Request) => readonly XmlFragment[]

/** In the order of the answer. */
const ATTRIBUTES: ReadonlyMap<string, AttributeWriter> = new Map<string, AttributeWriter>([
  ['ETag', ({ etag }) => [element('ETag', etag)]],
  ['Checksum', ({ checksum }) => (checksum ? [element('Checksum', ...checksumElements(checksum))] : [])],
  ['ObjectParts', partsElement],
  ['StorageClass', ({ storageClass }) => [element('StorageClass', storageClass)]],
  ['ObjectSize', ({ size }) => [element('ObjectSize', String(size))]],
])

/** GetObjectAttributes. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export function getObjectAttributes(call: Call): Answer {
  const { request } = call
  const wanted = wantedAttributes(request)
  const object = findAddressedObject(call)
  const found = [...ATTRIBUTES].flatMap(([name, write]) => (wanted.has(name) ? write(object, request) : []))
  return xmlAnswer(xmlDocument('GetObjectAttributesResponse', found), [
    ['last-modified', new Date(object.modifiedMs).toUTCString()],
    ...versionHeaders(findBucket(call), object),
  ])
}

function wantedAttributes(request: S3Request): ReadonlySet<string> {
  const value = request.amz.get(HEADER) ?? ''
  const names = value.split(',').map((name) => name.trim())
  if (names.every((name) => ATTRIBUTES.has(name))) return new Set(names)
  throw invalid('Invalid attribute name specified.', HEADER, value)
}

/** Says how many parts there were; which ones, as AWS does, only of an object whose parts have checksums. */
function partsElement({ parts, checksum }: ObjectRecord, request: S3Request): readonly XmlFragment[] {
  if (parts === undefined) return []
  const count = element('PartsCount', String(parts.length))
  if (checksum === undefined) return [element('ObjectParts', count)]
  const limit = Math.min(numberOf(request, 'x-amz-max-parts') ?? MAX_PARTS, MAX_PARTS)
  const marker = numberOf(request, 'x-amz-part-number-marker') ?? 0
  const following = parts.filter(({ number }) => number > marker)
  const page = following.slice(0, limit)
  return [
    element(
      'ObjectParts',
      count,
      element('PartNumberMarker', String(marker)),
      element('NextPartNumberMarker', String(page.at(-1)?.number ?? 0)),
      element('MaxParts', String(limit)),
      element('IsTruncated', String(page.length < following.length)),
      page.map((part) =>
        element(
          'Part',
          element('PartNumber', String(part.number)),
          element('Size', String(part.size)),
          optionalElement(checksumElementName(checksum.algorithm), part.checksum),
        ),
      ),
    ),
  ]
}

function numberOf(request: S3Request, name: string): number | undefined {
  const text = request.amz.get(name)
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw invalid(`${name} must be a non-negative integer.`, name, text)
}

function invalid(message: string, name: string, value: string): S3Error {
  return new S3Error('InvalidArgument', {
    message,
    extras: [
      ['ArgumentName', name],
      ['ArgumentValue', value],
    ],
  })
}
