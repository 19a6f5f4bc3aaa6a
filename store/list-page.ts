import type { IndexEntry } from './sorted-index.ts'
import { compareUtf8 } from './utf8-order.ts'

/** What can be listed: entries in UTF-8 byte order of their keys, from the first for which `isBefore` is false. */
export interface KeySource<V> {
  from(isBefore: (indexKey: string) => boolean): Iterator<IndexEntry<V>, void>
}

/** Which stretch of an index a listing wants. */
export interface ListQuery {
  readonly prefix: string
  /** Empty for none. */
  readonly delimiter: string
  /** How many entries and common prefixes together. */
  readonly limit: number
  /** True for the index keys that come before the page: those up to the marker. Must hold for a run at the beginning. */
  readonly isBeforePage: (indexKey: string) => boolean
  /** The object key within an index key. */
  readonly keyOf: (indexKey: string) => string
}

export interface ListPage<V> {
  readonly entries: readonly IndexEntry<V>[]
  readonly commonPrefixes: readonly string[]
  /** Whether more follows. */
  readonly truncated: boolean
  /** The last entry's index key or common prefix, whichever comes later; undefined for an empty page. */
  readonly last: string | undefined
}

/**
 * Whether an object key comes before the page that follows `marker`. A marker that is itself a common prefix
 * stands for all keys under it.
 */
export function isUpToMarker(
  key: string,
  marker: string,
  grouping: { readonly prefix: string; readonly delimiter: string },
): boolean {
  if (marker === '') return false
  if (compareUtf8(key, marker) <= 0) return true
  return key.startsWith(marker) && commonPrefixOf(marker, grouping) === marker
}

/** One page of an index, keys rolled up at the first delimiter after the prefix. Costs by the page, not by the bucket. */
export function listPage<V>(index: KeySource<V>, query: ListQuery): ListPage<V> {
  const entries: IndexEntry<V>[] = []
  const commonPrefixes: string[] = []
  let last: string | undefined
  let source = index.from((indexKey) => compareUtf8(indexKey, query.prefix) < 0 || query.isBeforePage(indexKey))
  for (;;) {
    const next = source.next()
    if (next.done === true || !next.value.key.startsWith(query.prefix))
      return { entries, commonPrefixes, truncated: false, last }
    if (entries.length + commonPrefixes.length === query.limit)
      return { entries, commonPrefixes, truncated: query.limit > 0, last }
    const group = commonPrefixOf(query.keyOf(next.value.key), query)
    if (group === undefined) {
      entries.push(next.value)
      last = next.value.key
    } else {
      commonPrefixes.push(group)
      last = group
      source = index.from((indexKey) => isUpTo(indexKey, group))
    }
  }
}

/** Keys of the group and all before it. */
function isUpTo(indexKey: string, group: string): boolean {
  return compareUtf8(indexKey, group) < 0 || indexKey.startsWith(group)
}

/** The part of a key up to and with the first delimiter after the prefix. */
function commonPrefixOf(
  key: string,
  grouping: { readonly prefix: string; readonly delimiter: string },
): string | undefined {
  if (grouping.delimiter === '' || !key.startsWith(grouping.prefix)) return undefined
  const at = key.indexOf(grouping.delimiter, grouping.prefix.length)
  return at < 0 ? undefined : key.slice(0, at + grouping.delimiter.length)
}
