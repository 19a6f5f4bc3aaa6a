import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type ErrorCode,
  type Scalar,
} from 'yaml'
import type { ConfigPath, Problem } from './problems.ts'

/** A parsed file: plain values, and where each of them stands. */
export interface YamlSource {
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Whether the value is all of the file, whatever the problems: then the rest of it can be checked too. */
  readonly isWhole: boolean
  /** Line and column, from 1, of the value at a path, or of the nearest thing around it. */
  locate(problem: Problem): { readonly line: number; readonly column: number }
}

/** Aliases repeat nodes; past this many repeated ones the file is taken for an attack on memory. */
const MAX_REPEATED_NODES = 10_000
const MAX_DEPTH = 64

const BAD_ALIAS = 'this is read as a YAML alias; a value that begins with * or & needs quotes'

/** Own words for the YAML library's faults: its texts may quote the source, and the source holds secrets. */
const YAML_FAULTS: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab stands where YAML wants spaces; indent with spaces',
  MULTIPLE_DOCS: 'a second document begins here (`---`); one file holds one configuration',
  BAD_ALIAS,
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BAD_DQ_ESCAPE: 'a backslash sequence that YAML does not know; use single quotes',
  TAG_RESOLVE_FAILED: 'this is read as a YAML tag; a value that begins with ! needs quotes',
  BAD_INDENT: 'the indentation does not fit the lines above, or a bracket that was opened there is not closed',
  BLOCK_AS_IMPLICIT_KEY:
    'a second key stands in the same line, or what is below is indented further than this line allows',
  MULTILINE_IMPLICIT_KEY: 'a key and its colon must stand in one line; is a colon missing, or a blank after it?',
  BLOCK_IN_FLOW: 'within { } and [ ] commas separate what there is; a comma, a quote or a bracket is missing here',
  UNEXPECTED_TOKEN: 'this does not belong here: a bracket or quote too many, or a list in the line of its key',
  MISSING_CHAR: 'a character is missing here: a closing quote or bracket, a comma, or a space after a colon',
}

const OTHER_NUMBER = 'a policy would not keep this number as it is written; put it in quotes'

const DUPLICATE_KEY = 'this key stands twice in the same place; keep one of them'

/** Parses text as one YAML 1.2 document. Faults come back as problems, with what could be read. */
export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter()
  // Whether a key stands twice is looked for here: the library compares each key with all before it.
  const options = { lineCounter: lines, prettyErrors: false, version: '1.2', uniqueKeys: false } as const
  const document = parseDocument(text, options)
  const reader = new Reader(document)
  const value = document.contents === null ? undefined : reader.read(document.contents, [], 0)
  const faults = withoutAftermath([...document.errors, ...document.warnings]).map(
    ({ code, pos }): Problem => ({
      // In a broken file anything may look like a key, a secret too.
      path: [],
      message: YAML_FAULTS[code] ?? 'this is not valid YAML',
      offset: pos[0],
    }),
  )
  return {
    value,
    problems: withoutRepeats([...faults, ...reader.duplicates, ...reader.numbers, ...reader.problems]),
    // A key that stands twice leaves nothing of the file unread, nor does a number.
    isWhole: reader.problems.length === 0 && document.errors.length === 0,
    locate(problem) {
      const offset =
        problem.offset ?? (problem.atKey === true ? reader.offsetOfKey(problem.path) : reader.offsetOf(problem.path))
      const { line, col } = lines.linePos(offset)
      return { line: Math.max(line, 1), column: Math.max(col, 1) }
    },
  }
}

/** After what does not belong there, a bracket too many, the rest of the file belongs nowhere, word by word. */
function withoutAftermath<T extends { readonly code: ErrorCode }>(faults: readonly T[]): readonly T[] {
  const first = faults.findIndex(({ code }) => code === 'UNEXPECTED_TOKEN')
  return faults.filter(({ code }, index) => code !== 'UNEXPECTED_TOKEN' || index === first)
}

class Reader {
  readonly problems: Problem[] = []
  readonly duplicates: Problem[] = []
  /** In policies, where numbers are compared as texts. */
  readonly numbers: Problem[] = []
  readonly #document: Document.Parsed
  readonly #values = new Map<string, number>()
  readonly #keys = new Map<string, number>()
  #repeatedNodes = 0
  #openAliases = 0

  constructor(document: Document.Parsed) {
    this.#document = document
  }

  /** Where the value at a path stands; for one that is not there, where the thing around it begins. */
  offsetOf(path: ConfigPath): number {
    return this.#values.get(JSON.stringify(path)) ?? this.offsetOfKey(path)
  }

  /** Where the key of a path stands. */
  offsetOfKey(path: ConfigPath): number {
    const key = JSON.stringify(path)
    const found = this.#keys.get(key) ?? this.#values.get(key)
    if (found !== undefined) return found
    return path.length === 0 ? 0 : this.offsetOfKey(path.slice(0, -1))
  }

  read(node: unknown, path: ConfigPath, depth: number): unknown {
    if (this.#openAliases > 0) this.#repeatedNodes += 1
    if (this.#repeatedNodes > MAX_REPEATED_NODES || depth > MAX_DEPTH) return this.#tooLarge(path)
    const offset = rangeStart(node)
    const key = JSON.stringify(path)
    if (offset !== undefined && !this.#values.has(key)) this.#values.set(key, offset)
    if (isAlias(node)) return this.#readAlias(node, path, depth)
    if (isScalar(node)) return this.#readScalar(node, path)
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index], depth + 1))
    if (isMap(node)) return this.#readMap(node.items, path, depth)
    return undefined
  }

  #readScalar(scalar: Scalar, path: ConfigPath): unknown {
    const isKept = typeof scalar.value !== 'number' || String(scalar.value) === scalar.source
    const openFrom = path.indexOf('Statement')
    if (!isKept && openFrom >= 0) {
      this.numbers.push({ path, openFrom, message: OTHER_NUMBER, offset: rangeStart(scalar) ?? 0 })
    }
    return scalar.value
  }

  #readAlias(alias: Alias, path: ConfigPath, depth: number): unknown {
    const target = alias.resolve(this.#document)
    if (target === undefined) {
      this.problems.push({ path, message: BAD_ALIAS, offset: rangeStart(alias) ?? 0 })
      return undefined
    }
    this.#openAliases += 1
    const value = this.read(target, path, depth + 1)
    this.#openAliases -= 1
    return value
  }

  #readMap(
    pairs: readonly { key: unknown; value: unknown }[],
    path: ConfigPath,
    depth: number,
  ): Record<string, unknown> {
    // Without a prototype, a key such as __proto__ is a key like any other.
    const result: Record<string, unknown> = Object.create(null)
    for (const pair of pairs) {
      const name = isScalar(pair.key) ? pair.key.value : undefined
      if (typeof name !== 'string') {
        this.problems.push({ path, message: 'a key must be a text', offset: rangeStart(pair.key) ?? 0 })
        continue
      }
      const below = [...path, name]
      const offset = rangeStart(pair.key) ?? 0
      if (name in result) this.duplicates.push({ path: below, message: DUPLICATE_KEY, offset })
      this.#keys.set(JSON.stringify(below), offset)
      result[name] = pair.value === null ? null : this.read(pair.value, below, depth + 1)
    }
    return result
  }

  #tooLarge(path: ConfigPath): undefined {
    const message = 'aliases make this too large or too deep; write the values out'
    if (!this.problems.some((problem) => problem.message === message)) this.problems.push({ path, message })
    return undefined
  }
}

/** The library and the reader may find fault with the same thing, and an alias repeats what is wrong with its node. */
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const found = new Set<string>()
  return problems.filter(({ message, offset, path }) => {
    const text = JSON.stringify([message, offset ?? path])
    if (found.has(text)) return false
    found.add(text)
    return true
  })
}

function rangeStart(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range
  return range?.[0]
}
