import { S3Error } from '../s3/errors.ts'
import { LateAnswer, type LateOutcome } from '../s3/late-answer.ts'
import type { S3OperationName } from '../s3/operation.ts'
import { AnswerRewriter } from '../s3/rewrite.ts'
import { rootOfWellFormed } from '../s3/well-formed.ts'
import { uriEncodePath } from '../sigv4/uri-encode.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import { failureAsError, wholeBody } from './ask-backend.ts'
import type { Call } from './call.ts'

type DocumentBody = Buffer | AsyncIterable<Buffer>

/** Operations that may answer 200 before they know how they end. */
const LATE_ANSWERS: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'CompleteMultipartUpload',
  'CopyObject',
  'UploadPartCopy',
])

/** A page of 1,000 keys of 1,024 bytes each, percent-encoded three to one, with room for all that stands around them. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

/**
 * A document of the backend with our identity in place of its own. It is read whole before the answer begins, so that
 * what breaks off or is no S3 document becomes an error instead of half an answer.
 */
export async function documentAnswer(call: Call, response: UpstreamResponse): Promise<DocumentBody | undefined> {
  if (LATE_ANSWERS.has(call.operation.name)) return lateAnswer(call, response)
  const document = await wholeBody(response, MAX_DOCUMENT_BYTES)
  if (document === undefined) throw new S3Error('InternalError', { detail: 'backend: the document is too large' })
  // Changes are answered by the status alone; what was asked for, and the id of a new upload, cannot be nothing.
  if (document.length === 0 && !tells(call)) return undefined
  if (!isWholeDocument(document)) throw new S3Error('InternalError', { detail: 'backend: the document is broken' })
  return rewritten(call, document, undefined)
}

const tells = ({ operation }: Call): boolean => operation.method === 'GET' || operation.name === 'CreateMultipartUpload'

/** Whether it is one document of S3, and no error under the status of a success. */
function isWholeDocument(document: Buffer): boolean {
  const root = rootOfWellFormed(document)
  return root !== undefined && root !== 'Error' && root.toLowerCase() !== 'html'
}

function rewritten(call: Call, document: Buffer, location: string | undefined): Buffer {
  const { owner } = call.services
  const rewriter = new AnswerRewriter({
    ownerId: owner.id,
    ownerDisplayName: owner.displayName,
    ...(location === undefined ? {} : { location }),
  })
  return Buffer.concat([...rewriter.push(document), ...rewriter.finish()])
}

/**
 * Waits for the end, for an error can then be told by its own status; only once the backend itself sends blanks to keep
 * the connection alive does the answer begin, and its end then decides.
 */
async function lateAnswer(call: Call, response: UpstreamResponse): Promise<DocumentBody> {
  const location = objectLocation(call)
  const late = new LateAnswer()
  const chunks = response.body[Symbol.asyncIterator]()
  for (;;) {
    const next = await nextOf(chunks)
    if (next.done === true) return settled(call, late.finish(), location)
    const blanks = late.push(next.value)
    if (blanks !== undefined) return rest(call, { late, chunks, location, first: blanks })
  }
}

function settled(call: Call, outcome: LateOutcome, location: string): Buffer {
  if (outcome.kind === 'error') throw outcome.error
  return rewritten(call, outcome.rest, location)
}

interface Begun {
  readonly late: LateAnswer
  readonly chunks: AsyncIterator<Buffer>
  readonly location: string
  readonly first: Buffer
}

async function* rest(call: Call, { late, chunks, location, first }: Begun): AsyncGenerator<Buffer> {
  yield first
  for (let next = await nextOf(chunks); next.done !== true; next = await nextOf(chunks)) {
    const blanks = late.push(next.value)
    if (blanks !== undefined) yield blanks
  }
  const outcome = late.finish()
  if (outcome.kind === 'result') {
    yield rewritten(call, outcome.rest, location)
    return
  }
  // The status has left already: the error is in the body, and must not be counted as a success.
  call.record.lateErrorCode = outcome.error.code
  yield late.errorBody(outcome.error, { resource: call.request.path, requestId: call.exchange.id })
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
  try {
    return await chunks.next()
  } catch (error) {
    throw failureAsError(error)
  }
}

/** Where the client finds the object: at the address that it used itself. */
export function objectLocation({ exchange, request }: Call): string {
  const { style, bucket = '', key = '' } = request.address
  const scheme = exchange.client.secure ? 'https' : 'http'
  const path = style === 'virtual' ? uriEncodePath(key) : `${bucket}/${uriEncodePath(key)}`
  return `${scheme}://${request.host}/${path}`
}
