import { UpstreamFailure } from './send.ts'

interface Waiter {
  readonly admit: () => void
}

/**
 * Lets at most `capacity` requests hold a backend connection at once. The pool behind it would queue for ever;
 * here whoever waits longer than `waitMs` is told so, and gets a 503 it can retry.
 */
export class ConnectionGate {
  readonly #capacity: number
  readonly #waitMs: number
  readonly #waiting = new Set<Waiter>()
  #held = 0

  constructor(capacity: number, waitMs: number) {
    this.#capacity = capacity
    this.#waitMs = waitMs
  }

  get held(): number {
    return this.#held
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Resolves with the function that gives the place back (idempotent). Rejects with `busy` or `aborted`. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw new UpstreamFailure('aborted', { untouched: true })
    if (this.#held < this.#capacity) this.#held++
    else await this.#queue(signal)
    let released = false
    return () => {
      if (released) return
      released = true
      this.#leave()
    }
  }

  #queue(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#waiting.delete(waiter)
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
      const waiter: Waiter = {
        admit: () => {
          settle()
          resolve()
        },
      }
      const abort = (): void => {
        settle()
        reject(new UpstreamFailure('aborted', { untouched: true }))
      }
      const timer = setTimeout(() => {
        settle()
        reject(new UpstreamFailure('busy', { untouched: true }))
      }, this.#waitMs)
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.add(waiter)
    })
  }

  #leave(): void {
    const [next] = this.#waiting
    // The place passes straight to the next in line, so `held` stays as it is.
    if (next !== undefined) next.admit()
    else this.#held--
  }
}
