/** A decimal number, exact whatever its length: no rounding can make two numbers equal. */
export interface Decimal {
  readonly sign: 1 | -1
  /** Digits before the point, no leading zeros; empty for 0. */
  readonly whole: string
  /** Digits after the point, no trailing zeros. */
  readonly fraction: string
}

const NUMBER = /^(-?)0*(\d*)(?:\.(\d+))?$/

/**
 * Reads `10`, `-1`, `1.20`. Undefined for anything else: signs of plus, exponents, hexadecimal, `NaN`, blanks, and text
 * with a number at its beginning.
 */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text)
  if (match === null || !/^-?\d/.test(text)) return undefined
  const whole = match[2] ?? ''
  const digits = match[3] ?? ''
  const fraction = digits.slice(0, lengthWithoutZeros(digits))
  const isZero = whole === '' && fraction === ''
  return { sign: match[1] === '-' && !isZero ? -1 : 1, whole, fraction }
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign
  return a.sign * compareMagnitudes(a, b)
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.whole.length !== b.whole.length) return a.whole.length - b.whole.length
  if (a.whole !== b.whole) return a.whole < b.whole ? -1 : 1
  if (a.fraction === b.fraction) return 0
  return a.fraction < b.fraction ? -1 : 1
}

function lengthWithoutZeros(digits: string): number {
  let length = digits.length
  while (length > 0 && digits[length - 1] === '0') length--
  return length
}
