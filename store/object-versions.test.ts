import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isMarker, ObjectVersions } from './object-versions.ts'
import type { DeleteMarker, ObjectRecord, Version } from './records.ts'
import { compareUtf8 } from './utf8-order.ts'

const object = (versionId: string | undefined, etag: string): ObjectRecord => ({
  versionId,
  etag,
  headers: [],
  metadata: [],
  tags: [],
  storageClass: 'STANDARD',
  size: 0,
  modifiedMs: 0,
  pieces: [],
})
const marker = (versionId: string | undefined): DeleteMarker => ({ marker: true, versionId, modifiedMs: 0 })

interface Step {
  readonly what: 'put' | 'mark' | 'remove' | 'update'
  readonly key: string
  /** Of the new version, or which of the present ones is meant; undefined: `null`. */
  readonly place: number | undefined
}

/** The same by plain lists, the newest first. */
class Lists {
  readonly versions = new Map<string, Version[]>()

  add(key: string, version: Version): Version | undefined {
    const former = this.remove(key, version.versionId)
    this.versions.set(key, [version, ...(this.versions.get(key) ?? [])])
    return former
  }

  remove(key: string, versionId: string | undefined): Version | undefined {
    const list = this.versions.get(key) ?? []
    const at = list.findIndex((version) => version.versionId === versionId)
    const [former] = at < 0 ? [] : list.splice(at, 1)
    if (list.length === 0) this.versions.delete(key)
    return former
  }

  all() {
    const keys = [...this.versions.keys()].sort(compareUtf8)
    return keys.flatMap((key) =>
      (this.versions.get(key) ?? []).map((version, place) => ({ key, value: { version, isLatest: place === 0 } })),
    )
  }
}

const STEP = fc.record<Step>({
  what: fc.constantFrom('put', 'put', 'mark', 'remove', 'update'),
  key: fc.constantFrom('a', 'b', '\u{1f600}', '\uffee'),
  place: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
})

/** Makes the change in both, which must agree on what it replaces. */
function change(versions: ObjectVersions, lists: Lists, { what, key, place }: Step, number: number): void {
  const newId = place === undefined ? undefined : `v${number}`
  const list = lists.versions.get(key) ?? []
  const present = place === undefined ? undefined : list[place]?.versionId
  if (what === 'put') {
    const version = object(newId, `${number}`)
    expect(versions.put(key, version)).toBe(lists.add(key, version))
  } else if (what === 'mark') {
    const version = marker(newId)
    expect(versions.mark(key, version)).toBe(lists.add(key, version))
  } else if (what === 'remove') expect(versions.remove(key, present)).toBe(lists.remove(key, present))
  else {
    const at = list.findIndex((version) => version.versionId === present && !isMarker(version))
    const changed = object(present, `changed ${number}`)
    if (at < 0) return
    expect(versions.update(key, changed)).toBe(list[at])
    list[at] = changed
  }
}

function copyOf(versions: ObjectVersions): ObjectVersions {
  const copy = new ObjectVersions()
  for (const { key, value } of versions.oldestFirst()) {
    if (isMarker(value)) copy.mark(key, value)
    else copy.put(key, value)
  }
  return copy
}

test('versions are what plain lists of them would be, after any changes', () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
      const [versions, lists] = [new ObjectVersions(), new Lists()]
      for (const [number, step] of steps.entries()) {
        change(versions, lists, step, number)
        const all = lists.all()
        expect([...versions.from(() => false)]).toEqual(all)
        expect(versions.count).toBe(all.length)
        const objects = all.flatMap(({ key, value: { isLatest, version } }) =>
          isLatest && !isMarker(version) ? [{ key, value: version }] : [],
        )
        expect([...versions.current.all()]).toEqual(objects)
        expect([...copyOf(versions).from(() => false)]).toEqual(all)
      }
    }),
    { numRuns: 150 },
  )
})
