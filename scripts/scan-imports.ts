/** An import as it stands in a source file. */
export interface ScannedImport {
  /** As written: `./request.ts`, `node:net`, `zod`. Undefined where it is computed. */
  readonly specifier: string | undefined
  readonly line: number
}

/** A regular expression, not a division, follows one of these. */
const BEFORE_REGEX = /(?:^|[=(,:[!&|?{};+\-*%<>~^\n]|\b(?:return|typeof|case|in|of|do|else|void|yield|await))\s*$/

/**
 * Every import of a TypeScript file: static, type-only, re-exports, side effects, `import()` in code and in types,
 * `require`. Comments, texts and regular expressions do not count.
 */
export function scanImports(source: string): ScannedImport[] {
  const { code, texts } = withoutTexts(source)
  const found: ScannedImport[] = []
  // Texts stand in the code as §N§, so that no pattern has to know about quotes.
  const patterns = [
    /\b(?:import|export)\b[^§();]*?\bfrom\s*§(\d+)§/g,
    /\bimport\s*§(\d+)§/g,
    /(?<![.#\w])import\s*\(\s*(?:§(\d+)§)?/g,
    /(?<![.#\w])require\s*\(\s*§(\d+)§/g,
  ]
  for (const pattern of patterns) {
    for (const match of code.matchAll(pattern)) {
      const specifier = match[1] === undefined ? undefined : texts[Number(match[1])]
      found.push({ specifier, line: code.slice(0, match.index + match[0].length).split('\n').length })
    }
  }
  return found
}

/** The code with every text replaced by its number, and comments and regular expressions by a space. Lines stay. */
export function withoutTexts(source: string): { readonly code: string; readonly texts: readonly string[] } {
  const texts: string[] = []
  let code = ''
  let position = 0
  while (position < source.length) {
    const piece = pieceAt(source, position, code)
    position += piece.length
    if (piece.kind === 'text') code += `§${texts.push(piece.value) - 1}§`
    else code += piece.kind === 'code' ? piece.value : ` ${piece.value.replace(/[^\n]/g, '')}`
  }
  return { code, texts }
}

interface Piece {
  readonly kind: 'code' | 'text' | 'dropped'
  readonly value: string
  readonly length: number
}

function pieceAt(source: string, position: number, before: string): Piece {
  const character = source[position] ?? ''
  const two = source.slice(position, position + 2)
  if (two === '//') return dropped(source, position, source.indexOf('\n', position))
  if (two === '/*') return dropped(source, position, source.indexOf('*/', position + 2) + 2)
  if (character === "'" || character === '"') return quoted(source, position, character)
  if (character === '`') return dropped(source, position, endOfTemplate(source, position + 1))
  if (character === '/' && BEFORE_REGEX.test(before.slice(-40)))
    return dropped(source, position, endOfRegex(source, position + 1))
  return { kind: 'code', value: character, length: 1 }
}

function dropped(source: string, start: number, end: number): Piece {
  const value = source.slice(start, end <= start ? source.length : end)
  return { kind: 'dropped', value, length: value.length }
}

function quoted(source: string, start: number, quote: string): Piece {
  let end = start + 1
  while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1
  return { kind: 'text', value: source.slice(start + 1, end), length: end + 1 - start }
}

/** What a template holds in `${…}` is skipped with it: no import stands there. */
function endOfTemplate(source: string, start: number): number {
  let position = start
  while (position < source.length && source[position] !== '`') {
    if (source[position] === '\\') position += 2
    else if (source.startsWith('${', position)) position = endOfBraces(source, position + 2)
    else position += 1
  }
  return position + 1
}

function endOfBraces(source: string, start: number): number {
  let depth = 1
  let position = start
  while (position < source.length && depth > 0) {
    const character = source[position] ?? ''
    if (character === '`') position = endOfTemplate(source, position + 1)
    else if (character === "'" || character === '"') position += quoted(source, position, character).length
    else {
      if (character === '{') depth += 1
      if (character === '}') depth -= 1
      position += 1
    }
  }
  return position
}

function endOfRegex(source: string, start: number): number {
  let inClass = false
  for (let position = start; position < source.length; position += 1) {
    const character = source[position]
    if (character === '\\') position += 1
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '/' && !inClass) return position + 1
  }
  return source.length
}
