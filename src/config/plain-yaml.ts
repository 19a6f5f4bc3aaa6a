/**
 * Reads YAML as tables are mostly written, many times faster than a whole YAML parser: ASCII, blocks of keys, lists, flow
 * collections on one line, plain and quoted texts, true and false. Undefined for everything else, faults included:
 * that is for the real parser, which must read the same value wherever this one reads any.
 */
export function readPlainYaml(text: string): unknown {
  if (/[^\n -~]/.test(text)) return undefined
  try {
    return new BlockReader(linesOf(text)).read()
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

/** The text holds something that only the real parser can tell. */
class NotPlain extends Error {}

function notPlain(): never {
  throw new NotPlain()
}

interface Line {
  readonly indent: number
  readonly text: string
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  for (const line of text.split('\n')) {
    const content = line.trim()
    if (content !== '' && !content.startsWith('#'))
      lines.push({ indent: line.length - line.trimStart().length, text: content })
  }
  return lines
}

const KEY = /^("[^"\\]*"|'[^']*'|[A-Za-z][A-Za-z0-9_:./-]*):(?: +(\S.*))?$/
/** Neither a colon before a blank nor a hash sign, which may begin a comment. */
const BLOCK_TEXT = /^[A-Za-z/](?:[^\s:#]|:(?=\S)| +(?=[^\s#:]))*$/
const FLOW_TEXT = /[A-Za-z/](?:[\w./@+=*?$()-]|:(?=[^\s,[\]{}"'])| +(?=[\w./@+=*?$()-]))*/y
/** Addresses and dates, which YAML takes for texts; other texts that begin with a digit may be numbers. */
const DIGITS = /(?:\d+\.\d+\.\d+\.\d+(?:\/\d+)?|\d{4}-\d\d-\d\dT[\d:]+Z)/y
/** What YAML takes for something other than a text. */
const WORD = /^(?:null|true|false)$/i

class BlockReader {
  readonly #lines: Line[]
  #at = 0

  constructor(lines: Line[]) {
    this.#lines = lines
  }

  read(): unknown {
    const value = this.#node(0)
    return this.#at === this.#lines.length ? value : notPlain()
  }

  #node(indent: number): unknown {
    const line = this.#lines[this.#at]
    if (line === undefined || line.indent !== indent) return notPlain()
    return line.text.startsWith('- ') ? this.#list(indent) : this.#map(indent)
  }

  #list(indent: number): unknown[] {
    const items: unknown[] = []
    for (;;) {
      const line = this.#lines[this.#at]
      if (line?.indent !== indent || !line.text.startsWith('- ')) return items
      const text = line.text.slice(2).trimStart()
      if (KEY.test(text)) {
        const inner = indent + line.text.length - text.length
        this.#lines[this.#at] = { indent: inner, text }
        items.push(this.#map(inner))
      } else {
        this.#at += 1
        items.push(valueOf(text))
      }
    }
  }

  #map(indent: number): unknown {
    const result: Record<string, unknown> = Object.create(null)
    for (;;) {
      const line = this.#lines[this.#at]
      const [, key, text] = line?.indent === indent ? (KEY.exec(line.text) ?? notPlain()) : []
      if (key === undefined) return result
      this.#at += 1
      addTo(result, unquoted(key), text === undefined ? this.#below(indent) : valueOf(text))
    }
  }

  /** The value of a key that stands on the lines below it. A list may begin at the indentation of its key. */
  #below(indent: number): unknown {
    const next = this.#lines[this.#at]
    if (next === undefined) return notPlain()
    if (next.indent > indent) return this.#node(next.indent)
    return next.indent === indent && next.text.startsWith('- ') ? this.#list(indent) : notPlain()
  }
}

function addTo(result: Record<string, unknown>, key: string, value: unknown): void {
  if (key in result || WORD.test(key)) notPlain()
  result[key] = value
}

function unquoted(key: string): string {
  return key.startsWith('"') || key.startsWith("'") ? key.slice(1, -1) : key
}

function valueOf(text: string): unknown {
  if (BLOCK_TEXT.test(text)) return word(text)
  const reader = new FlowReader(text)
  const value = reader.value()
  return reader.isAtEnd ? value : notPlain()
}

function word(text: string): string | boolean {
  if (!WORD.test(text)) return text
  return text === 'true' ? true : text === 'false' ? false : notPlain()
}

/** Reads what stands on one line: `{a: b, "c": [d, e]}`. */
class FlowReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  value(): unknown {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#map()
      case '[':
        return this.#list()
      default:
        return this.#scalar()
    }
  }

  #map(): unknown {
    const result: Record<string, unknown> = Object.create(null)
    this.#open()
    while (!this.#close('}')) {
      const key = this.#scalar()
      if (typeof key !== 'string' || !this.#text.startsWith(': ', this.#at)) return notPlain()
      this.#at += 2
      this.#blanks()
      addTo(result, key, this.value())
      this.#comma('}')
    }
    return result
  }

  #list(): unknown[] {
    const items: unknown[] = []
    this.#open()
    while (!this.#close(']')) {
      items.push(this.value())
      this.#comma(']')
    }
    return items
  }

  #open(): void {
    this.#at += 1
    this.#blanks()
  }

  #close(bracket: string): boolean {
    if (this.#text[this.#at] !== bracket) return false
    this.#at += 1
    return true
  }

  #comma(bracket: string): void {
    this.#blanks()
    if (this.#text[this.#at] === ',') this.#open()
    else if (this.#text[this.#at] !== bracket) notPlain()
  }

  #blanks(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1
  }

  #scalar(): string | boolean {
    const quote = this.#text[this.#at]
    if (quote === '"' || quote === "'") return this.#quoted(quote)
    const plain = this.#match(FLOW_TEXT)
    return plain === undefined ? (this.#match(DIGITS) ?? notPlain()) : word(plain)
  }

  #quoted(quote: string): string {
    const end = this.#text.indexOf(quote, this.#at + 1)
    const text = end < 0 ? notPlain() : this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    // An escape, or a quote that is doubled.
    if ((quote === '"' && text.includes('\\')) || this.#text[this.#at] === quote) return notPlain()
    return text
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }
}
