import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How much body passes between two collections. A collection takes about a millisecond, most of it in no transfer. */
const BYTES_PER_COLLECTION = 16 * 1024 * 1024

/**
 * Gives back the memory of bodies that have passed. Each read of a socket is a buffer of its own outside V8's heap, so
 * a transfer leaves garbage at network speed. V8 by itself collects it after 32 MiB, frees it on a thread that may lag
 * behind, and lets its young generation grow meanwhile: measured, 70 to 100 MiB for one 1 GiB body. Collecting the young
 * generation every 16 MiB keeps it near 20 MiB, and is faster too, because the same memory is used again while it is
 * still in the processor's caches.
 */
export class PassingMemory {
  readonly #collect: () => void
  #bytes = 0

  constructor(collect: () => void = youngCollection()) {
    this.#collect = collect
  }

  /** To be called for each piece of a body. */
  passed(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes < BYTES_PER_COLLECTION) return
    this.#bytes = 0
    this.#collect()
  }
}

/**
 * V8's own `gc` function, which a context gets when it is made while the flag is set: so it works however the process
 * was started. Only in that context, not in the program's.
 */
function youngCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return typeof collect === 'function' ? () => void collect({ type: 'minor' }) : () => undefined
}
