import { compareUtf8 } from './utf8-order.ts'

interface Block<V> {
  readonly keys: string[]
  readonly values: V[]
}

/** A key with its value. */
export interface IndexEntry<V> {
  readonly key: string
  readonly value: V
}

const MAX_BLOCK_KEYS = 512

/**
 * A map whose keys are kept in UTF-8 byte order: sorted blocks of at most 512 keys, so that an insert moves little and a
 * listing page starts by two binary searches, however large the bucket.
 */
export class SortedIndex<V> {
  readonly #blocks: Block<V>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): V | undefined {
    const block = this.#blocks[this.#blockOf(key)]
    if (block === undefined) return undefined
    const offset = lowerBound(block.keys, (other) => compareUtf8(other, key) < 0)
    return block.keys[offset] === key ? block.values[offset] : undefined
  }

  /** Sets the value and gives the one that it replaces. */
  set(key: string, value: V): V | undefined {
    if (this.#blocks.length === 0) this.#blocks.push({ keys: [], values: [] })
    const at = this.#blockOf(key)
    const block = this.#blocks[at]
    if (block === undefined) return undefined
    const offset = lowerBound(block.keys, (other) => compareUtf8(other, key) < 0)
    if (block.keys[offset] === key) {
      const former = block.values[offset]
      block.values[offset] = value
      return former
    }
    block.keys.splice(offset, 0, key)
    block.values.splice(offset, 0, value)
    this.#size += 1
    if (block.keys.length > MAX_BLOCK_KEYS) this.#split(at, block, offset)
    return undefined
  }

  /** Removes the key and gives the value that it had. */
  delete(key: string): V | undefined {
    const at = this.#blockOf(key)
    const block = this.#blocks[at]
    if (block === undefined) return undefined
    const offset = lowerBound(block.keys, (other) => compareUtf8(other, key) < 0)
    if (block.keys[offset] !== key) return undefined
    const former = block.values[offset]
    block.keys.splice(offset, 1)
    block.values.splice(offset, 1)
    this.#size -= 1
    if (block.keys.length === 0) this.#blocks.splice(at, 1)
    return former
  }

  /**
   * The entries from the first key for which `isBefore` is false, in order. `isBefore` must hold for a run of keys at the
   * beginning and for none after it. The index may not change while the result is read.
   */
  *from(isBefore: (key: string) => boolean): Generator<IndexEntry<V>, void> {
    let at = lowerBound(this.#blocks, (block) => isBefore(block.keys.at(-1) ?? ''))
    let offset = lowerBound(this.#blocks[at]?.keys ?? [], isBefore)
    for (; at < this.#blocks.length; at++) {
      const block = this.#blocks[at]
      if (block === undefined) return
      for (; offset < block.keys.length; offset++) {
        yield { key: block.keys[offset] as string, value: block.values[offset] as V }
      }
      offset = 0
    }
  }

  /** All entries, in order. */
  all(): Generator<IndexEntry<V>, void> {
    return this.from(() => false)
  }

  /** The block that holds the key, or the one it belongs into. */
  #blockOf(key: string): number {
    const after = lowerBound(this.#blocks, (block) => compareUtf8(block.keys[0] ?? '', key) <= 0)
    return Math.max(0, after - 1)
  }

  /** Cuts a full block in two; when keys arrive in order the left one stays nearly full. */
  #split(at: number, block: Block<V>, lastInsert: number): void {
    const isAppend = lastInsert === block.keys.length - 1
    const cut = isAppend ? block.keys.length - 1 : block.keys.length >> 1
    this.#blocks.splice(at + 1, 0, { keys: block.keys.splice(cut), values: block.values.splice(cut) })
  }
}

function lowerBound<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(items[middle] as T)) low = middle + 1
    else high = middle
  }
  return low
}
