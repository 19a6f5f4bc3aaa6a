/**
 * A header value without the blanks around it, as HTTP has them: `String.trim` would take a byte A0, too, with which some
 * letters end in UTF-8, and so hide that it was lost.
 */
export function trimBlanks(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '')
}
