/** Characters that would move the cursor, split the line or reorder the text on a terminal. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** One log record, a JSON object, as one readable line: `TIME LEVEL message name=value …`. Ends with a line feed. */
export function consoleLine(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>
  const words = [text(time), text(level).toUpperCase().padEnd(5), text(msg)]
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) words.push(`${safe(name)}=${fieldText(value)}`)
  }
  return `${words.filter((word) => word !== '').join(' ')}\n`
}

function text(value: unknown): string {
  return typeof value === 'string' ? safe(value) : ''
}

function fieldText(value: unknown): string {
  if (typeof value !== 'string') return safe(JSON.stringify(value))
  const needsQuotes = value === '' || /[\s"=\\]/.test(value)
  return safe(needsQuotes ? JSON.stringify(value) : value)
}

function safe(value: string): string {
  return value.replace(UNSAFE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}
