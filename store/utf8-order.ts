/**
 * Compares two keys in the byte order of their UTF-8 form, the order in which S3 lists. JavaScript compares UTF-16 units,
 * which differs only where a character beyond U+FFFF (two surrogates) meets one of U+E000…U+FFFF.
 * @returns below zero, zero or above zero, as a sort comparator.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const l = left.charCodeAt(i)
    const r = right.charCodeAt(i)
    if (l !== r) return utf8Rank(l) - utf8Rank(r)
  }
  return left.length - right.length
}

/** Moves the surrogates behind U+E000…U+FFFF. */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
