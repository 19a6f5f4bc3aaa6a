const W3C_DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/

/** Integers from here on are milliseconds since 1970, below they are seconds. */
const FIRST_MILLISECONDS = 100_000_000_000

/**
 * Reads a point in time as milliseconds since 1970: the W3C profile of ISO 8601 (`2024`, `2024-01`, `2024-01-01`,
 * `2024-01-01T00:00Z`, with seconds, fraction and offset), or an integer count of seconds or milliseconds. Four digits
 * are a year. Undefined for anything else, days that no calendar has among it.
 * @see https://www.w3.org/TR/NOTE-datetime
 */
export function parseInstant(text: string): number | undefined {
  return /^(?:\d{1,3}|\d{5,15})$/.test(text) ? fromCount(Number(text)) : fromDate(W3C_DATE.exec(text))
}

function fromCount(count: number): number {
  return count < FIRST_MILLISECONDS ? count * 1_000 : count
}

function fromDate(match: RegExpExecArray | null): number | undefined {
  if (match === null) return undefined
  const part = (index: number, missing: number): number => Number(match[index] ?? missing)
  const [year, month, day] = [part(1, 0), part(2, 1), part(3, 1)]
  const [hour, minute, second] = [part(4, 0), part(5, 0), part(6, 0)]
  const offset = offsetMinutes(match[8] ?? 'Z')
  if (!isDay(year, month, day) || !isTime(hour, minute, second) || offset === undefined) return undefined
  const start = new Date(0)
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  start.setUTCFullYear(year, month - 1, day)
  start.setUTCHours(hour, minute - offset, second)
  return start.getTime() + Number(`0.${match[7] ?? ''}0`) * 1_000
}

function isTime(hour: number, minute: number, second: number): boolean {
  return hour <= 23 && minute <= 59 && second <= 59
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return day <= days
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
