import type { HeaderList, HeaderPair } from '../http/headers.ts'
import { childText } from '../s3/bodies/fields.ts'
import { type ErrorExtra, errorCodeForStatus, S3Error, type S3ErrorCode } from '../s3/errors.ts'
import type { ResourceLevel } from '../s3/operation.ts'
import { MasterKeyRefused, passedS3Error } from '../s3/passed-error.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, readXml, type XmlElement } from '../s3/xml-reader.ts'

/** How much of a backend's error body is read; S3's are below 2 KiB. */
export const MAX_ERROR_BODY_BYTES = 64 * 1024

/** A backend's answer that is neither a success nor 304. */
export interface BackendRefusal {
  readonly status: number
  readonly headers: HeaderList
  /** Its first {@link MAX_ERROR_BODY_BYTES}; empty after HEAD. */
  readonly body: Uint8Array
}

/** What the client had asked for. */
export interface RefusedRequest {
  readonly level: ResourceLevel
  readonly versionId: string | undefined
}

/** Whether a status is answered by the error that `mapBackendError` makes of it. 304 passes as it is. */
export function isBackendError(status: number): boolean {
  return status >= 300 && status !== 304
}

/** Elements that tell the client about its own request and object, and the form their text must have. */
const SAFE_EXTRAS: ReadonlyMap<string, RegExp> = new Map([
  ['ActualObjectSize', /^[0-9]{1,19}$/],
  ['Condition', /^[A-Za-z-]{1,40}$/],
  ['MaxSizeAllowed', /^[0-9]{1,19}$/],
  ['MinSizeAllowed', /^[0-9]{1,19}$/],
  ['ProposedSize', /^[0-9]{1,19}$/],
  ['StorageClass', /^[A-Z_]{1,40}$/],
])

/** Headers of an error answer that clients act on, and the form their value must have. */
const SAFE_HEADERS: ReadonlyMap<string, RegExp> = new Map([
  ['allow', /^[A-Z, ]{1,80}$/],
  ['content-range', /^bytes \*\/[0-9]{1,19}$/],
  ['x-amz-delete-marker', /^(?:true|false)$/],
  ['x-amz-version-id', /^[A-Za-z0-9._-]{1,1024}$/],
])

/**
 * The error that the client gets for a backend's refusal. Code and status pass where they speak of the client's request;
 * the backend's own words never do. A refusal of the master key is {@link MasterKeyRefused}; a redirect, which would
 * send the client to the backend, is InternalError; what carries no S3 error is told from its status.
 */
export function mapBackendError(refusal: BackendRefusal, request: RefusedRequest): S3Error {
  const { status } = refusal
  const document = errorOf(refusal.body)
  const code = document === undefined ? '' : (childText(document, 'Code') ?? '')
  if (status === 401) return new MasterKeyRefused(`status 401 ${code}`.trimEnd())
  if (status < 400) return new S3Error('InternalError', { detail: `backend: redirect ${status}` })
  const headers = [...safeHeaders(refusal.headers), ...retryAfter(refusal)]
  if (document === undefined || code === '') {
    // HEAD never has a body; with any other request something other than S3 has answered.
    const detail =
      refusal.body.byteLength === 0 ? `backend: status ${status}` : `backend: status ${status}, no S3 error`
    return new S3Error(codeOfStatus(status, request), { headers, detail })
  }
  return passedS3Error(code, { status, headers, extras: safeExtras(document) })
}

function errorOf(body: Uint8Array): XmlElement | undefined {
  if (body.byteLength === 0) return undefined
  const root = readXml(body, { ...BACKEND_XML_LIMITS, maxBytes: MAX_ERROR_BODY_BYTES })
  return isXmlProblem(root) || root.name !== 'Error' ? undefined : root
}

// HEAD has no body, and a load balancer answers in HTML: only the status and the request are left.
function codeOfStatus(status: number, { level, versionId }: RefusedRequest): S3ErrorCode {
  if (status !== 404) return errorCodeForStatus(status)
  if (level !== 'object') return 'NoSuchBucket'
  return versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion'
}

function safeExtras(document: XmlElement): ErrorExtra[] {
  const extras: ErrorExtra[] = []
  for (const [name, form] of SAFE_EXTRAS) {
    const text = childText(document, name)
    if (text !== undefined && form.test(text)) extras.push([name, text])
  }
  return extras
}

function safeHeaders(headers: HeaderList): HeaderPair[] {
  const safe: HeaderPair[] = []
  for (const [name, form] of SAFE_HEADERS) {
    const value = headers.get(name)
    if (value !== undefined && form.test(value)) safe.push([name, value])
  }
  return safe
}

function retryAfter({ status, headers }: BackendRefusal): HeaderPair[] {
  if (status !== 429 && (status < 502 || status > 504)) return []
  const given = headers.get('retry-after') ?? ''
  return [['retry-after', /^[1-9][0-9]{0,3}$/.test(given) ? given : '1']]
}
