import { S3Error } from '../src/s3/errors.ts'
import { element, optionalElement, type XmlFragment, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, quoted, xmlAnswer } from './answer.ts'
import { bucketName, type Call, findBucket, storedVersionId } from './call.ts'
import { isUpToMarker, type KeySource, type ListPage, listPage } from './list-page.ts'
import { keyEncoder, pageLimit } from './list-parameters.ts'
import { isMarker, type ListedVersion, type ObjectVersions } from './object-versions.ts'
import { ownerElement } from './owner.ts'
import type { Version } from './records.ts'
import type { IndexEntry } from './sorted-index.ts'
import { compareUtf8 } from './utf8-order.ts'

/** Where a page begins: after this version or, without one, after all versions of this key. */
interface VersionMarker {
  readonly key: string
  readonly versionId: string
}

interface Listing {
  readonly prefix: string
  readonly delimiter: string
  readonly marker: VersionMarker
  readonly limit: number
  readonly page: ListPage<ListedVersion>
  readonly encode: (text: string) => string
}

/** ListObjectVersions. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listObjectVersions(call: Call): Answer {
  const listing = readListing(call)
  const { prefix, delimiter, marker, limit, page, encode } = listing
  return xmlAnswer(
    xmlDocument(
      'ListVersionsResult',
      element('Name', bucketName(call)),
      element('Prefix', encode(prefix)),
      element('KeyMarker', encode(marker.key)),
      element('VersionIdMarker', marker.versionId),
      ...nextMarkers(listing),
      element('MaxKeys', String(limit)),
      optionalElement('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
      optionalElement('EncodingType', call.request.param('encoding-type') ? 'url' : undefined),
      element('IsTruncated', String(page.truncated)),
      page.entries.map((entry) => versionElement(entry, encode)),
      page.commonPrefixes.map((group) => element('CommonPrefixes', element('Prefix', encode(group)))),
    ),
  )
}

function readListing(call: Call): Listing {
  const { request } = call
  const grouping = { prefix: request.param('prefix') ?? '', delimiter: request.param('delimiter') ?? '' }
  const marker = { key: request.param('key-marker') ?? '', versionId: request.param('version-id-marker') ?? '' }
  if (marker.key === '' && marker.versionId !== '') {
    throw new S3Error('InvalidArgument', {
      message: 'A version-id marker cannot be specified without a key marker.',
      extras: [['ArgumentName', 'version-id-marker']],
    })
  }
  const limit = pageLimit(request, 'max-keys')
  const page = listPage(versionsAfter(findBucket(call).objects, marker), {
    ...grouping,
    limit,
    isBeforePage: (key) =>
      marker.versionId === '' ? isUpToMarker(key, marker.key, grouping) : compareUtf8(key, marker.key) < 0,
    keyOf: (key) => key,
  })
  return { ...grouping, marker, limit, page, encode: keyEncoder(request) }
}

/** All versions but those of the marker's key up to the marker's version. */
function versionsAfter(objects: ObjectVersions, marker: VersionMarker): KeySource<ListedVersion> {
  if (marker.versionId === '') return objects
  const skipped = skippedVersions(objects, marker)
  return {
    *from(isBefore): Generator<IndexEntry<ListedVersion>, void> {
      for (const entry of objects.from(isBefore)) if (!skipped.has(entry.value.version)) yield entry
    },
  }
}

function skippedVersions(objects: ObjectVersions, marker: VersionMarker): ReadonlySet<Version> {
  const versions: Version[] = []
  for (const { key, value } of objects.from((other) => compareUtf8(other, marker.key) < 0)) {
    if (key !== marker.key) break
    versions.push(value.version)
  }
  const versionId = storedVersionId(marker.versionId)
  const at = versions.findIndex((version) => version.versionId === versionId)
  if (at >= 0) return new Set(versions.slice(0, at + 1))
  // The marker's version was deleted since; ids begin with the time.
  return new Set(versions.filter((version) => (version.versionId ?? '') > marker.versionId))
}

/** A common prefix as marker has no version id. */
function nextMarkers({ page, encode }: Listing): XmlFragment[] {
  if (!page.truncated || page.last === undefined) return []
  const last = page.entries.at(-1)
  if (last?.key !== page.last) return [element('NextKeyMarker', encode(page.last))]
  return [
    element('NextKeyMarker', encode(page.last)),
    element('NextVersionIdMarker', last.value.version.versionId ?? 'null'),
  ]
}

function versionElement({ key, value }: IndexEntry<ListedVersion>, encode: (text: string) => string): XmlFragment {
  const { version, isLatest } = value
  const named = [
    element('Key', encode(key)),
    element('VersionId', version.versionId ?? 'null'),
    element('IsLatest', String(isLatest)),
    element('LastModified', new Date(version.modifiedMs).toISOString()),
  ]
  if (isMarker(version)) return element('DeleteMarker', ...named, ownerElement())
  return element(
    'Version',
    ...named,
    element('ETag', quoted(version.etag)),
    version.checksum && element('ChecksumAlgorithm', version.checksum.algorithm.toUpperCase()),
    version.checksum && element('ChecksumType', version.checksum.type),
    element('Size', String(version.size)),
    element('StorageClass', version.storageClass),
    ownerElement(),
  )
}
