import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { S3Error } from '../s3/errors.ts'
import type { FormField } from '../s3/post-form.ts'

/** A browser form up to its file: what the decision is taken from, and the file as it arrives. */
export interface FormUpload {
  /** In the order of the form. What follows the file does not count. */
  readonly fields: readonly FormField[]
  /** Without a path; empty when the browser gave none. */
  readonly fileName: string
  /** The file's bytes; it ends only once the whole form has come and was well formed. Can be walked once. */
  readonly file: AsyncIterable<Buffer>
  /** Gives up the rest; for a form whose file is not read to its end. */
  close(): Promise<void>
}

const MAX_FIELDS = 100
const MAX_FIELD_BYTES = 20 * 1024
const MAX_FILE_NAME_BYTES = 1024
const MAX_PART_HEADER_BYTES = 4 * 1024
/** Everything before the file: the fields, and for each of them its boundary and header. */
const MAX_BYTES_BEFORE_FILE = 128 * 1024
/** What is handed to the parser at a time, and room enough for it that the parser never has to wait. */
const SLICE_BYTES = 32 * 1024
const PARSER_BUFFER_BYTES = 1024 * 1024

/** What the fields of one form hold in memory at most, parser included. */
export const FORM_FIELDS_BYTES = MAX_BYTES_BEFORE_FILE

/**
 * Reads a form up to its file. Bounds: 20 KiB of field names and values, 100 fields, a file name of 1 KiB, one file.
 * @param timeoutMs how long all that stands before the file may take
 * @throws S3Error RequestTimeout, MalformedPOSTRequest, MaxPostPreDataLengthExceededError, IncorrectNumberOfFilesInPostRequest, or
 * what the source throws. The file throws the same.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
 */
export async function openForm(
  source: AsyncIterable<Buffer>,
  boundary: string,
  timeoutMs: number,
): Promise<FormUpload> {
  const reader = new FormReader(source, boundary)
  const opening = reader.open()
  const late = new S3Error('RequestTimeout', { detail: 'the fields of a form took too long' })
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late), timeoutMs)
  })
  try {
    return await Promise.race([opening, timedOut])
  } catch (error) {
    // A source that is silent ends only with its connection; nobody waits for that.
    if (error === late) void opening.catch(() => undefined).then(() => reader.close())
    else await reader.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Feeds the parser slice by slice and takes out what it found, so that it never holds more than one slice. */
class FormReader {
  readonly #slices: AsyncGenerator<Buffer>
  readonly #parser: BusboyInstance
  readonly #fields: FormField[] = []
  readonly #finished: Promise<void>
  #fieldBytes = 0
  #bytesBeforeFile = 0
  #file: { readonly stream: BusboyFileStream; readonly name: string } | undefined
  #files = 0
  #failure: S3Error | undefined

  constructor(source: AsyncIterable<Buffer>, boundary: string) {
    this.#slices = sliced(source)
    this.#parser = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      fileHwm: PARSER_BUFFER_BYTES,
      limits: { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, headerPairs: 16, headerSize: MAX_PART_HEADER_BYTES },
    })
    this.#finished = new Promise((resolve) => {
      this.#parser.once('finish', resolve)
      this.#parser.on('error', (cause: unknown) => {
        this.#fail(malformed('The form is not well formed.', cause))
        resolve()
      })
    })
    this.#parser.on('field', (name, value, nameIsCut, valueIsCut) =>
      this.#takeField({ name, value }, nameIsCut || valueIsCut ? 'cut' : 'whole'),
    )
    this.#parser.on('file', (_name, stream, fileName) => this.#takeFile(stream, fileName))
    this.#parser.on('fieldsLimit', () => this.#beforeFile(() => tooLarge()))
  }

  async open(): Promise<FormUpload> {
    while (this.#file === undefined) {
      if (!(await this.#feed())) throw new S3Error('IncorrectNumberOfFilesInPostRequest')
      if (this.#bytesBeforeFile > MAX_BYTES_BEFORE_FILE) throw tooLarge()
    }
    const { name, stream } = this.#file
    return { fields: this.#fields, fileName: name, file: this.#contentOf(stream), close: () => this.close() }
  }

  async close(): Promise<void> {
    await this.#slices.return(undefined)
  }

  async *#contentOf(stream: BusboyFileStream): AsyncGenerator<Buffer> {
    try {
      do {
        for (let bytes = readBytes(stream); bytes !== undefined; bytes = readBytes(stream)) yield bytes
      } while (await this.#feed())
    } finally {
      await this.close()
    }
  }

  /** Gives the parser the next slice; false once the form has ended, and ended well. */
  async #feed(): Promise<boolean> {
    const next = await this.#slices.next()
    if (next.done === true) {
      this.#parser.end()
      await this.#finished
    } else {
      if (this.#file === undefined) this.#bytesBeforeFile += next.value.length
      await new Promise<void>((resolve) => this.#parser.write(next.value, () => resolve()))
    }
    if (this.#failure !== undefined) throw this.#failure
    return next.done !== true
  }

  #takeField({ name, value }: FormField, length: 'cut' | 'whole'): void {
    this.#beforeFile(() => {
      if (typeof name !== 'string' || name === '') return malformed('A field of the form has no name.')
      this.#fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value)
      this.#fields.push({ name, value })
      return length === 'cut' || this.#fieldBytes > MAX_FIELD_BYTES ? tooLarge() : undefined
    })
  }

  #takeFile(stream: BusboyFileStream, fileName: string | undefined = ''): void {
    stream.on('error', (cause) => this.#fail(malformed('The form ends within its file.', cause)))
    this.#files += 1
    if (this.#files > 1) {
      stream.resume()
      this.#fail(new S3Error('IncorrectNumberOfFilesInPostRequest'))
      return
    }
    if (Buffer.byteLength(fileName) > MAX_FILE_NAME_BYTES) this.#fail(malformed('The file name is too long.'))
    this.#file = { stream, name: fileName }
  }

  /** What comes after the file is not looked at. */
  #beforeFile(take: () => S3Error | undefined): void {
    if (this.#file !== undefined) return
    const failure = take()
    if (failure !== undefined) this.#fail(failure)
  }

  #fail(failure: S3Error): void {
    this.#failure ??= failure
  }
}

function readBytes(stream: BusboyFileStream): Buffer | undefined {
  const bytes: unknown = stream.read()
  return Buffer.isBuffer(bytes) ? bytes : undefined
}

async function* sliced(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) yield chunk.subarray(from, from + SLICE_BYTES)
  }
}

function malformed(message: string, cause?: unknown): S3Error {
  return new S3Error('MalformedPOSTRequest', cause === undefined ? { message } : { message, cause })
}

function tooLarge(): S3Error {
  return new S3Error('MaxPostPreDataLengthExceededError')
}
