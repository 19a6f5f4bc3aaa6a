import { hash } from 'node:crypto'
import { ClientGone } from '../listen/respond.ts'
import type { Authorized } from '../proof/stages.ts'
import { childText } from '../s3/bodies/fields.ts'
import { type CompletedPart, writeComplete } from '../s3/bodies/complete-multipart.ts'
import { S3Error } from '../s3/errors.ts'
import { LateAnswer } from '../s3/late-answer.ts'
import type { S3OperationName } from '../s3/operation.ts'
import { operationNamed } from '../s3/operations.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, readXml } from '../s3/xml-reader.ts'
import { UNSIGNED_PAYLOAD } from '../sigv4/payload-hash.ts'
import { forwardedHeaders } from '../upstream/forwarded.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import type { Outgoing } from '../upstream/upstream-request.ts'
import { askBackend, failureAsError, wholeBody } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'
import { documentPayload } from './request-payload.ts'

const MAX_DOCUMENT_BYTES = 64 * 1024
const ABORT_TIMEOUT_MS = 10_000
const MAX_ABORTS = 3

/** An object as the backend stored it: its ETag, and the head of the answer that said so. */
export interface StoredObject {
  readonly etag: string
  readonly response: Pick<UpstreamResponse, 'headers'>
}

/**
 * An upload in parts that the proxy itself makes, of an object that came in one piece and without a length. Nothing of it
 * outlives a failure: what opens and what closes the upload is not given up when the client goes away, so that its id is
 * always known and its end certain.
 */
export class MultipartUpload {
  readonly #call: Call
  readonly #authorized: Authorized
  readonly #parts: CompletedPart[] = []
  #uploadId: string | undefined

  /** `call.request` is the upload, with the object's key in its address. */
  constructor(call: Call, authorized: Authorized) {
    this.#call = call
    this.#authorized = authorized
  }

  /** Whether the backend holds anything. */
  get isBegun(): boolean {
    return this.#uploadId !== undefined
  }

  /** Sends the next part, the first time after opening the upload. The bytes are free again once this is settled. */
  async send(content: Buffer): Promise<void> {
    this.#uploadId ??= await this.#create()
    const partNumber = this.#parts.length + 1
    const response = await askBackend(this.#call, this.#authorized, {
      ...this.#request('PUT', 'UploadPart'),
      query: [{ name: 'partNumber', value: String(partNumber) }, ...this.#idQuery()],
      body: { content, length: content.length, hash: UNSIGNED_PAYLOAD },
    })
    await passIfSuccess(this.#call, response)
    await wholeBody(response, MAX_DOCUMENT_BYTES)
    this.#parts.push({ partNumber, etag: etagOf(response), checksums: [] })
  }

  /** Makes the object of the parts. */
  async complete(): Promise<StoredObject> {
    if (this.#call.exchange.signal.aborted) throw new ClientGone('connection closed before the upload was complete')
    const body = documentPayload(writeComplete({ parts: this.#parts }))
    const request = { ...this.#request('POST', 'CompleteMultipartUpload'), query: this.#idQuery(), body }
    const response = await askBackend(this.#call, this.#authorized, request, new AbortController().signal)
    await passIfSuccess(this.#call, response)
    // A success may still turn into an error in the body.
    const late = new LateAnswer()
    try {
      for await (const chunk of response.body) late.push(chunk)
    } catch (error) {
      throw failureAsError(error)
    }
    const outcome = late.finish()
    if (outcome.kind === 'error') throw outcome.error
    const etag = childText(outcome.root, 'ETag')
    if (etag === undefined) throw new S3Error('InternalError', { detail: 'backend: a completed upload has no ETag' })
    // Ceph 16 leaves it empty, Ceph 18 leaves out its quotation marks.
    return { etag: etag === '' ? etagOfParts(this.#parts) : `"${etag.replaceAll('"', '')}"`, response }
  }

  /** Takes the upload back, and gives the error for which that was done; the log reads when it could not be. */
  async abortedFor(error: unknown): Promise<unknown> {
    if (this.#uploadId === undefined || (await this.#abort())) return error
    const cause = error instanceof S3Error ? error : new S3Error('InternalError', { cause: error })
    const { code, message, extras, headers } = cause
    const detail = `${cause.detail ?? code}; upload ${this.#uploadId} could not be aborted`
    return new S3Error(code, { message, extras, headers, detail, cause })
  }

  /** A part that was on its way while the upload was aborted may call for a second time; an unknown upload is gone. */
  async #abort(): Promise<boolean> {
    const request = { ...this.#request('DELETE', 'AbortMultipartUpload'), query: this.#idQuery() }
    for (let attempt = 0; attempt < MAX_ABORTS; attempt++) {
      try {
        const signal = AbortSignal.timeout(ABORT_TIMEOUT_MS)
        const response = await askBackend(this.#call, this.#authorized, request, signal)
        response.discard()
        if (response.status < 300 || response.status === 404) return true
      } catch {
        // Tried again, and told by the caller when nothing helps.
      }
    }
    return false
  }

  async #create(): Promise<string> {
    if (this.#call.exchange.signal.aborted) throw new ClientGone('connection closed before the upload was begun')
    const request = { ...this.#request('POST', 'CreateMultipartUpload'), query: [{ name: 'uploads', value: '' }] }
    const response = await askBackend(this.#call, this.#authorized, request, new AbortController().signal)
    await passIfSuccess(this.#call, response)
    const root = readXml((await wholeBody(response, MAX_DOCUMENT_BYTES)) ?? Buffer.alloc(0), BACKEND_XML_LIMITS)
    const uploadId = isXmlProblem(root) ? undefined : childText(root, 'UploadId')
    if (uploadId === undefined || uploadId === '') {
      throw new S3Error('InternalError', { detail: 'backend: a new upload has no id' })
    }
    return uploadId
  }

  #idQuery(): Outgoing['query'] {
    return [{ name: 'uploadId', value: this.#uploadId ?? '' }]
  }

  /** Checksums speak of the whole object, which no request of these carries. */
  #request(method: string, name: S3OperationName): Outgoing {
    const { request } = this.#call
    const { bucket, key } = request.address
    const headers = forwardedHeaders(request, operationNamed(name), { storesChecksums: false })
    return { method, bucket, key, query: [], headers, body: undefined }
  }
}

/** The ETag of an object in parts: the MD5 of the MD5s that are its parts' ETags, and how many there are. */
function etagOfParts(parts: readonly CompletedPart[]): string {
  const digests = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex'))
  return `"${hash('md5', Buffer.concat(digests), 'hex')}-${parts.length}"`
}

/** The ETag of an upload's answer. */
export function etagOf({ headers }: Pick<UpstreamResponse, 'headers'>): string {
  const etag = headers.get('etag')
  if (etag === undefined) throw new S3Error('InternalError', { detail: 'backend: what was stored has no ETag' })
  return etag
}
