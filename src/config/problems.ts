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
  /** From this step on the path lies within a policy, which holds no secrets: every key is shown. */
  readonly openFrom?: number
}

/**
 * `users[0].access_key`. A key that is no plain word could hold a secret that lost its space, and is left out.
 * @param openFrom the first step from which on keys are shown whatever they are, control characters apart
 */
export function formatPath(path: ConfigPath, openFrom: number = Number.POSITIVE_INFINITY): string {
  return path
    .map((part, step) => {
      if (typeof part === 'number') return `[${part}]`
      const isShown = isPlainWord(part) || (step >= openFrom && /^[^\p{Cc}]{1,128}$/u.test(part))
      return `.${isShown ? part : '?'}`
    })
    .join('')
    .replace(/^\./, '')
}

/** Whether a key may be shown in a message. */
export function isPlainWord(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(key)
}
