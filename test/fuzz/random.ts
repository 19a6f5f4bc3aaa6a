/** Numbers that look random and come again with the same seed (xorshift of 128 bits, G. Marsaglia 2003). */
export class Random {
  readonly seed: number
  #a: number
  #b: number
  #c: number
  #d: number

  /** `stream` tells apart what is drawn with one seed; both are whole numbers below 2 ** 32. */
  constructor(seed: number, stream = 0) {
    this.seed = seed
    this.#a = scattered(seed)
    this.#b = scattered(seed ^ 0x9e3779b9)
    this.#c = scattered(stream)
    // All four must not be zero.
    this.#d = scattered(stream ^ 0x7f4a7c15) | 1
    for (let i = 0; i < 8; i++) this.#next()
  }

  #next(): number {
    const t = this.#d ^ (this.#d << 11)
    this.#d = this.#c
    this.#c = this.#b
    this.#b = this.#a
    this.#a = (this.#a ^ (this.#a >>> 19) ^ t ^ (t >>> 8)) >>> 0
    return this.#a
  }

  /** A whole number below `bound`; 0 when there is none. */
  below(bound: number): number {
    return bound <= 1 ? 0 : this.#next() % bound
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  pick<T>(list: readonly [T, ...T[]]): T
  pick<T>(list: readonly T[]): T | undefined
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }
}

/** Neighbouring seeds must not give neighbouring numbers (the finaliser of MurmurHash3, public domain). */
function scattered(seed: number): number {
  let h = seed >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
