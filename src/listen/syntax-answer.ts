import { randomBytes } from 'node:crypto'
import { errorDocument } from '../s3/error-document.ts'
import { S3Error } from '../s3/errors.ts'
import { rawAnswer } from './respond.ts'

/** Stands beside Node's codes for an `Expect` other than `100-continue`. */
export const UNKNOWN_EXPECTATION = 'UNKNOWN_EXPECTATION'

const CODES: ReadonlyMap<string, S3Error> = new Map([
  ['HPE_HEADER_OVERFLOW', new S3Error('RequestHeaderSectionTooLarge')],
  ['ERR_HTTP_REQUEST_TIMEOUT', new S3Error('RequestTimeout')],
  [UNKNOWN_EXPECTATION, new S3Error('BadRequest', { status: 417, message: 'Only 100-continue can be expected.' })],
])

const NOT_HTTP = new S3Error('BadRequest')

/** An answer to what never became a request. */
export interface SyntaxAnswer {
  readonly requestId: string
  readonly status: number
  /** The whole answer, head and body. */
  readonly bytes: Buffer
}

/** The S3 error for what the HTTP parser refused. `parserCode` is Node's error code. */
export function syntaxAnswer(parserCode: string): SyntaxAnswer {
  const error = CODES.get(parserCode) ?? NOT_HTTP
  const requestId = randomBytes(8).toString('hex').toUpperCase()
  const body = errorDocument(error, { resource: '/', requestId })
  const headers = [
    'content-type',
    'application/xml',
    'x-amz-request-id',
    requestId,
    'x-content-type-options',
    'nosniff',
    'content-length',
    String(body.length),
  ]
  return { requestId, status: error.status, bytes: rawAnswer(error.status, headers, body) }
}
