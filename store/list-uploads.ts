import { S3Error } from '../src/s3/errors.ts'
import { element, optionalElement, type XmlFragment, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, quoted, xmlAnswer } from './answer.ts'
import { bucketName, type Call, findBucket, findUpload } from './call.ts'
import { checksumElementName } from './checksum-elements.ts'
import { isUpToMarker, type ListPage, listPage } from './list-page.ts'
import { keyEncoder, pageLimit } from './list-parameters.ts'
import { initiatorElement, ownerElement } from './owner.ts'
import { type OpenUpload, uploadKey } from './bucket.ts'
import { compareUtf8 } from './utf8-order.ts'

/** ListMultipartUploads. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads(call: Call): Answer {
  const listing = readListing(call)
  const { page, encode, grouping, marker } = listing
  return xmlAnswer(
    xmlDocument(
      'ListMultipartUploadsResult',
      element('Bucket', bucketName(call)),
      element('KeyMarker', encode(marker.key)),
      element('UploadIdMarker', marker.uploadId),
      ...nextMarkers(listing),
      element('Prefix', encode(grouping.prefix)),
      optionalElement('Delimiter', grouping.delimiter === '' ? undefined : encode(grouping.delimiter)),
      optionalElement('EncodingType', call.request.param('encoding-type') ? 'url' : undefined),
      element('MaxUploads', String(listing.limit)),
      element('IsTruncated', String(page.truncated)),
      page.entries.map(({ value }) => uploadElement(value, encode)),
      page.commonPrefixes.map((prefix) => element('CommonPrefixes', element('Prefix', encode(prefix)))),
    ),
  )
}

interface UploadListing {
  readonly grouping: { readonly prefix: string; readonly delimiter: string }
  /** Where the page begins: after this upload or, without an id, after all uploads of this key. */
  readonly marker: { readonly key: string; readonly uploadId: string }
  readonly limit: number
  readonly page: ListPage<OpenUpload>
  readonly encode: (text: string) => string
}

function readListing(call: Call): UploadListing {
  const { request } = call
  const grouping = { prefix: request.param('prefix') ?? '', delimiter: request.param('delimiter') ?? '' }
  const key = request.param('key-marker') ?? ''
  const uploadId = key === '' ? '' : (request.param('upload-id-marker') ?? '')
  const limit = pageLimit(request, 'max-uploads')
  const page = listPage(findBucket(call).uploads, {
    ...grouping,
    limit,
    keyOf,
    isBeforePage: (indexKey) =>
      uploadId === ''
        ? isUpToMarker(keyOf(indexKey), key, grouping)
        : compareUtf8(indexKey, uploadKey(key, uploadId)) <= 0,
  })
  return { grouping, marker: { key, uploadId }, limit, page, encode: keyEncoder(request) }
}

/** A common prefix as marker has no upload id. */
function nextMarkers({ page, encode }: UploadListing): XmlFragment[] {
  if (!page.truncated || page.last === undefined) return []
  const [key = '', uploadId = ''] = page.last.split('\0')
  return [element('NextKeyMarker', encode(key)), element('NextUploadIdMarker', uploadId)]
}

function keyOf(indexKey: string): string {
  return indexKey.slice(0, indexKey.indexOf('\0'))
}

function uploadElement({ key, record }: OpenUpload, encode: (text: string) => string): XmlFragment {
  return element(
    'Upload',
    element('Key', encode(key)),
    element('UploadId', record.id),
    initiatorElement(),
    ownerElement(),
    element('StorageClass', record.attributes.storageClass),
    element('Initiated', new Date(record.initiatedMs).toISOString()),
    optionalElement('ChecksumAlgorithm', record.checksum?.algorithm.toUpperCase()),
    optionalElement('ChecksumType', record.checksum?.type),
  )
}

/** ListParts. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts(call: Call): Answer {
  const { key, record, parts } = findUpload(call)
  const marker = partMarker(call)
  const limit = pageLimit(call.request, 'max-parts')
  const following = [...parts.values()].filter(({ number }) => number > marker).sort((a, b) => a.number - b.number)
  const page = following.slice(0, limit)
  const truncated = page.length < following.length && limit > 0
  return xmlAnswer(
    xmlDocument(
      'ListPartsResult',
      element('Bucket', bucketName(call)),
      element('Key', key),
      element('UploadId', record.id),
      initiatorElement(),
      ownerElement(),
      element('StorageClass', record.attributes.storageClass),
      element('PartNumberMarker', String(marker)),
      element('NextPartNumberMarker', String(page.at(-1)?.number ?? 0)),
      element('MaxParts', String(limit)),
      element('IsTruncated', String(truncated)),
      optionalElement('ChecksumAlgorithm', record.checksum?.algorithm.toUpperCase()),
      optionalElement('ChecksumType', record.checksum?.type),
      page.map((part) =>
        element(
          'Part',
          element('PartNumber', String(part.number)),
          element('LastModified', new Date(part.modifiedMs).toISOString()),
          element('ETag', quoted(part.etag)),
          element('Size', String(part.size)),
          part.checksum && element(checksumElementName(part.checksum.algorithm), part.checksum.value),
        ),
      ),
    ),
  )
}

function partMarker(call: Call): number {
  const text = call.request.param('part-number-marker') ?? ''
  if (text === '') return 0
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new S3Error('InvalidArgument', {
    extras: [
      ['ArgumentName', 'part-number-marker'],
      ['ArgumentValue', text],
    ],
  })
}
