/** Turkish letters that lose or gain their dot by JavaScript's mapping; Unicode's simple folding leaves them alone. */
const LEFT_ALONE: ReadonlySet<string> = new Set(['\u0130', '\u0131'])

/**
 * A text without its case: Unicode's simple case folding, of whatever language. Texts that fold to the same are equal to
 * the operators that ignore case.
 */
export function foldCase(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  return Array.from(text, foldCharacter).join('')
}

function foldCharacter(character: string): string {
  if (LEFT_ALONE.has(character)) return character
  const upper = character.toUpperCase()
  const folded = isOneCharacter(upper) ? upper.toLowerCase() : character.toLowerCase()
  return isOneCharacter(folded) ? folded : character
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff)
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}
