import { randomBytes } from 'node:crypto'
import { errorDocument } from '../s3/error-document.ts'
import { S3Error, type S3ErrorCode } from '../s3/errors.ts'
import { rawAnswer } from './respond.ts'

const CODES: ReadonlyMap<string, S3ErrorCode> = new Map<string, S3ErrorCode>([
  ['HPE_HEADER_OVERFLOW', 'RequestHeaderSectionTooLarge'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'RequestTimeout'],
])

/** The S3 error for what the HTTP parser refused, as the bytes of a whole answer. `parserCode` is Node's error code. */
export function syntaxAnswer(parserCode: string): Buffer {
  const error = new S3Error(CODES.get(parserCode) ?? 'BadRequest')
  const requestId = randomBytes(8).toString('hex').toUpperCase()
  const body = errorDocument(error, { resource: '/', requestId })
  const headers = [
    'content-type',
    'application/xml',
    'x-amz-request-id',
    requestId,
    'content-length',
    String(body.length),
  ]
  return rawAnswer(error.status, headers, body)
}
