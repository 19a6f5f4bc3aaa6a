/** The text of a header value, whose characters stand for bytes of UTF-8; bytes that are none become U+FFFD. */
export function headerText(value: string): string
export function headerText(value: string | undefined): string | undefined
export function headerText(value: string | undefined): string | undefined {
  if (value === undefined || !/[\x80-\xff]/.test(value)) return value
  return Buffer.from(value, 'latin1').toString('utf8')
}
