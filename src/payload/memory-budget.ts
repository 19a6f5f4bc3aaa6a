/** Memory that many requests share: what one of them holds, the others cannot have. */
export class MemoryBudget {
  readonly #maxBytes: number
  #usedBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Takes that many bytes; gives what returns them (once), or undefined when they are not there. */
  take(bytes: number): (() => void) | undefined {
    if (this.#usedBytes + bytes > this.#maxBytes) return undefined
    this.#usedBytes += bytes
    let held = bytes
    return () => {
      this.#usedBytes -= held
      held = 0
    }
  }
}
