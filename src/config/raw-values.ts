/** What stands under a row of keys in an unchecked value, or undefined. */
export function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
    value,
  )
}

/** The entries of the block under a row of keys in an unchecked value; none when there is none. */
export function entriesAt(value: unknown, keys: readonly string[]): readonly (readonly [string, unknown])[] {
  const found = valueAt(value, keys)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : []
}

/** The list under a row of keys in an unchecked value; empty when there is none. */
export function listAt(value: unknown, keys: readonly string[]): readonly unknown[] {
  const found = valueAt(value, keys)
  return Array.isArray(found) ? found : []
}
