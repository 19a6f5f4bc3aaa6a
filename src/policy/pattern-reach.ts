import { ANY_ONE, ANY_RUN, type Pattern, patternTokens, type Token } from './wildcard.ts'

// A private-use character that no sane policy spells out: what matches it there matches any character there.
const FRESH = '\u{10FFFD}'
const STAR_FILLINGS: readonly string[] = ['', FRESH, FRESH.repeat(3)]

/** Whether the pattern matches some text that begins with `prefix` and goes on. Exact. */
export function canMatchBeyond(pattern: Pattern, prefix: string): boolean {
  return remaindersAfter(pattern, prefix).some((rest) => rest.length > 0)
}

/** Whether the pattern matches every text that begins with `prefix` and goes on. May say no where yes would be right. */
export function matchesAllBeyond(pattern: Pattern, prefix: string): boolean {
  return remaindersAfter(pattern, prefix).some(
    (rest) =>
      rest.includes(ANY_RUN) &&
      rest.every((token) => token === ANY_RUN || token === ANY_ONE) &&
      rest.filter((token) => token === ANY_ONE).length <= 1,
  )
}

/** Whether the pattern matches some text that begins with `prefix`, that text itself among them. Exact. */
export function canMatchFrom(pattern: Pattern, prefix: string): boolean {
  return remaindersAfter(pattern, prefix).length > 0
}

/** Whether the pattern matches every text that begins with `prefix`, that text itself among them. Exact. */
export function matchesAllFrom(pattern: Pattern, prefix: string): boolean {
  return remaindersAfter(pattern, prefix).some((rest) => rest.length > 0 && rest.every((token) => token === ANY_RUN))
}

/** Some texts, each of which begins with `prefix`, goes on, and matches the pattern: short ones and longer ones. */
export function examplesBeyond(pattern: Pattern, prefix: string): readonly string[] {
  const examples = new Set<string>()
  for (const rest of remaindersAfter(pattern, prefix)) {
    if (rest.length === 0) continue
    for (const filling of STAR_FILLINGS) examples.add(prefix + fill(rest, filling))
  }
  examples.delete(prefix)
  return [...examples]
}

/** What is left of the pattern after it took in the prefix, for each way it can: a simulated nondeterministic automaton. */
function remaindersAfter(pattern: Pattern, prefix: string): readonly (readonly Token[])[] {
  const tokens = patternTokens(pattern)
  let states = withSkippedRuns(tokens, new Set([0]))
  for (const char of prefix) {
    const code = char.codePointAt(0)
    const next = new Set<number>()
    for (const state of states) {
      const token = tokens[state]
      if (token === ANY_RUN) next.add(state)
      else if (token === ANY_ONE || token === code) next.add(state + 1)
    }
    states = withSkippedRuns(tokens, next)
  }
  return [...states].map((state) => tokens.slice(state))
}

/** A `*` may also match nothing. The set grows while it is walked, so that runs in a row are all skipped. */
function withSkippedRuns(tokens: readonly Token[], states: Set<number>): Set<number> {
  for (const state of states) if (tokens[state] === ANY_RUN) states.add(state + 1)
  return states
}

function fill(tokens: readonly Token[], filling: string): string {
  return tokens
    .map((token) => (token === ANY_RUN ? filling : token === ANY_ONE ? FRESH : String.fromCodePoint(token)))
    .join('')
}
