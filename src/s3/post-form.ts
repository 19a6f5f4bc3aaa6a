import type { HeaderPair } from '../http/headers.ts'
import { isBackDoor } from './amz-headers.ts'
import { MAX_OBJECT_TAGS, parseTagging, writeTaggingHeader } from './bodies/tagging.ts'
import { acceptedBody } from './bodies/read-body.ts'
import { S3Error } from './errors.ts'

/** One field of a browser form, decoded. */
export interface FormField {
  readonly name: string
  readonly value: string
}

/** The fields of a form by lower-case name. */
export type FormFields = ReadonlyMap<string, string>

const MAX_KEY_BYTES = 1024
const FILE_NAME_VARIABLE = '${filename}'

/** Headers of an upload that a form sets by fields of the same name. */
const HEADER_FIELDS: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
  'if-match',
  'if-none-match',
])

/** Fields with another name than the header that they stand for. */
const RENAMED_FIELDS: ReadonlyMap<string, string> = new Map([
  ['acl', 'x-amz-acl'],
  ['tagging', 'x-amz-tagging'],
])

/** Fields of the signature, which are no headers of the upload. */
const SIGNATURE_FIELDS: ReadonlySet<string> = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-signature',
])

/** Headers of other uploads that a form cannot have: tags come as `tagging`, rights as `acl`, and a file is no copy. */
const NO_FORM_FIELD = /^x-amz-(?:tagging$|grant-|copy-source|bypass-governance-retention$)/

/**
 * Sorts the fields that came before the file.
 * @throws S3Error InvalidArgument when a field is repeated, in whatever case: one reader would take the first, another
 *   the last; MalformedPOSTRequest for a value that is no text.
 */
export function collectFields(fields: readonly FormField[]): FormFields {
  const found = new Map<string, string>()
  for (const { name, value } of fields) {
    const lower = name.toLowerCase()
    // U+FFFD is what bytes that are no UTF-8 were read as.
    if (!value.isWellFormed() || value.includes('\uFFFD')) {
      throw new S3Error('MalformedPOSTRequest', { message: 'A field of the form is not UTF-8 text.' })
    }
    if (found.has(lower)) throw badField(lower, 'A field of the form is repeated.')
    found.set(lower, value)
  }
  return found
}

/**
 * The form's key with `${filename}` replaced by the file's own name, once.
 * @throws S3Error InvalidArgument for a key that is missing, empty or holds NUL, KeyTooLongError above 1024 bytes.
 */
export function finalKey(fields: FormFields, fileName: string): string {
  const template = fields.get('key')
  if (template === undefined) throw badField('key', 'The form must have a field "key" before the file.')
  // By a function: in a replacement text, "$&" and the like would mean something.
  const key = template.replaceAll(FILE_NAME_VARIABLE, () => fileName)
  if (key === '' || key.includes('\0')) throw badField('key', 'The key of the form must not be empty.')
  const bytes = Buffer.byteLength(key)
  if (bytes > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', {
      extras: [
        ['Size', String(bytes)],
        ['MaxSizeAllowed', String(MAX_KEY_BYTES)],
      ],
    })
  }
  return key
}

/**
 * The fields as the headers of the upload that they stand for, as latin1 text; other fields are left out.
 * @throws S3Error InvalidArgument for fields that a form cannot have or that no header can hold, or what the tags deserve.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function formHeaders(fields: FormFields): readonly HeaderPair[] {
  const headers: HeaderPair[] = []
  for (const [name, value] of fields) {
    if (NO_FORM_FIELD.test(name)) throw badField(name, 'A form cannot have this field.')
    if (SIGNATURE_FIELDS.has(name)) continue
    const header = RENAMED_FIELDS.get(name) ?? name
    if (header !== name && fields.has(header)) throw badField(name, 'A field of the form is given under two names.')
    const isAmz = header.startsWith('x-amz-') || isBackDoor(header)
    if (isAmz || HEADER_FIELDS.has(header)) headers.push([header, headerText(name, value)])
  }
  return headers
}

function headerText(name: string, value: string): string {
  if (name === 'tagging') return writeTaggingHeader(acceptedBody(parseTagging(Buffer.from(value), MAX_OBJECT_TAGS)))
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) throw badField(name, 'A field of the form holds control characters.')
  return Buffer.from(value).toString('latin1')
}

/** The status of a success, by `success_action_status`; what is not one of the three counts as not given. */
export function successStatus(fields: FormFields): 200 | 201 | 204 {
  const text = fields.get('success_action_status')
  return text === '200' ? 200 : text === '201' ? 201 : 204
}

/**
 * Where the browser is sent after a success, by `success_action_redirect` (or `redirect`, its old name), with bucket, key
 * and ETag in the query. Undefined when it is not given or no URL of http or https: S3 then acts as if it were not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
 */
export function successRedirect(
  fields: FormFields,
  stored: { readonly bucket: string; readonly key: string; readonly etag: string },
): string | undefined {
  const text = fields.get('success_action_redirect') ?? fields.get('redirect') ?? ''
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined
  const query = Object.entries(stored).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  url.search = [...(url.search === '' ? [] : [url.search.slice(1)]), ...query].join('&')
  return url.href
}

/** A 400 that names the field at fault. */
function badField(name: string, message: string): S3Error {
  return new S3Error('InvalidArgument', { message, extras: [['ArgumentName', name]] })
}
