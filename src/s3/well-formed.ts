const LESS_THAN = 0x3c
const SLASH = 0x2f
const EXCLAMATION = 0x21
const QUESTION = 0x3f
const BLANK = /^[\s\ufeff]*$/
const NAME = /^[A-Za-z_][\w.:-]*/

/**
 * The name of the root element of a document whose tags nest rightly and end where the document does; undefined for
 * everything else: cut off, two roots, text beside the root. It looks at tags only and so is quick, and lenient where
 * backends are: the control characters of a key, which XML forbids, pass.
 */
export function rootOfWellFormed(document: Buffer): string | undefined {
  const nesting = new Nesting()
  let at = 0
  while (at < document.length) {
    const next = document.indexOf(LESS_THAN, at)
    const text = document.subarray(at, next < 0 ? document.length : next)
    if (nesting.isOutside && !BLANK.test(text.toString('utf8'))) return undefined
    if (next < 0) break
    const tag = tagAt(document, next)
    if (tag === undefined || !nesting.takes(tag)) return undefined
    at = tag.end
  }
  return nesting.isOutside ? nesting.root : undefined
}

class Nesting {
  root: string | undefined
  readonly #open: string[] = []

  get isOutside(): boolean {
    return this.#open.length === 0
  }

  /** Whether the tag may stand here. */
  takes(tag: Tag): boolean {
    if (tag.kind === 'other') return true
    if (tag.kind === 'close') return this.#open.pop() === tag.name
    if (this.isOutside && this.root !== undefined) return false
    this.root ??= tag.name
    if (tag.kind === 'open') this.#open.push(tag.name)
    return true
  }
}

type Tag =
  | { readonly kind: 'open' | 'close' | 'empty'; readonly name: string; readonly end: number }
  | { readonly kind: 'other'; readonly end: number }

function tagAt(document: Buffer, start: number): Tag | undefined {
  const second = document[start + 1]
  if (second === QUESTION) return closedBy(document, start, '?>')
  if (second === EXCLAMATION)
    return document[start + 2] === 0x2d ? closedBy(document, start, '-->') : closedBy(document, start, ']]>')
  const end = document.indexOf('>', start)
  if (end < 0) return undefined
  const isClose = second === SLASH
  const text = document.toString('latin1', start + (isClose ? 2 : 1), end)
  const name = NAME.exec(text)?.[0]
  if (name === undefined) return undefined
  const kind = isClose ? 'close' : text.endsWith('/') ? 'empty' : 'open'
  return { kind, name, end: end + 1 }
}

function closedBy(document: Buffer, start: number, closing: string): Tag | undefined {
  const at = document.indexOf(closing, start)
  return at < 0 ? undefined : { kind: 'other', end: at + closing.length }
}
