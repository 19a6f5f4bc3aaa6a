import { mayLearnOfMissingKey, mayShowHeader } from '../authz/answer-rights.ts'
import type { ObjectReference } from '../authz/object-reference.ts'
import type { HeaderPair } from '../http/headers.ts'
import type { Answer } from '../listen/respond.ts'
import { S3Error } from '../s3/errors.ts'
import type { S3OperationName } from '../s3/operation.ts'
import { isBackendError, mapBackendError, MAX_ERROR_BODY_BYTES } from '../upstream/error-mapping.ts'
import { filterResponseHeaders, type ObjectHeaderRights, type ResponseFilter } from '../upstream/response-filter.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import { failureAsError, wholeBody } from './ask-backend.ts'
import type { Call } from './call.ts'
import { questionOf } from './caller.ts'
import { documentAnswer } from './document-answer.ts'

/** Operations whose answer is the object's (or a policy's) own bytes, not an S3 document. */
const RAW_ANSWERS: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'GetObject',
  'GetObjectTorrent',
  'SelectObjectContent',
  'GetObjectAnnotation',
])

/**
 * The client's answer from the backend's: headers by the allow-list, documents with the backend's identity replaced,
 * object bytes as they come.
 * @throws S3Error for a refusal of the backend, or a success that is none
 */
export async function backendAnswer(
  call: Call,
  response: UpstreamResponse,
  extra: readonly HeaderPair[] = [],
): Promise<Answer> {
  await passIfSuccess(call, response)
  const isHead = call.request.method === 'HEAD'
  const { status } = response
  if (isHead || status === 204 || status === 304) {
    response.discard()
    const headers = answerHeaders(call, response, 'as-it-is')
    // Some backends write a length there; a 204 has none (RFC 9110 §8.6).
    const passed = status === 204 ? headers.filter(([name]) => name !== 'content-length') : headers
    return { status, headers: [...passed, ...extra], body: undefined }
  }
  if (RAW_ANSWERS.has(call.operation.name)) {
    refuseUnbounded(response)
    const headers = [...answerHeaders(call, response, 'as-it-is'), ...extra]
    return { status, headers, body: relayed(response) }
  }
  const body = await documentAnswer(call, response)
  // Headers that speak of the bytes (a checksum of the upload, say) hold where there are none to rewrite.
  const headers = answerHeaders(call, response, body === undefined ? 'as-it-is' : 'rewritten')
  return { status, headers: [...headers.filter(([name]) => name !== 'content-length'), ...extra], body }
}

/** Throws the error that the client gets when the backend refused; the answer is still unread otherwise. */
export async function passIfSuccess(call: Call, response: UpstreamResponse): Promise<void> {
  // Ceph says it of a copy whose condition does not hold; only a read can be answered so (RFC 9110 §15.4.5).
  if (response.status === 304 && !isRead(call)) {
    response.discard()
    throw new S3Error('PreconditionFailed', { detail: 'backend: status 304' })
  }
  if (!isBackendError(response.status)) return
  const { status, headers } = response
  const body = (await wholeBody(response, MAX_ERROR_BODY_BYTES)) ?? Buffer.alloc(0)
  const { level } = call.operation
  const error = mapBackendError({ status, headers, body }, { level, versionId: call.request.param('versionId') })
  if (!hidesMissingKey(call, error)) throw error
  throw new S3Error('AccessDenied', { detail: `${error.code}, not told to who may not list the bucket` })
}

function isRead({ request }: Call): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

const MISSING_KEY: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchVersion'])

/** A missing key is told only to who could find out by listing. For a copy it is the source's. */
function hidesMissingKey(call: Call, error: S3Error): boolean {
  if (!MISSING_KEY.has(error.code)) return false
  const object = call.request.copySource ?? requestedObject(call)
  return object !== undefined && !mayLearnOfMissingKey(questionOf(call), object)
}

function requestedObject({ request }: Call): ObjectReference | undefined {
  const { bucket, key } = request.address
  if (bucket === undefined || key === undefined) return undefined
  return { bucket, key, versionId: request.param('versionId') }
}

function answerHeaders(call: Call, response: UpstreamResponse, body: ResponseFilter['body']): HeaderPair[] {
  return filterResponseHeaders(response.headers, {
    operation: call.operation,
    requestId: call.exchange.id,
    region: call.services.proxyRegion,
    rights: headerRights(call, response),
    body,
  })
}

const NO_RIGHTS: ObjectHeaderRights = { tagging: false, retention: false, legalHold: false }

/** Asked only for what the answer holds: most answers hold none of these headers. */
function headerRights(call: Call, { headers }: UpstreamResponse): ObjectHeaderRights {
  const object = requestedObject(call)
  if (object === undefined) return NO_RIGHTS
  const caller = questionOf(call)
  const may = (...names: string[]): boolean =>
    names.some((name) => headers.has(name)) &&
    names.every((name) => mayShowHeader(caller, object, name, call.knownTags))
  return {
    tagging: may('x-amz-tagging-count'),
    retention: may('x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'),
    legalHold: may('x-amz-object-lock-legal-hold'),
  }
}

/** Bytes that only the end of the connection ends: a cut would look like the whole object. */
function refuseUnbounded(response: UpstreamResponse): void {
  const { headers } = response
  if (headers.has('content-length') || headers.has('transfer-encoding')) return
  response.discard()
  throw new S3Error('InternalError', { detail: 'backend: an object without a length' })
}

async function* relayed(response: UpstreamResponse): AsyncGenerator<Buffer> {
  try {
    yield* response.body
  } catch (error) {
    throw failureAsError(error)
  }
}
