import type { DeleteMarker, ObjectRecord, Version } from './records.ts'
import { type IndexEntry, SortedIndex } from './sorted-index.ts'
import { compareUtf8 } from './utf8-order.ts'

/** A version in a listing of all of them. */
export interface ListedVersion {
  readonly version: Version
  readonly isLatest: boolean
}

/** Whether a version says that there is no object. */
export function isMarker(version: Version): version is DeleteMarker {
  return 'marker' in version
}

/**
 * The objects of a bucket with all their versions. What a plain listing shows lies in an index of its own, so that
 * buckets without versions pay nothing for them, and a listing does not walk past what was deleted.
 */
export class ObjectVersions {
  /** By key, the objects that a request without a version id sees. */
  readonly current = new SortedIndex<ObjectRecord>()
  /** By key, all other versions, the newest first; never empty lists. A delete marker is always here, even the latest version. */
  readonly #others = new SortedIndex<Version[]>()
  #count = 0

  /** How many versions there are, delete markers too. */
  get count(): number {
    return this.#count
  }

  /** The object that a request without a version id sees. */
  get(key: string): ObjectRecord | undefined {
    return this.current.get(key)
  }

  /** The delete marker that is the latest version of the key, if one is. */
  latestMarker(key: string): DeleteMarker | undefined {
    if (this.current.get(key) !== undefined) return undefined
    const latest = this.#others.get(key)?.[0]
    return latest !== undefined && isMarker(latest) ? latest : undefined
  }

  /** The version of that id; undefined stands for `null`. */
  find(key: string, versionId: string | undefined): Version | undefined {
    const current = this.current.get(key)
    if (current !== undefined && current.versionId === versionId) return current
    return this.#others.get(key)?.find((version) => version.versionId === versionId)
  }

  /** Makes an object the latest version and gives the version that it replaces: the one of its id. */
  put(key: string, object: ObjectRecord): Version | undefined {
    const former = this.current.get(key)
    if (former !== undefined && former.versionId === object.versionId) return this.current.set(key, object)
    const replaced = this.#takeOther(key, object.versionId)
    if (former !== undefined) this.#shelve(key, former)
    this.current.set(key, object)
    this.#count += 1
    return replaced
  }

  /** Makes a delete marker the latest version and gives the version that it replaces: the one of its id. */
  mark(key: string, marker: DeleteMarker): Version | undefined {
    const former = this.current.delete(key)
    const isReplaced = former !== undefined && former.versionId === marker.versionId
    if (former !== undefined && !isReplaced) this.#shelve(key, former)
    const replaced = isReplaced ? former : this.#takeOther(key, marker.versionId)
    this.#shelve(key, marker)
    if (!isReplaced) this.#count += 1
    return replaced
  }

  /** Replaces the version of the object's id where it stands, and gives the former one. Without such a version nothing happens. */
  update(key: string, object: ObjectRecord): Version | undefined {
    const current = this.current.get(key)
    if (current !== undefined && current.versionId === object.versionId) return this.current.set(key, object)
    const others = this.#others.get(key) ?? []
    const at = others.findIndex((version) => version.versionId === object.versionId)
    const former = others[at]
    if (former !== undefined) others[at] = object
    return former
  }

  /** Removes a version and gives it; the next older one becomes the latest. */
  remove(key: string, versionId: string | undefined): Version | undefined {
    const current = this.current.get(key)
    const isCurrent = current !== undefined && current.versionId === versionId
    const removed = isCurrent ? this.current.delete(key) : this.#takeOther(key, versionId)
    if (isCurrent) this.#count -= 1
    if (current === undefined || isCurrent) this.#promote(key)
    return removed
  }

  /** All versions by key, those of a key from the newest to the oldest; see {@link SortedIndex.from}. */
  *from(isBefore: (key: string) => boolean): Generator<IndexEntry<ListedVersion>, void> {
    const currents = this.current.from(isBefore)
    const others = this.#others.from(isBefore)
    let current = currents.next().value
    let other = others.next().value
    while (current !== undefined || other !== undefined) {
      const order = compareEntries(current, other)
      if (current !== undefined && order <= 0) {
        yield { key: current.key, value: { version: current.value, isLatest: true } }
      }
      if (other !== undefined && order >= 0) {
        const { key, value } = other
        for (const [place, version] of value.entries()) {
          yield { key, value: { version, isLatest: order > 0 && place === 0 } }
        }
      }
      if (order <= 0) current = currents.next().value
      if (order >= 0) other = others.next().value
    }
  }

  /** All versions, those of a key from the oldest to the newest: putting them in this order gives the same again. */
  *oldestFirst(): Generator<IndexEntry<Version>, void> {
    for (const { key, value } of this.#others.all())
      for (const version of value.toReversed()) yield { key, value: version }
    yield* this.current.all()
  }

  #shelve(key: string, version: Version): void {
    const others = this.#others.get(key)
    if (others === undefined) this.#others.set(key, [version])
    else others.unshift(version)
  }

  #takeOther(key: string, versionId: string | undefined): Version | undefined {
    const others = this.#others.get(key)
    const at = others?.findIndex((version) => version.versionId === versionId) ?? -1
    if (others === undefined || at < 0) return undefined
    const [taken] = others.splice(at, 1)
    if (others.length === 0) this.#others.delete(key)
    this.#count -= 1
    return taken
  }

  #promote(key: string): void {
    const others = this.#others.get(key)
    const latest = others?.[0]
    if (others === undefined || latest === undefined || isMarker(latest)) return
    others.shift()
    if (others.length === 0) this.#others.delete(key)
    this.current.set(key, latest)
  }
}

/** Which of the two comes first in a merge; 0 when both are of the same key. */
function compareEntries(left: IndexEntry<unknown> | void, right: IndexEntry<unknown> | void): number {
  if (left === undefined) return 1
  return right === undefined ? -1 : compareUtf8(left.key, right.key)
}
