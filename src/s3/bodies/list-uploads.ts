import { S3Error } from '../errors.ts'
import { element, optionalElement, xmlDocument, type XmlFragment } from '../xml.ts'
import { BACKEND_XML_LIMITS, type XmlElement } from '../xml-reader.ts'
import { childText } from './fields.ts'
import type { Owner } from './list-buckets.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** One upload under way. */
export interface ListedUpload {
  readonly key: string
  readonly uploadId: string
  /** What else the backend says of it, by element: when it was begun, storage class, checksums. */
  readonly details: readonly (readonly [name: string, text: string])[]
}

/** One page of the backend's list. */
export interface UploadsPage {
  readonly uploads: readonly ListedUpload[]
  /** Where the next page begins; undefined after the last. */
  readonly next: { readonly key: string; readonly uploadId: string } | undefined
}

const DETAILS: readonly string[] = ['StorageClass', 'Initiated', 'ChecksumAlgorithm', 'ChecksumType']

/** Reads a `ListMultipartUploadsResult` that was asked for without a delimiter. */
export function parseUploadsPage(bytes: Uint8Array): UploadsPage | BodyProblem {
  return readBody(bytes, 'ListMultipartUploadsResult', readPage, BACKEND_XML_LIMITS)
}

function readPage(root: XmlElement): UploadsPage {
  const isEncoded = childText(root, 'EncodingType') === 'url'
  const plain = (text: string): string => (isEncoded ? decoded(text) : text)
  const uploads = root.children
    .filter(({ name }) => name === 'Upload')
    .map((upload): ListedUpload => {
      const key = childText(upload, 'Key')
      const uploadId = childText(upload, 'UploadId')
      if (key === undefined || uploadId === undefined) throw new BodyRefusal('an upload without key or id')
      const details = DETAILS.flatMap((name) => {
        const text = childText(upload, name)
        return text === undefined ? [] : [[name, text] as const]
      })
      return { key: plain(key), uploadId, details }
    })
  if (childText(root, 'IsTruncated') !== 'true') return { uploads, next: undefined }
  const last = uploads.at(-1)
  const key = childText(root, 'NextKeyMarker')
  const uploadId = childText(root, 'NextUploadIdMarker')
  if (key !== undefined && key !== '') return { uploads, next: { key: plain(key), uploadId: uploadId ?? '' } }
  if (last === undefined) throw new BodyRefusal('a page that goes on from nowhere')
  return { uploads, next: last }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    throw new BodyRefusal('not-percent-encoded')
  }
}

/** What a client asks of the list. */
export interface UploadsRequest {
  readonly prefix: string
  readonly delimiter: string | undefined
  readonly keyMarker: string
  readonly uploadIdMarker: string
  readonly maxUploads: number
  readonly encoding: 'url' | undefined
}

const MAX_UPLOADS = 1_000

/**
 * Reads the parameters of the list.
 * @throws S3Error InvalidArgument
 */
export function readUploadsRequest(param: (name: string) => string | undefined): UploadsRequest {
  const max = param('max-uploads') ?? String(MAX_UPLOADS)
  if (!/^\d{1,9}$/.test(max)) throw invalid('max-uploads')
  const encoding = param('encoding-type')
  if (encoding !== undefined && encoding !== 'url') throw invalid('encoding-type')
  const keyMarker = param('key-marker') ?? ''
  return {
    prefix: param('prefix') ?? '',
    delimiter: param('delimiter') || undefined,
    keyMarker,
    uploadIdMarker: keyMarker === '' ? '' : (param('upload-id-marker') ?? ''),
    maxUploads: Math.min(Number(max), MAX_UPLOADS),
    encoding,
  }
}

const invalid = (name: string): S3Error => new S3Error('InvalidArgument', { extras: [['ArgumentName', name]] })

/** One line of the answer: an upload, or the prefix that several share. */
export type UploadsEntry = ListedUpload | { readonly commonPrefix: string }

/** What the answer says beside its lines. */
export interface UploadsAnswer {
  readonly bucket: string
  readonly request: UploadsRequest
  readonly entries: readonly UploadsEntry[]
  readonly more: 'more' | 'end'
  readonly owner: Owner
  /** For keys, prefixes and markers. */
  readonly encode: (text: string) => string
}

/**
 * The answer to ListMultipartUploads.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
export function writeUploads({ bucket, request, entries, more, owner, encode }: UploadsAnswer): Buffer {
  const last = more === 'more' ? entries.at(-1) : undefined
  const next = last === undefined ? [] : nextMarkers(last, encode)
  return Buffer.from(
    xmlDocument(
      'ListMultipartUploadsResult',
      element('Bucket', bucket),
      element('KeyMarker', encode(request.keyMarker)),
      element('UploadIdMarker', request.uploadIdMarker),
      next,
      element('Prefix', encode(request.prefix)),
      optionalElement('Delimiter', request.delimiter === undefined ? undefined : encode(request.delimiter)),
      optionalElement('EncodingType', request.encoding),
      element('MaxUploads', String(request.maxUploads)),
      element('IsTruncated', String(last !== undefined)),
      entries.flatMap((entry) => ('commonPrefix' in entry ? [] : [uploadElement(entry, owner, encode)])),
      entries.flatMap((entry) =>
        'commonPrefix' in entry ? [element('CommonPrefixes', element('Prefix', encode(entry.commonPrefix)))] : [],
      ),
    ),
  )
}

function nextMarkers(last: UploadsEntry, encode: (text: string) => string): readonly XmlFragment[] {
  const [key, uploadId] = 'commonPrefix' in last ? [last.commonPrefix, ''] : [last.key, last.uploadId]
  return [element('NextKeyMarker', encode(key)), element('NextUploadIdMarker', uploadId)]
}

function uploadElement({ key, uploadId, details }: ListedUpload, owner: Owner, encode: (text: string) => string) {
  const identity = [element('ID', owner.id), element('DisplayName', owner.displayName)]
  return element(
    'Upload',
    element('Key', encode(key)),
    element('UploadId', uploadId),
    element('Initiator', identity),
    element('Owner', identity),
    details.map(([name, text]) => element(name, text)),
  )
}
