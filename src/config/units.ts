/** What a reader of one field's text answers when the text is wrong: what is wrong and what is allowed, never the value. */
export class Fault {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** Node's timers take at most this; a longer wait would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Bounds of a duration, both included. `maxText` is how `maxMs` is spelled in messages. */
export interface DurationBounds {
  readonly minMs: number
  readonly maxMs: number
  readonly maxText: string
}

/** What any timer can take. */
export const ANY_TIMER: DurationBounds = { minMs: 1, maxMs: LONGEST_TIMER_MS, maxText: '596h' }

/** Milliseconds of `500ms`, `30s`, `5m`, `24h`, or several of these in a row (`1h30m`), within bounds. */
export function parseDuration(text: string, bounds: DurationBounds): number | Fault {
  const parts = [...text.matchAll(/(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h)/gy)]
  const consumed = parts.reduce((length, part) => length + part[0].length, 0)
  if (parts.length === 0 || consumed !== text.length) {
    return new Fault('is not a duration; write a number with a unit, such as "500ms", "30s", "5m" or "24h"')
  }
  const totalMs = Math.round(
    parts.reduce((sum, part) => sum + Number(part[1]) * (DURATION_UNITS_MS[part[2] ?? ''] ?? 0), 0),
  )
  if (totalMs < bounds.minMs) return new Fault(`is too short; at least "${bounds.minMs}ms" is allowed`)
  if (totalMs > bounds.maxMs) return new Fault(`is too long; at most "${bounds.maxText}" is allowed`)
  return totalMs
}

/** Bytes of `64KiB` or `10MB`, or of a plain integer. Bounds are bytes, both included. */
export function parseSize(value: string | number, minBytes: number, maxBytes: number): number | Fault {
  const bytes = typeof value === 'number' ? value : sizeOfText(value)
  if (bytes === undefined || !Number.isSafeInteger(bytes)) {
    return new Fault('is not a size; write whole bytes, or a number with a unit, such as "64KiB" or "10MB"')
  }
  if (bytes < minBytes) return new Fault(`is too small; at least ${minBytes} bytes are allowed`)
  if (bytes > maxBytes) return new Fault(`is too large; at most ${maxBytes} bytes are allowed`)
  return bytes
}

function sizeOfText(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([KMGT]i?B|B)$/.exec(text)
  if (match === null) return undefined
  const unit = SIZE_UNITS_BYTES[match[2] ?? '']
  return unit === undefined ? undefined : Number(match[1]) * unit
}
