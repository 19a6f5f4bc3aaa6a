/** What was read, or where reading failed, as an offset in UTF-16 units. */
export type JsonOutcome = { readonly value: unknown } | { readonly problem: string; readonly offset: number }

const MAX_DEPTH = 64
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
const WORDS: readonly (readonly [text: string, value: unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

class Fault extends Error {
  readonly offset: number

  constructor(problem: string, offset: number) {
    super(problem)
    this.offset = offset
  }
}

/** Reads one JSON text and remembers where its parts stand. */
export class JsonReader {
  /** Where the value begins. */
  start = 0
  readonly #text: string
  #at = 0
  /** By object or list: where the members and items stand. */
  readonly #places = new Map<object, ReadonlyMap<string | number, number>>()

  constructor(text: string) {
    this.#text = text
  }

  /** Reads the whole text. */
  read(): JsonOutcome {
    try {
      this.#skipBlanks()
      this.start = this.#at
      const value = this.#value(0)
      this.#skipBlanks()
      if (this.#at < this.#text.length) this.#fail('nothing may follow the value')
      return { value }
    } catch (error) {
      if (error instanceof Fault) return { problem: error.message, offset: error.offset }
      throw error
    }
  }

  /** Offsets of the members or items of an object or list that was read. */
  placesIn(value: unknown): ReadonlyMap<string | number, number> | undefined {
    return typeof value === 'object' && value !== null ? this.#places.get(value) : undefined
  }

  #value(depth: number): unknown {
    const char = this.#text[this.#at]
    if (char === '{' || char === '[') {
      if (depth >= MAX_DEPTH) this.#fail(`is nested deeper than ${MAX_DEPTH} levels`)
      return char === '{' ? this.#object(depth + 1) : this.#list(depth + 1)
    }
    if (char === '"') return this.#string()
    for (const [text, value] of WORDS) {
      if (!this.#text.startsWith(text, this.#at)) continue
      this.#at += text.length
      return value
    }
    return this.#number()
  }

  #object(depth: number): unknown {
    const object: Record<string, unknown> = Object.create(null)
    const places = new Map<string, number>()
    this.#places.set(object, places)
    this.#items('}', () => {
      const offset = this.#at
      if (this.#text[offset] !== '"') this.#fail('a member begins with its name in double quotes')
      const name = this.#string()
      if (places.has(name)) throw new Fault(`the member ${JSON.stringify(name.slice(0, 64))} is there twice`, offset)
      this.#skipBlanks()
      this.#expect(':')
      this.#skipBlanks()
      places.set(name, offset)
      object[name] = this.#value(depth)
    })
    return object
  }

  #list(depth: number): unknown {
    const list: unknown[] = []
    const places = new Map<number, number>()
    this.#places.set(list, places)
    this.#items(']', () => {
      places.set(list.length, this.#at)
      list.push(this.#value(depth))
    })
    return list
  }

  /** What stands between the brackets, separated by commas. */
  #items(close: string, readItem: () => void): void {
    this.#at++
    this.#skipBlanks()
    if (this.#text[this.#at] === close) {
      this.#at++
      return
    }
    for (;;) {
      readItem()
      this.#skipBlanks()
      if (this.#text[this.#at] === close) break
      this.#expect(',')
      this.#skipBlanks()
    }
    this.#at++
  }

  #string(): string {
    const start = this.#at++
    let value = ''
    for (let from = this.#at; ; from = this.#at) {
      const end = this.#plainEnd()
      value += this.#text.slice(from, end)
      this.#at = end + 1
      const char = this.#text[end]
      if (char === '"') return value
      if (char !== '\\')
        throw new Fault(
          char === undefined ? 'a string is not closed' : 'a control character',
          char === undefined ? start : end,
        )
      value += this.#escape()
    }
  }

  /** Where the next quote, backslash or control character stands, or the text ends. */
  #plainEnd(): number {
    let at = this.#at
    for (; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === 0x22 || code === 0x5c || code < 0x20) break
    }
    return at
  }

  #escape(): string {
    const char = this.#text[this.#at++] ?? ''
    if (char !== 'u') return ESCAPES.get(char) ?? this.#fail('an escape that JSON does not have')
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('an escape that JSON does not have')
    this.#at += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  /** Policies compare numbers as texts, too: `1.0` and what has too many digits would become another one. */
  #number(): number {
    NUMBER.lastIndex = this.#at
    const digits = NUMBER.exec(this.#text)?.[0] ?? this.#fail('a value is expected here')
    const value = Number(digits)
    if (String(value) !== digits) this.#fail('a number that would not be kept as it is written; put it in quotes')
    this.#at += digits.length
    return value
  }

  #expect(char: string): void {
    if (this.#text[this.#at] !== char) this.#fail(`${JSON.stringify(char)} is expected here`)
    this.#at++
  }

  #skipBlanks(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  #fail(problem: string): never {
    throw new Fault(problem, this.#at)
  }
}
