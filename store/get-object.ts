import { checksumHeader } from '../src/codec/checksum.ts'
import type { HeaderPair } from '../src/http/headers.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { type Answer, emptyAnswer, quoted } from './answer.ts'
import { type ByteRange, parseRange } from './byte-range.ts'
import { type Call, findAddressedObject, findBucket } from './call.ts'
import { failedCondition, matchesEtag, preconditionFailed, readConditions } from './conditions.ts'
import { checkHeader } from './header-text.ts'
import { versionHeaders } from './new-version.ts'
import type { CompletedPart, ObjectRecord } from './records.ts'

const OVERRIDES: readonly (readonly [parameter: string, header: string])[] = [
  ['response-cache-control', 'cache-control'],
  ['response-content-disposition', 'content-disposition'],
  ['response-content-encoding', 'content-encoding'],
  ['response-content-language', 'content-language'],
  ['response-content-type', 'content-type'],
  ['response-expires', 'expires'],
]

/** What of the object is to be sent. */
interface Selection {
  readonly range: ByteRange
  readonly partial: boolean
  /** The part that `partNumber` named. */
  readonly part: CompletedPart | undefined
}

/**
 * GetObject. The bytes are those of the object at this moment, even when it is replaced while they are read.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function getObject(call: Call): Promise<Answer> {
  const object = findAddressedObject(call)
  const head = answerHead(call, object)
  if (head.status === 304) return head
  const { range } = head
  const { files } = call.engine
  const release = files.pin(object.pieces)
  try {
    // Once the head has left, a cut connection is all that could tell of a file that is lost.
    await files.check(object.pieces, range.start, range.end)
  } catch (error) {
    release()
    throw error
  }
  const bytes = files.read(object.pieces, range.start, range.end)
  return { ...head, body: { length: range.end - range.start, bytes, release } }
}

/** HeadObject. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function headObject(call: Call): Answer {
  const head = answerHead(call, findAddressedObject(call))
  return head.status === 304 ? head : { ...head, body: head.range.end - head.range.start }
}

type AnswerHead =
  | (Answer & { readonly status: 304 })
  | (Answer & { readonly status: 200 | 206; readonly range: ByteRange })

function answerHead(call: Call, object: ObjectRecord): AnswerHead {
  const { request } = call
  const failed = failedCondition(readConditions(request), object)
  const validators: HeaderPair[] = [
    ...versionHeaders(findBucket(call), object),
    ['last-modified', new Date(object.modifiedMs).toUTCString()],
    ['etag', quoted(object.etag)],
  ]
  if (failed === 'unwanted')
    throw preconditionFailed(request.headers.has('if-match') ? 'If-Match' : 'If-Unmodified-Since')
  if (failed === 'not-modified') {
    const caching = object.headers.filter(([name]) => name === 'cache-control' || name === 'expires')
    return { ...emptyAnswer(304, [...validators, ...caching]), status: 304 }
  }
  const selection = select(request, object)
  const { range, partial } = selection
  const headers = [...validators, ...objectHeaders(request, object), ...checksumHeaders(request, object, selection)]
  if (partial) headers.push(['content-range', `bytes ${range.start}-${range.end - 1}/${object.size}`])
  if (request.param('partNumber') !== undefined && object.parts !== undefined) {
    headers.push(['x-amz-mp-parts-count', String(object.parts.length)])
  }
  return { status: partial ? 206 : 200, headers, range }
}

function select(request: S3Request, object: ObjectRecord): Selection {
  const whole = { start: 0, end: object.size }
  const header = request.headers.get('range')
  const partNumber = request.param('partNumber')
  if (partNumber !== undefined) {
    if (header !== undefined)
      throw new S3Error('InvalidRequest', {
        message: 'Cannot specify both Range header and partNumber query parameter',
      })
    return selectPart(partNumber, object)
  }
  const ifRange = request.headers.get('if-range')
  if (header === undefined || (ifRange !== undefined && !isUnchanged(ifRange, object)))
    return { range: whole, partial: false, part: undefined }
  const range = parseRange(header, object.size)
  return { range: range ?? whole, partial: range !== undefined, part: undefined }
}

/** Whether the copy that a client wants to complete by a range is still this object (RFC 9110 §13.1.5). */
function isUnchanged(ifRange: string, object: ObjectRecord): boolean {
  return matchesEtag(ifRange, object.etag) || Date.parse(ifRange) === Math.floor(object.modifiedMs / 1000) * 1000
}

function selectPart(text: string, object: ObjectRecord): Selection {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > 10_000) {
    throw new S3Error('InvalidArgument', {
      message: 'Part number must be an integer between 1 and 10000, inclusive',
      extras: [
        ['ArgumentName', 'partNumber'],
        ['ArgumentValue', text],
      ],
    })
  }
  const parts = object.parts ?? [{ number: 1, size: object.size }]
  const at = parts.findIndex((part) => part.number === number)
  const part = parts[at]
  if (part === undefined)
    throw new S3Error('InvalidPartNumber', {
      extras: [
        ['PartNumberRequested', text],
        ['ActualPartCount', String(parts.length)],
      ],
    })
  const start = parts.slice(0, at).reduce((sum, { size }) => sum + size, 0)
  // An empty object has no byte that a Content-Range could name.
  return { range: { start, end: start + part.size }, partial: object.size > 0, part: object.parts && part }
}

function objectHeaders(request: S3Request, object: ObjectRecord): HeaderPair[] {
  const overrides = overriddenHeaders(request)
  const headers: HeaderPair[] = [['accept-ranges', 'bytes']]
  for (const [name, value] of object.headers) if (!overrides.has(name)) headers.push([name, value])
  headers.push(...overrides)
  for (const [name, value] of object.metadata) headers.push([`x-amz-meta-${name}`, value])
  if (object.storageClass !== 'STANDARD') headers.push(['x-amz-storage-class', object.storageClass])
  if (object.tags.length > 0) headers.push(['x-amz-tagging-count', String(object.tags.length)])
  return [...headers, ...lockHeaders(object)]
}

function lockHeaders({ retention, legalHold }: ObjectRecord): HeaderPair[] {
  const headers: HeaderPair[] = []
  if (retention !== undefined) {
    headers.push(['x-amz-object-lock-mode', retention.mode])
    headers.push(['x-amz-object-lock-retain-until-date', new Date(retention.untilMs).toISOString()])
  }
  if (legalHold !== undefined) headers.push(['x-amz-object-lock-legal-hold', legalHold])
  return headers
}

/** A stored checksum goes with the whole object or with the whole of a part; for any other range it would be wrong. */
function checksumHeaders(request: S3Request, object: ObjectRecord, { range, part }: Selection): HeaderPair[] {
  const { checksum } = object
  const partial = range.end - range.start < object.size
  if (checksum === undefined || request.amz.get('x-amz-checksum-mode')?.toUpperCase() !== 'ENABLED') return []
  const name = checksumHeader(checksum.algorithm)
  if (part !== undefined)
    return part.checksum === undefined
      ? []
      : [
          [name, part.checksum],
          ['x-amz-checksum-type', checksum.type],
        ]
  return partial
    ? []
    : [
        [name, checksum.value],
        ['x-amz-checksum-type', checksum.type],
      ]
}

/** Query values are text; a header carries its UTF-8 bytes. @throws S3Error InvalidArgument */
function overriddenHeaders(request: S3Request): Map<string, string> {
  const overrides = new Map<string, string>()
  for (const [parameter, header] of OVERRIDES) {
    const text = request.param(parameter)
    if (text === undefined) continue
    const value = Buffer.from(text).toString('latin1')
    checkHeader(parameter, value)
    overrides.set(header, value)
  }
  return overrides
}
