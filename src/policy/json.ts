import { JsonReader } from './json-reader.ts'
import type { PolicyPath } from './problems.ts'

/** A place in a text, both counted from 1; the column in UTF-16 units. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** A text read as JSON, or why it cannot be. */
export type ReadJson =
  | {
      readonly value: unknown
      /** Where a part of the value stands: of a member its name, of a list's item its beginning. What is not there has its parent's place. */
      locate(path: PolicyPath): TextPosition
    }
  | { readonly problem: string; readonly position: TextPosition }

/** How long a text may be, in UTF-16 units. */
export const MAX_JSON_LENGTH = 4 * 1024 * 1024

/**
 * Reads JSON strictly (RFC 8259), and refuses what two readers could understand differently: an object that names a
 * member twice, and a text that is too long or nested too deeply. Objects have no prototype, so that `__proto__` is a
 * name like any other.
 */
export function readJson(text: string): ReadJson {
  if (text.length > MAX_JSON_LENGTH) return { problem: 'is too long', position: { line: 1, column: 1 } }
  const reader = new JsonReader(text)
  const read = reader.read()
  if ('problem' in read) return { problem: read.problem, position: positionAt(text, read.offset) }
  return { value: read.value, locate: (path) => positionAt(text, offsetOf(path, read.value, reader)) }
}

function offsetOf(path: PolicyPath, root: unknown, reader: JsonReader): number {
  let offset = reader.start
  let value = root
  for (const step of path) {
    const places = reader.placesIn(value)
    const found = places?.get(step)
    if (found === undefined) break
    offset = found
    value = Reflect.get(Object(value), step)
  }
  return offset
}

function positionAt(text: string, offset: number): TextPosition {
  let line = 1
  let lineStart = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++
    lineStart = at + 1
  }
  return { line, column: offset - lineStart + 1 }
}
