import { setTimeout as delay } from 'node:timers/promises'
import { errorElement } from '../src/s3/error-document.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3OperationName } from '../src/s3/operation.ts'
import { plainXmlDocument } from '../src/s3/xml.ts'
import { type Answer, xmlAnswer } from './answer.ts'
import type { Quirks } from './quirks.ts'
import { type Exchange, errorContext, isReceived, respond, writeStreamingHead } from './respond.ts'

/** The operations that a backend may answer before it knows whether they succeed. */
const LATE: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'CompleteMultipartUpload',
  'CopyObject',
  'UploadPartCopy',
])

const BLANK_MS = 20
/** However fast the work is. */
const MIN_BLANKS = 2

/** Whether a store with these quirks answers the operation by {@link respondLate}. */
export function isLate(quirks: Quirks, operation: S3OperationName): boolean {
  return LATE.has(operation) && (quirks.has('late-errors') || quirks.has('keep-alive-blanks'))
}

/** Answers 200 whatever becomes of the work: only the document tells. */
export async function respondLate(exchange: Exchange, quirks: Quirks, work: Promise<Answer>): Promise<void> {
  if (quirks.has('keep-alive-blanks')) await respondWithBlanks(exchange, work)
  else await respond(exchange, await lateAnswer(exchange, work))
}

async function respondWithBlanks(exchange: Exchange, work: Promise<Answer>): Promise<void> {
  const { incoming, response } = exchange
  const answered = lateAnswer(exchange, work)
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  void answered.then(over, over)
  let blanks = 0
  while (!isOver || blanks < MIN_BLANKS) {
    await delay(BLANK_MS)
    // Before the whole request is there, an answer would be taken for a refusal of it.
    if (!isReceived(incoming)) {
      if (isOver) break
      continue
    }
    if (blanks === 0) {
      writeStreamingHead(exchange)
      response.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    }
    response.write(' ')
    blanks += 1
  }
  const answer = await answered
  if (!response.headersSent) await respond(exchange, answer)
  else if (Buffer.isBuffer(answer.body)) response.end(answer.body.toString().replace(/^<\?xml[^>]*\?>\s*/, ''))
}

/** What the work answers, or its refusal as a document of a success. */
async function lateAnswer(exchange: Exchange, work: Promise<Answer>): Promise<Answer> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof S3Error) || !isReceived(exchange.incoming)) throw error
    return xmlAnswer(plainXmlDocument(errorElement(error, errorContext(exchange))))
  }
}
