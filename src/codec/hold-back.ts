/**
 * Passes a body on and keeps its end until it is released, so that who receives it cannot take it for complete before.
 * It works by slices, not by bytes: the newest slice is kept, hence always the last byte, and nothing is copied or cut.
 */
export class HoldBack {
  #held: Buffer | undefined

  /** Takes the next slice and gives back the one before it. Empty slices are dropped: they would let the end go. */
  push(slice: Buffer): Buffer | undefined {
    if (slice.length === 0) return undefined
    const before = this.#held
    this.#held = slice
    return before
  }

  /** The end of the body, or undefined when the body is empty. To be called once all of it has been verified. */
  release(): Buffer | undefined {
    const end = this.#held
    this.#held = undefined
    return end
  }
}
