import { S3Error } from './errors.ts'
import { element, escapeXml, optionalElement } from './xml.ts'

/** What stands in a backend's answer in place of its own identity and address. */
export interface AnswerIdentity {
  readonly ownerId: string
  /** Left out of the answer when undefined. */
  readonly ownerDisplayName: string | undefined
  /** Replaces `<Location>` of CompleteMultipartUpload; the element is left alone when undefined. */
  readonly location?: string
}

const LESS_THAN = 0x3c
const GREATER_THAN = 0x3e
const EXCLAMATION = 0x21
const QUESTION = 0x3f
const SLASH = 0x2f
const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27

/** Longest piece that is held back: one element with its content, one comment or one CDATA section. */
const MAX_HELD_BYTES = 8 * 1024

type ReplacedName = 'Owner' | 'Initiator' | 'Grantee' | 'Location'

/** The elements that are looked at, by the first letter of their name. */
const REPLACED: ReadonlyMap<number, ReplacedName> = new Map<number, ReplacedName>([
  [0x4f, 'Owner'],
  [0x49, 'Initiator'],
  [0x47, 'Grantee'],
  [0x4c, 'Location'],
])

const NESTED = /<(?:Owner|Initiator|Grantee|Location)/

/** Where a piece ends, and what takes its place; without text it passes as it is. */
type Piece = 'incomplete' | { readonly end: number; readonly text?: string }

/**
 * Replaces, in an XML answer that streams by, the content of every `<Owner>` and `<Initiator>`, the same identity where
 * an ACL's `<Grantee>` repeats it, and `<Location>`. All other bytes pass untouched, whatever the chunks' boundaries. The
 * answer's length may change. Memory stays below 8 KiB beside the chunk at hand; an element that would need more, or
 * that never ends, throws InternalError.
 */
export class AnswerRewriter {
  readonly #identity: AnswerIdentity
  #held: Buffer = Buffer.alloc(0)
  #backendOwnerId: string | undefined

  constructor(identity: AnswerIdentity) {
    this.#identity = identity
  }

  /** What can be sent on after this chunk of the answer, in order. */
  push(chunk: Buffer): readonly Buffer[] {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const out: Buffer[] = []
    let passed = 0
    let at = data.indexOf(LESS_THAN)
    while (at >= 0) {
      const piece = this.#pieceAt(data, at)
      if (piece === 'incomplete') break
      if (piece.text !== undefined) {
        if (at > passed) out.push(data.subarray(passed, at))
        out.push(Buffer.from(piece.text))
        passed = piece.end
      }
      at = data.indexOf(LESS_THAN, piece.end)
    }
    const end = at < 0 ? data.length : at
    if (end > passed) out.push(data.subarray(passed, end))
    // A copy, so that a few held bytes do not keep a whole chunk alive.
    this.#held = Buffer.from(data.subarray(end))
    if (this.#held.length > MAX_HELD_BYTES) throw garbled('an element of the answer is too long')
    return out
  }

  /** What is left at the end of the answer. Throws InternalError when it ends within something that was to be replaced. */
  finish(): readonly Buffer[] {
    if (this.#held.length > 1) throw garbled('the answer ends within an element')
    return this.#held.length === 0 ? [] : [this.#held]
  }

  #pieceAt(data: Buffer, at: number): Piece {
    const next = data[at + 1]
    if (next === undefined) return 'incomplete'
    if (next === EXCLAMATION || next === QUESTION) return specialAt(data, at)
    const name = REPLACED.get(next)
    if (name === undefined) return { end: at + 2 }
    const known = data.toString('latin1', at + 1, at + 1 + name.length)
    if (known === name) return this.#elementAt(data, at, name)
    return name.startsWith(known) ? 'incomplete' : { end: at + 2 }
  }

  #elementAt(data: Buffer, at: number, name: ReplacedName): Piece {
    const after = data[at + 1 + name.length]
    if (after === undefined) return 'incomplete'
    if (!isNameEnd(after)) return { end: at + 2 }
    const tagEnd = tagEndAt(data, at)
    if (tagEnd < 0) return 'incomplete'
    if (data[tagEnd - 1] === SLASH) return { end: tagEnd + 1 }
    const closing = closingTagAt(data, name, tagEnd)
    const end = closing < 0 ? -1 : data.indexOf(GREATER_THAN, closing)
    if (end < 0) return 'incomplete'
    const content = data.toString('utf8', tagEnd + 1, closing)
    // Which end then belongs to which beginning, and what is whose, is not for a look at single tags to say.
    if (NESTED.test(content)) throw garbled('an identity holds another')
    const text = this.#content(name, content)
    if (text === undefined) return { end: end + 1 }
    return { end: end + 1, text: `${data.toString('utf8', at, tagEnd + 1)}${text}</${name}>` }
  }

  #content(name: ReplacedName, content: string): string | undefined {
    if (name !== 'Location') return this.#identityFor(name, content)
    return this.#identity.location === undefined ? undefined : escapeXml(this.#identity.location)
  }

  #identityFor(name: 'Owner' | 'Initiator' | 'Grantee', content: string): string | undefined {
    // In a replication rule `<Owner>` is no identity: it says whose the copies are to be.
    if (name === 'Owner' && content === 'Destination') return undefined
    const id = /<ID>([^<]*)<\/ID>/.exec(content)?.[1]
    if (name === 'Grantee' && (id === undefined || id !== this.#backendOwnerId)) return undefined
    if (name === 'Owner') this.#backendOwnerId ??= id
    const { ownerId, ownerDisplayName } = this.#identity
    return element('ID', ownerId).xml + (optionalElement('DisplayName', ownerDisplayName)?.xml ?? '')
  }
}

/** A comment, CDATA section, declaration or processing instruction: markup within it is none. */
function specialAt(data: Buffer, at: number): Piece {
  const start = data.toString('latin1', at, at + 9)
  for (const [opening, closing] of [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ] as const) {
    if (start.startsWith(opening)) {
      const end = data.indexOf(closing, at + opening.length)
      return end < 0 ? 'incomplete' : { end: end + closing.length }
    }
    if (opening.startsWith(start)) return 'incomplete'
  }
  return { end: at + 2 }
}

/** Where the tag that begins there ends; in an attribute's value `>` is text. -1 if it does not end (yet). */
function tagEndAt(data: Buffer, from: number): number {
  let quote: number | undefined
  for (let at = from; at < data.length; at++) {
    const byte = data[at]
    if (quote !== undefined) quote = byte === quote ? undefined : quote
    else if (byte === GREATER_THAN) return at
    else if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) quote = byte
  }
  return -1
}

/** Where `</name` stands as a whole name from there on; -1 if it does not (yet). */
function closingTagAt(data: Buffer, name: ReplacedName, from: number): number {
  let at = data.indexOf(`</${name}`, from)
  for (; at >= 0; at = data.indexOf(`</${name}`, at + 1)) {
    const after = data[at + 2 + name.length]
    if (after === undefined || isNameEnd(after)) return at
  }
  return at
}

function isNameEnd(byte: number): boolean {
  return byte === GREATER_THAN || byte === SLASH || byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

function garbled(detail: string): S3Error {
  return new S3Error('InternalError', { detail: `backend: ${detail}` })
}
