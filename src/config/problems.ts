/** Where in the configuration: keys and list positions from the root. */
export type ConfigPath = readonly (string | number)[]

/** One thing that is wrong (or only questionable), in words that never hold a secret. */
export interface Problem {
  readonly path: ConfigPath
  readonly message: string
  /** Whether the position of the key is meant rather than that of its value. */
  readonly atKey?: boolean
  /** An offset into the text, for faults of the YAML itself. */
  readonly offset?: number
}

/** `users[0].access_key`. A key that is no plain word could hold a secret that lost its space, and is left out. */
export function formatPath(path: ConfigPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${isPlainWord(part) ? part : '?'}`))
    .join('')
    .replace(/^\./, '')
}

/** Whether a key may be shown in a message. */
export function isPlainWord(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(key)
}
