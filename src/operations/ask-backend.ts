import type { Authorized } from '../proof/stages.ts'
import { S3Error, type S3ErrorCode } from '../s3/errors.ts'
import { ClientGone } from '../listen/respond.ts'
import { UpstreamFailure, type UpstreamFailureKind, type UpstreamResponse } from '../upstream/send.ts'
import { buildUpstreamRequest, type Outgoing } from '../upstream/upstream-request.ts'
import type { Call } from './call.ts'

/** What a failed exchange with the backend is to the client: 503 is what every SDK tries again. */
const FAILURE_CODES: Readonly<Record<Exclude<UpstreamFailureKind, 'aborted' | 'body'>, S3ErrorCode>> = {
  unreachable: 'SlowDown',
  busy: 'SlowDown',
  dropped: 'SlowDown',
  timeout: 'ServiceUnavailable',
  garbage: 'InternalError',
  'too-early': 'InternalError',
}

/** SDKs read the code, people the message: nobody has sent too much. */
const FAILURE_MESSAGES: Readonly<Partial<Record<UpstreamFailureKind, string>>> = {
  unreachable: 'The storage backend cannot be reached. Try again.',
  dropped: 'The storage backend broke off. Try again.',
}

const RETRY_AFTER_SECONDS = '1'

/**
 * Sends one signed request. It takes the proof that the caller may do what the request does; nothing reaches the
 * backend by another way. `signal` gives the exchange up; by itself the client's going away does.
 * @throws S3Error for a failure of the backend, the error of the request's own body, or ClientGone
 */
export async function askBackend(
  call: Call,
  _proof: Authorized,
  outgoing: Outgoing,
  signal: AbortSignal = call.exchange.signal,
): Promise<UpstreamResponse> {
  const { backend, send, now } = call.services
  try {
    return await send(buildUpstreamRequest(outgoing, backend, now()), signal)
  } catch (error) {
    throw failureAsError(error)
  }
}

/** The error that a client is told for a failure of the backend; other errors pass as they are. */
export function failureAsError(error: unknown): unknown {
  if (!(error instanceof UpstreamFailure)) return error
  if (error.kind === 'body') return error.cause
  if (error.kind === 'aborted') return new ClientGone('connection closed while the backend was asked')
  const code = FAILURE_CODES[error.kind]
  const headers = code === 'InternalError' ? [] : ([['retry-after', RETRY_AFTER_SECONDS]] as const)
  const message = FAILURE_MESSAGES[error.kind]
  const detail = `backend ${error.kind}`
  return new S3Error(code, { headers, detail, cause: error, ...(message === undefined ? {} : { message }) })
}

/**
 * The whole body of an answer, if it has at most `maxBytes`; undefined (and the rest is not read) if it has more.
 * @throws as {@link askBackend}
 */
export async function wholeBody(response: UpstreamResponse, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of response.body) {
      length += chunk.length
      if (length > maxBytes) return undefined
      chunks.push(chunk)
    }
  } catch (error) {
    throw failureAsError(error)
  }
  return Buffer.concat(chunks, length)
}
