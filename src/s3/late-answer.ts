import { childText } from './bodies/fields.ts'
import { type ErrorContext, errorDocument, errorElement } from './error-document.ts'
import { S3Error } from './errors.ts'
import { passedS3Error } from './passed-error.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, readXml, XML_DECLARATION, type XmlElement } from './xml-reader.ts'

/** How an answer that began with 200 ended. */
export type LateOutcome =
  /** The document, and its bytes as far as they were not passed on yet. */
  | { readonly kind: 'result'; readonly root: XmlElement; readonly rest: Buffer }
  | { readonly kind: 'error'; readonly error: S3Error }

/** A Ceph that copies from another zone group tells its progress after each MiB, in 33 bytes; the largest copy is of 5 GiB. */
const LIMITS = { ...BACKEND_XML_LIMITS, maxBytes: 256 * 1024 }
/** A declaration that says something else than XML's few words is no part of it: it stays with the document, which is then none. */
const PROLOG = new RegExp(`^[ \\t\\r\\n]*(${XML_DECLARATION})?[ \\t\\r\\n]*`)
const BLANKS = /^[ \t\r\n]*/

/**
 * An answer whose success only its body tells: CompleteMultipartUpload, CopyObject and UploadPartCopy may answer 200 at
 * once, send blanks while they work, and end in `<Error>`. Blanks and declaration can be passed on as they come, the
 * document is held (at most 256 KiB) until its end, and never shown when it is an error: it could name the backend.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export class LateAnswer {
  readonly #held: Buffer[] = []
  #heldBytes = 0
  #declared = false
  #started = false
  #inProlog = true

  /** Whether bytes were given out: while not, an error can still be answered with its own status. */
  get started(): boolean {
    return this.#started
  }

  /** What must be passed on now to keep the client waiting: blanks and the declaration. Undefined when nothing must. */
  push(chunk: Buffer): Buffer | undefined {
    if (this.#heldBytes <= LIMITS.maxBytes) {
      this.#held.push(chunk)
      this.#heldBytes += chunk.length
    }
    if (!this.#inProlog || this.#heldBytes === 0) return undefined
    const text = Buffer.concat(this.#held).toString('latin1')
    const [prolog = '', declaration] = (this.#declared ? BLANKS : PROLOG).exec(text) ?? []
    if (prolog.length < text.length) {
      // The document has begun, unless this is a piece of a declaration.
      const begun = text.slice(prolog.length)
      this.#inProlog = declaration === undefined && !begun.includes('>') && '<?xml'.startsWith(begun.slice(0, 5))
      return undefined
    }
    if (declaration !== undefined) this.#declared = true
    this.#started = true
    return this.#release()
  }

  /** What the answer came to, once it has ended. */
  finish(): LateOutcome {
    const whole = this.#heldBytes <= LIMITS.maxBytes
    const rest = this.#release()
    const root = whole ? this.#read(trimmed(rest)) : { problem: 'too-large' as const }
    if (isXmlProblem(root)) {
      return { kind: 'error', error: new S3Error('InternalError', { detail: `backend: answer is ${root.problem}` }) }
    }
    if (root.name !== 'Error') return { kind: 'result', root, rest }
    return { kind: 'error', error: passedS3Error(childText(root, 'Code') ?? '') }
  }

  /** The error as the rest of an answer that has started. */
  errorBody(error: S3Error, context: ErrorContext): Buffer {
    return this.#declared ? Buffer.from(errorElement(error, context).xml) : errorDocument(error, context)
  }

  #read(document: Buffer): ReturnType<typeof readXml> {
    // By itself the rest would be a document; after the declaration that has left it is none: a second one, or a mark of
    // the byte order.
    if (this.#declared && /^(?:<\?xml|\u00ef\u00bb\u00bf)/.test(document.toString('latin1', 0, 5))) {
      return { problem: 'bad-declaration' }
    }
    return readXml(withoutLocation(document), LIMITS)
  }

  #release(): Buffer {
    const bytes = Buffer.concat(this.#held)
    this.#held.length = 0
    this.#heldBytes = 0
    return bytes
  }
}

// Blanks may stand before the declaration here, which XML itself does not allow.
function trimmed(bytes: Buffer): Buffer {
  return bytes.subarray(/^[ \t\r\n]*/.exec(bytes.toString('latin1'))?.[0].length)
}

/**
 * What is between the tags of the first `<Location>` is left out, to the byte where `AnswerRewriter` writes our own: a
 * Ceph 16 fills one of more than 1,024 bytes from memory that is no part of the answer, in no characters of any kind.
 */
function withoutLocation(document: Buffer): Buffer {
  const text = document.toString('latin1')
  const content = text.indexOf('<Location>') + '<Location>'.length
  if (content < '<Location>'.length) return document
  const length = text.slice(content).search(/<\/Location[\t-\r />]/)
  return length < 0 ? document : Buffer.concat([document.subarray(0, content), document.subarray(content + length)])
}
