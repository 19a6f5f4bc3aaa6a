// The matcher of the naive evaluator: a table of all positions, nothing clever.

/** A character of a pattern: `wild` for a wildcard, else itself. */
export interface PatternUnit {
  readonly char: string
  readonly wild: boolean
}

/** The values of condition keys by lower-case name. */
export type NaiveContext = ReadonlyMap<string, readonly string[] | 'waived'>

const MULTIVALUED = ['aws:tagkeys', 's3:requestobjecttagkeys', 's3:inventoryaccessibleoptionalfields']

/** The text as pattern units, variables filled in; undefined when one of them has no value. */
export function unitsOf(
  text: string,
  version: string | undefined,
  context: NaiveContext,
): readonly PatternUnit[] | undefined {
  const plain = (part: string): PatternUnit[] =>
    Array.from(part, (char) => ({ char, wild: char === '*' || char === '?' }))
  if (version !== '2012-10-17') return plain(text)
  const units: PatternUnit[] = []
  let hasValue = true
  let rest = text
  for (;;) {
    const found = /\$\{(.*?)\}/s.exec(rest)
    if (found === null) break
    units.push(...plain(rest.slice(0, found.index)))
    const value = variable(found[1] ?? '', context)
    if (value === undefined) hasValue = false
    else units.push(...Array.from(value, (char) => ({ char, wild: false })))
    rest = rest.slice(found.index + found[0].length)
  }
  units.push(...plain(rest))
  return hasValue ? units : undefined
}

function variable(inside: string, context: NaiveContext): string | undefined {
  if (['*', '?', '$'].includes(inside)) return inside
  const [name = '', ...fallback] = inside.split(', ')
  const values = MULTIVALUED.includes(name.toLowerCase()) ? undefined : context.get(name.toLowerCase())
  if (Array.isArray(values) && values.length === 1 && values[0] !== '') return String(values[0])
  return fallback.length === 0 ? undefined : fallback.join(', ').slice(1, -1)
}

/** Whether the whole text matches. */
export function globs(pattern: readonly PatternUnit[], text: string): boolean {
  const subject = Array.from(text)
  // reachable[j]: the pattern so far matches the first j characters
  let reachable = [true, ...subject.map(() => false)]
  for (const { char, wild } of pattern) {
    reachable = reachable.map((_, j) => {
      if (wild && char === '*') return reachable.slice(0, j + 1).includes(true)
      return j > 0 && reachable[j - 1] === true && ((wild && char === '?') || char === subject[j - 1])
    })
  }
  return reachable.at(-1) === true
}

/** Pattern units that stand for themselves. */
export function literally(units: readonly PatternUnit[]): string {
  return units.map(({ char }) => char).join('')
}
