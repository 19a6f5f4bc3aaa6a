import type { S3Error } from './errors.ts'
import { element, optionalElement, plainXmlDocument, type XmlFragment } from './xml.ts'

/** What an error document says beside the error itself. */
export interface ErrorContext {
  /** Path of the request, as decoded or as sent; escaped here. */
  readonly resource: string
  readonly requestId: string
  readonly hostId?: string
}

/** What of an error its document tells. */
type ErrorFields = Pick<S3Error, 'code' | 'message' | 'extras'>

/**
 * The XML body of an error answer. `detail` and `cause` of the error stay inside.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function errorDocument(error: ErrorFields, context: ErrorContext): Buffer {
  return Buffer.from(plainXmlDocument(errorElement(error, context)))
}

/** The `<Error>` element alone, for an answer whose declaration has left already. */
export function errorElement(error: ErrorFields, context: ErrorContext): XmlFragment {
  return element(
    'Error',
    element('Code', error.code),
    element('Message', error.message),
    error.extras.map(([name, text]) => element(name, text)),
    element('Resource', context.resource),
    element('RequestId', context.requestId),
    optionalElement('HostId', context.hostId),
  )
}
