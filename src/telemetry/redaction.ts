/** Fields whose values never reach a log, by name without case; declared here once, whatever a caller passes. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'password',
  'secret',
  'secretkey',
  'secret_key',
  'signingkey',
  'token',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key',
])

const MAX_DEPTH = 8

/** The fields with every secret replaced by `***`, at any depth. The given object is left as it is. */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redactObject(fields, 0)
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    result[name] = SECRET_FIELDS.has(name.toLowerCase()) ? '***' : redactValue(value, depth + 1)
  }
  return result
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return '…'
  if (Array.isArray(value)) return redactPairs(value, depth)
  // Errors, dates and the like know how to print themselves; only plain records are looked into.
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? redactObject(value, depth) : value
}

/** Lists may be header pairs: `['authorization', '…']` hides its second half. */
function redactPairs(values: readonly unknown[], depth: number): unknown[] {
  const [name] = values
  if (values.length === 2 && typeof name === 'string' && SECRET_FIELDS.has(name.toLowerCase())) return [name, '***']
  return values.map((value) => redactValue(value, depth + 1))
}

/** Hides what looks like a SigV4 signature anywhere in a finished line: in a URL, a header, an error's text. */
export function redactSignatures(line: string): string {
  return line.includes('ignature=') ? line.replace(/([Ss]ignature=)[0-9A-Fa-f]{8,}/g, '$1***') : line
}
