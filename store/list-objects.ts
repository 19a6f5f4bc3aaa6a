import { element, optionalElement, type XmlFragment, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, quoted, xmlAnswer } from './answer.ts'
import { bucketName, type Call, findBucket } from './call.ts'
import { isUpToMarker, type ListPage, listPage } from './list-page.ts'
import { decodeToken, encodeToken, keyEncoder, pageLimit } from './list-parameters.ts'
import { ownerElement } from './owner.ts'
import type { ObjectRecord } from './records.ts'

interface Listing {
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
  readonly page: ListPage<ObjectRecord>
  readonly encode: (text: string) => string
}

/** ListObjects. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export function listObjects(call: Call): Answer {
  const marker = call.request.param('marker') ?? ''
  const listing = readListing(call, marker)
  const { page, encode, delimiter } = listing
  // S3 gives NextMarker only where the last key is not one: with a delimiter.
  const nextMarker = page.truncated && delimiter !== '' ? page.last : undefined
  return xmlAnswer(
    xmlDocument(
      'ListBucketResult',
      ...opening(call, listing),
      element('Marker', encode(marker)),
      optionalElement('NextMarker', nextMarker === undefined ? undefined : encode(nextMarker)),
      ...contents(listing, ownerElement()),
    ),
  )
}

/** ListObjectsV2. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(call: Call): Answer {
  const { request } = call
  const token = request.param('continuation-token')
  const startAfter = request.param('start-after')
  const listing = readListing(call, token === undefined ? (startAfter ?? '') : decodeToken(token))
  const { page, encode } = listing
  const next = page.truncated && page.last !== undefined ? encodeToken(page.last) : undefined
  const owner = request.param('fetch-owner') === 'true' ? ownerElement() : undefined
  return xmlAnswer(
    xmlDocument(
      'ListBucketResult',
      ...opening(call, listing),
      element('KeyCount', String(page.entries.length + page.commonPrefixes.length)),
      optionalElement('ContinuationToken', token),
      optionalElement('NextContinuationToken', next),
      optionalElement('StartAfter', startAfter === undefined ? undefined : encode(startAfter)),
      ...contents(listing, owner),
    ),
  )
}

function readListing(call: Call, marker: string): Listing {
  const { request } = call
  const grouping = { prefix: request.param('prefix') ?? '', delimiter: request.param('delimiter') ?? '' }
  const limit = pageLimit(request, 'max-keys')
  const encode = keyEncoder(request)
  const page = listPage(findBucket(call).objects.current, {
    ...grouping,
    limit,
    isBeforePage: (key) => isUpToMarker(key, marker, grouping),
    keyOf: (key) => key,
  })
  return { ...grouping, limit, page, encode }
}

function opening(call: Call, { prefix, delimiter, limit, page, encode }: Listing): (XmlFragment | undefined)[] {
  return [
    element('Name', bucketName(call)),
    element('Prefix', encode(prefix)),
    optionalElement('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    element('MaxKeys', String(limit)),
    optionalElement('EncodingType', call.request.param('encoding-type') ? 'url' : undefined),
    element('IsTruncated', String(page.truncated)),
  ]
}

function contents({ page, encode }: Listing, owner: XmlFragment | undefined): XmlFragment[] {
  const entries = page.entries.map(({ key, value }) =>
    element(
      'Contents',
      element('Key', encode(key)),
      element('LastModified', new Date(value.modifiedMs).toISOString()),
      element('ETag', quoted(value.etag)),
      value.checksum && element('ChecksumAlgorithm', value.checksum.algorithm.toUpperCase()),
      value.checksum && element('ChecksumType', value.checksum.type),
      element('Size', String(value.size)),
      element('StorageClass', value.storageClass),
      owner,
    ),
  )
  return [
    ...entries,
    ...page.commonPrefixes.map((prefix) => element('CommonPrefixes', element('Prefix', encode(prefix)))),
  ]
}
