import { S3_NAMESPACE, XSI_NAMESPACE } from './xml.ts'

/**
 * One element of a document. An element holds either text or other elements, never both: blanks between elements are
 * dropped, a leaf's text is kept to the character (line ends become LF, as XML 1.0 §2.11 has every reader see them).
 */
export interface XmlElement {
  readonly name: string
  /** Value of `xsi:type`, which tells an ACL's grantees apart. */
  readonly xsiType: string | undefined
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** Why a document was refused. */
export type XmlProblemName =
  | 'too-large'
  | 'not-utf8'
  | 'illegal-character'
  | 'bad-declaration'
  | 'doctype'
  | 'processing-instruction'
  | 'comment'
  | 'cdata'
  | 'bad-tag'
  | 'bad-attribute'
  | 'bad-namespace'
  | 'bad-reference'
  | 'mismatched-tag'
  | 'mixed-content'
  | 'text-outside-root'
  | 'too-deep'
  | 'too-many-elements'
  | 'unclosed'
  | 'no-root'

/** A refused document. Where in it stays unsaid: the name is for logs and tests. */
export interface XmlProblem {
  readonly problem: XmlProblemName
}

/** Bounds of a document. */
export interface XmlLimits {
  readonly maxBytes: number
  /** The root stands at depth 1. */
  readonly maxDepth: number
  readonly maxElements: number
  /**
   * What text may hold, as it is or by reference: the characters of XML 1.0, or those of keys, which are all but NUL.
   * AWS and Ceph write a key's control characters as references that XML has not.
   */
  readonly characters: 'of XML' | 'of keys'
}

/**
 * Bounds of a body that a client sends: enough elements for a CompleteMultipartUpload of 10,000 parts with all their
 * checksums. Its size is bounded before, where it is read; this is the most that can be configured there.
 */
export const REQUEST_XML_LIMITS: XmlLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 8,
  maxElements: 100_000,
  characters: 'of XML',
}

/** Bounds of an answer from the backend, such as the list of all buckets. */
export const BACKEND_XML_LIMITS: XmlLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 16,
  maxElements: 400_000,
  characters: 'of keys',
}

/** Whether reading gave a problem in place of the root element. */
export function isXmlProblem(result: XmlElement | XmlProblem): result is XmlProblem {
  return 'problem' in result
}

/**
 * Reads the small subset of XML 1.0 that S3 documents are made of, in linear time, and refuses all else: UTF-8 only, no
 * DOCTYPE, comment, CDATA or processing instruction, the five predefined entities and numeric references only, no
 * attribute but `xmlns` (S3's or none), `xmlns:xsi` and `xsi:type`, no prefixed element. Every conforming reader
 * behind us understands what is accepted of a client in the same way.
 * @see https://www.w3.org/TR/xml/
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits = REQUEST_XML_LIMITS): XmlElement | XmlProblem {
  if (bytes.byteLength > limits.maxBytes) return { problem: 'too-large' }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { problem: 'not-utf8' }
  }
  if (ILLEGAL[limits.characters].test(text)) return { problem: 'illegal-character' }
  try {
    return new Reader(text, limits).read()
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.problem }
    throw error
  }
}

// Lone surrogates cannot come out of UTF-8.
const ILLEGAL: Readonly<Record<XmlLimits['characters'], RegExp>> = {
  'of XML': /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/,
  'of keys': /\u0000/,
}
const BLANK = /^[ \t\r\n]*$/
const BLANKS = '[ \\t\\r\\n]'
const EQUALS = `${BLANKS}*=${BLANKS}*`
const VERSION = `${BLANKS}+version${EQUALS}(?:"1\\.0"|'1\\.0')`
const ENCODING = `${BLANKS}+encoding${EQUALS}(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8')`
const STANDALONE = `${BLANKS}+standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)')`

/** The XML declaration as the text of a regular expression: version 1.0, UTF-8 (production 23). */
export const XML_DECLARATION = `<\\?xml${VERSION}(?:${ENCODING})?(?:${STANDALONE})?${BLANKS}*\\?>`
const DECLARATION = new RegExp(`^${XML_DECLARATION}`)

// Empty, with and without the last slash, and the spelling of S3's oldest clients.
const NAMESPACES: ReadonlySet<string> = new Set([
  '',
  S3_NAMESPACE,
  S3_NAMESPACE.slice(0, -1),
  'http://doc.s3.amazonaws.com/2006-03-01',
  'http://doc.s3.amazonaws.com/2006-03-01/',
])

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

class Refusal extends Error {
  readonly problem: XmlProblemName
  constructor(problem: XmlProblemName) {
    super(problem)
    this.problem = problem
  }
}

interface OpenElement {
  readonly name: string
  readonly xsiType: string | undefined
  readonly xsiBound: boolean
  readonly children: XmlElement[]
  text: string
}

class Reader {
  readonly #source: string
  readonly #limits: XmlLimits
  readonly #open: OpenElement[] = []
  #at = 0
  #elements = 0
  #root: XmlElement | undefined

  constructor(source: string, limits: XmlLimits) {
    this.#source = source
    this.#limits = limits
  }

  read(): XmlElement {
    this.#declaration()
    while (this.#at < this.#source.length) {
      const tag = this.#source.indexOf('<', this.#at)
      const end = tag < 0 ? this.#source.length : tag
      this.#text(this.#source.slice(this.#at, end))
      this.#at = end
      if (tag >= 0) this.#tag()
    }
    if (this.#open.length > 0) throw new Refusal('unclosed')
    if (this.#root === undefined) throw new Refusal('no-root')
    return this.#root
  }

  #declaration(): void {
    if (!/^<\?xml[ \t\r\n?]/.test(this.#source)) return
    const found = DECLARATION.exec(this.#source)
    if (found === null) throw new Refusal('bad-declaration')
    this.#at = found[0].length
  }

  #text(raw: string): void {
    if (raw === '') return
    const parent = this.#open.at(-1)
    if (parent === undefined) {
      if (!BLANK.test(raw)) throw new Refusal('text-outside-root')
      return
    }
    const text = characterData(raw, ILLEGAL[this.#limits.characters])
    if (parent.children.length === 0) parent.text += text
    else if (!BLANK.test(text)) throw new Refusal('mixed-content')
  }

  #tag(): void {
    const next = this.#source.charAt(this.#at + 1)
    if (next === '/') this.#closingTag()
    else if (next === '!') throw new Refusal(this.#markupName())
    else if (next === '?') throw new Refusal('processing-instruction')
    else this.#openingTag()
  }

  #markupName(): XmlProblemName {
    if (this.#source.startsWith('<!--', this.#at)) return 'comment'
    if (this.#source.startsWith('<![CDATA[', this.#at)) return 'cdata'
    return 'doctype'
  }

  #openingTag(): void {
    this.#at += 1
    const name = this.#match(/[A-Za-z_][A-Za-z0-9_.-]*/y)
    if (name === '') throw new Refusal('bad-tag')
    const opened = this.#enter(name, this.#attributes())
    if (this.#take('/>')) this.#leave(opened)
    else if (this.#take('>')) this.#open.push(opened)
    else throw new Refusal('bad-tag')
  }

  #closingTag(): void {
    this.#at += 2
    const name = this.#match(/[A-Za-z_][A-Za-z0-9_.-]*/y)
    this.#match(/[ \t\r\n]*/y)
    if (!this.#take('>')) throw new Refusal('bad-tag')
    const closed = this.#open.pop()
    if (closed?.name !== name) throw new Refusal('mismatched-tag')
    this.#leave(closed)
  }

  #attributes(): ReadonlyMap<string, string> {
    const found = new Map<string, string>()
    while (this.#match(/[ \t\r\n]*/y) !== '') {
      const name = this.#match(/[A-Za-z_][A-Za-z0-9_.:-]*/y)
      if (name === '') break
      if (this.#match(/[ \t\r\n]*=[ \t\r\n]*/y) === '') throw new Refusal('bad-attribute')
      // Readers turn line ends and tabs in a value into blanks (XML 1.0 §3.3.3), or forget to: there are none here.
      const quoted = this.#match(/"[^"<&\t\r\n]*"|'[^'<&\t\r\n]*'/y)
      if (quoted === '' || found.has(name)) throw new Refusal('bad-attribute')
      found.set(name, quoted.slice(1, -1))
    }
    return found
  }

  #enter(name: string, attributes: ReadonlyMap<string, string>): OpenElement {
    const parent = this.#open.at(-1)
    if (parent === undefined && this.#root !== undefined) throw new Refusal('text-outside-root')
    if (this.#open.length >= this.#limits.maxDepth) throw new Refusal('too-deep')
    if (++this.#elements > this.#limits.maxElements) throw new Refusal('too-many-elements')
    if (parent !== undefined) {
      if (!BLANK.test(parent.text)) throw new Refusal('mixed-content')
      parent.text = ''
    }
    const xsiBound = checkAttributes(attributes) || parent?.xsiBound === true
    const xsiType = attributes.get('xsi:type')
    if (xsiType !== undefined && !xsiBound) throw new Refusal('bad-namespace')
    return { name, xsiType, xsiBound, children: [], text: '' }
  }

  #leave({ name, xsiType, children, text }: OpenElement): void {
    const parent = this.#open.at(-1)
    if (parent === undefined) this.#root = { name, xsiType, children, text }
    else parent.children.push({ name, xsiType, children, text })
  }

  #match(sticky: RegExp): string {
    sticky.lastIndex = this.#at
    const found = sticky.exec(this.#source)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #take(token: string): boolean {
    if (!this.#source.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }
}

/** Whether the attributes bind the prefix `xsi`. Refuses every attribute and namespace that S3 does not use. */
function checkAttributes(attributes: ReadonlyMap<string, string>): boolean {
  for (const [name, value] of attributes) {
    if (name === 'xmlns') {
      if (!NAMESPACES.has(value)) throw new Refusal('bad-namespace')
    } else if (name === 'xmlns:xsi') {
      if (value !== XSI_NAMESPACE) throw new Refusal('bad-namespace')
    } else if (name !== 'xsi:type') throw new Refusal('bad-attribute')
  }
  return attributes.has('xmlns:xsi')
}

function characterData(raw: string, illegal: RegExp): string {
  if (raw.includes(']]>')) throw new Refusal('bad-tag')
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw
  let mark = text.indexOf('&')
  if (mark < 0) return text
  let decoded = ''
  let from = 0
  while (mark >= 0) {
    const end = text.indexOf(';', mark)
    if (end < 0) throw new Refusal('bad-reference')
    decoded += text.slice(from, mark) + reference(text.slice(mark + 1, end), illegal)
    from = end + 1
    mark = text.indexOf('&', from)
  }
  return decoded + text.slice(from)
}

function reference(name: string, illegal: RegExp): string {
  const entity = ENTITIES.get(name)
  if (entity !== undefined) return entity
  const digits = /^#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}))$/.exec(name)
  if (digits === null) throw new Refusal('bad-reference')
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16)
  if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) throw new Refusal('bad-reference')
  const character = String.fromCodePoint(code)
  if (illegal.test(character)) throw new Refusal('bad-reference')
  return character
}
