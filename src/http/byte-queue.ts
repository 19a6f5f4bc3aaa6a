/** How a queue holds its source back and, when nobody wants the rest, ends it. */
export interface FlowControl {
  pause(): void
  resume(): void
  /** Called once when the reader stops before the end. */
  abandon(): void
}

const HIGH_WATER_BYTES = 256 * 1024

/**
 * Bytes between a connection that pushes and a reader that pulls: at most some 256 KiB wait here, beyond that the
 * source is paused. One reader only.
 */
export class ByteQueue implements AsyncIterable<Buffer> {
  readonly #flow: FlowControl
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #paused = false
  #closed = false
  #error: Error | undefined
  #wake: (() => void) | undefined

  constructor(flow: FlowControl) {
    this.#flow = flow
  }

  /** True while the reader waits for the source. */
  get starving(): boolean {
    return this.#wake !== undefined
  }

  /** True once the source is complete or failed, or the rest is not wanted. */
  get closed(): boolean {
    return this.#closed
  }

  push(chunk: Buffer): void {
    if (this.#closed) return
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes >= HIGH_WATER_BYTES && !this.#paused) {
      this.#paused = true
      this.#flow.pause()
    }
    this.#notify()
  }

  /** The source is complete. */
  end(): void {
    this.#closed = true
    this.#notify()
  }

  /** The source failed: the reader gets what is queued, then this error. */
  fail(error: Error): void {
    if (this.#closed) return
    this.#closed = true
    this.#error = error
    this.#notify()
  }

  /** The rest is not wanted. Does nothing once the source has ended or failed. */
  discard(): void {
    if (this.#closed) return
    this.#closed = true
    this.#flow.abandon()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const chunk = this.#shift()
        if (chunk !== undefined) yield chunk
        else if (this.#error !== undefined) throw this.#error
        else if (this.#closed) return
        else await this.#more()
      }
    } finally {
      this.discard()
    }
  }

  #shift(): Buffer | undefined {
    const chunk = this.#chunks.shift()
    if (chunk === undefined) return undefined
    this.#bytes -= chunk.length
    if (this.#paused && this.#bytes < HIGH_WATER_BYTES / 2) {
      this.#paused = false
      this.#flow.resume()
    }
    return chunk
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
