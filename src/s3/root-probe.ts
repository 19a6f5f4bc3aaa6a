/** How much of an answer is kept until its root element and error code are known. */
const MAX_HEAD_CHARACTERS = 4096

/** Blanks and a declaration, in any number: long operations are kept alive with blanks before and after it. */
const PROLOG = /^(?:\u00ef\u00bb\u00bf)?[ \t\r\n]*(?:<\?xml[^>]*\?>)?[ \t\r\n]*/

/**
 * Looks at an XML answer as it streams by and tells what its root element is: a 200 whose root is `<Error>` is a
 * failure. Keeps at most 4 KiB beside one chunk.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export class RootProbe {
  #head = ''
  #settled = false
  #rootName: string | undefined
  #errorCode: string | undefined

  /** Name of the root element; undefined while it is not known, and when the answer is no XML. */
  get rootName(): string | undefined {
    return this.#rootName
  }

  get isError(): boolean {
    return this.#rootName === 'Error'
  }

  /** Content of `<Code>` of an `<Error>`, as the backend wrote it. */
  get errorCode(): string | undefined {
    return this.#errorCode
  }

  push(chunk: Uint8Array): void {
    if (this.#settled) return
    this.#head = (
      this.#head + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
    ).replace(PROLOG, '')
    this.#rootName ??= /^<([A-Za-z_][\w.-]*)[\s/>]/.exec(this.#head)?.[1]
    if (this.isError) this.#errorCode = /<Code>([^<]*)<\/Code>/.exec(this.#head)?.[1]
    const waiting = this.#rootName === undefined || (this.isError && this.#errorCode === undefined)
    if (waiting && this.#head.length <= MAX_HEAD_CHARACTERS) return
    this.#settled = true
    this.#head = ''
  }
}
