/** How many letters may be wrong, missing, too many or swapped with the next one. */
const MAX_TYPOS = 2

/**
 * `; did you mean NAME?` for the known name that a text was probably meant to be, in whatever case, or nothing. It shows
 * what is known and never the text, which may be a secret.
 */
export function didYouMean(text: string, known: Iterable<string>): string {
  const name = nearestName(text, known)
  return name === undefined ? '' : `; did you mean ${name}?`
}

function nearestName(text: string, known: Iterable<string>): string | undefined {
  const lower = text.toLowerCase()
  // Of short names too many are near to anything.
  const bound = Math.min(MAX_TYPOS, Math.floor(lower.length / 3))
  let nearest: { readonly name: string; readonly typos: number } | undefined
  for (const name of known) {
    if (Math.abs(name.length - lower.length) > bound) continue
    const typos = typosBetween(lower, name.toLowerCase())
    if (typos <= bound && typos < (nearest?.typos ?? Number.POSITIVE_INFINITY)) nearest = { name, typos }
  }
  return nearest?.name
}

/** The optimal string alignment distance. */
function typosBetween(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      line[column] = Math.min(
        at(last, column) + 1,
        at(line, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = line
  }
  return at(last, b.length)
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? Number.POSITIVE_INFINITY
}
