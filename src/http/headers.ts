/** One header line as it came from the wire: the name as spelled, the value as latin1 text (one character a byte). */
export type HeaderPair = readonly [name: string, value: string]

/**
 * The header lines of a message, in arrival order and with duplicates, looked up without regard to case.
 * Values are latin1 text, as Node delivers them: one character stands for one byte of the wire.
 */
export class HeaderList {
  readonly pairs: readonly HeaderPair[]
  readonly #byName = new Map<string, string[]>()

  constructor(pairs: readonly HeaderPair[]) {
    this.pairs = pairs
    for (const [name, value] of pairs) {
      const lower = name.toLowerCase()
      const values = this.#byName.get(lower)
      if (values === undefined) this.#byName.set(lower, [value])
      else values.push(value)
    }
  }

  /** From the flat array `[name, value, name, value, …]` that Node and undici use. */
  static fromFlat(flat: readonly string[]): HeaderList {
    const pairs: HeaderPair[] = []
    for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? '', flat[i + 1] ?? ''])
    return new HeaderList(pairs)
  }

  /** The first value of that name (`name` in lower case). */
  get(name: string): string | undefined {
    return this.#byName.get(name)?.[0]
  }

  /** All values of that name, in arrival order (`name` in lower case). */
  all(name: string): readonly string[] {
    return this.#byName.get(name) ?? []
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  /** The distinct names, in lower case, in order of first appearance. */
  names(): IterableIterator<string> {
    return this.#byName.keys()
  }

  get size(): number {
    return this.pairs.length
  }
}
