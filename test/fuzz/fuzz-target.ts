import type { Random } from './random.ts'

/** One input. `text` is latin1, one character a byte; `variant` chooses among what is no part of the text. */
export interface FuzzInput {
  readonly text: string
  /** A whole number below 2 ** 32. */
  readonly variant: number
}

/** What came of an input: taken, refused as it should be, or a fault of the program. */
export type Verdict = 'accepted' | 'refused' | { readonly fault: string }

/** Something that reads what anybody may send. */
export interface FuzzTarget {
  readonly name: string
  /** How many of a hundred inputs of a whole run go here. */
  readonly share: number
  /** Draws an input; the same numbers draw the same one. */
  make(random: Random): FuzzInput
  /** Reads it, and holds what came out against what must be true. Never throws for what it looks for. */
  check(input: FuzzInput): Verdict | Promise<Verdict>
}

/** A fault; the words before the first colon name its kind. */
export const fault = (text: string): Verdict => ({ fault: text })

/** Of an exception: its name and message, without a stack. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** The bytes in pieces, cut at places that `variant` chooses: often within the first bytes, sometimes each one apart. */
export function inVariedPieces(bytes: Buffer, random: Random): Buffer[] {
  if (random.oneIn(8) && bytes.length <= 512) return [...bytes].map((_, at) => bytes.subarray(at, at + 1))
  const pieces: Buffer[] = []
  let at = 0
  for (let cuts = random.below(6); cuts > 0 && at < bytes.length; cuts--) {
    const size = 1 + random.below(random.oneIn(2) ? 8 : bytes.length - at)
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  if (at < bytes.length) pieces.push(bytes.subarray(at))
  return pieces
}
