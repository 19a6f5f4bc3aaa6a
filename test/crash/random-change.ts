import type { Call } from '../support/s3-caller.ts'
import { bytesOf, type Chunk, type Content, type KeyState, md5Of, type VersionState } from './expected-state.ts'
import type { Place } from './observed-state.ts'

/** A request that changes one key, and what the key is after it. */
export interface Change {
  readonly name: string
  readonly call: Call
  /** @param id that the answer names, of a version or an upload; undefined when there was no answer */
  readonly after: (id: string | undefined) => KeyState
}

/** Numbers below a bound, drawn from a seed. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** 0 to `bound` - 1. */
  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * bound)
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }
}

/** What a change is drawn for. */
export interface Situation {
  readonly place: Place
  readonly isVersioned: boolean
  readonly state: KeyState
  /** Another key of the same bucket that nobody changes meanwhile. */
  readonly other: { readonly place: Place; readonly state: KeyState }
}

const MAX_VERSIONS = 4
/** Small ones lie in the journal, large ones in files; the largest takes several writes. */
const SIZES = [0, 1, 700, 1024, 1025, 20_000, 300_000, 900_000] as const
const MIN_PART_BYTES = 5 * 1024 * 1024

/** Draws a change that is possible now. */
export function randomChange(dice: Dice, situation: Situation): Change {
  const { versions, uploads } = situation.state
  if (versions.length > MAX_VERSIONS) return removeOldest(situation)
  const [upload] = uploads
  if (upload !== undefined && upload.parts.length > 0 && dice.below(3) > 0)
    return dice.below(4) === 0 ? abort(situation) : complete(situation)
  if (upload !== undefined && dice.below(2) === 0) return putPart(dice, situation)
  return dice.pick([put, put, put, copy, copy, remove, tag, create])(dice, situation)
}

function put(dice: Dice, situation: Situation): Change {
  const chunk = newChunk(dice, dice.pick(SIZES))
  return {
    name: `put ${chunk.size} bytes`,
    call: { method: 'PUT', ...situation.place, body: bytesOf(chunk) },
    after: (id) => withVersion(situation, { id, content: [chunk] }),
  }
}

function copy(dice: Dice, situation: Situation): Change {
  const { place, state } = situation.other
  const content = state.versions[0]?.content
  if (content === undefined || content === 'delete marker') return put(dice, situation)
  const headers = [['x-amz-copy-source', `/${place.bucket}/${place.key}`] as const]
  return {
    name: 'copy',
    call: { method: 'PUT', ...situation.place, headers },
    after: (id) => withVersion(situation, { id, content }),
  }
}

function remove(_dice: Dice, situation: Situation): Change {
  const { state, isVersioned } = situation
  return {
    name: 'delete',
    call: { method: 'DELETE', ...situation.place },
    after: (id) =>
      isVersioned ? withVersion(situation, { id, content: 'delete marker' }) : { ...state, versions: [] },
  }
}

function removeOldest({ state, place }: Situation): Change {
  const id = state.versions.at(-1)?.id ?? ''
  return {
    name: 'delete a version',
    call: { method: 'DELETE', ...place, query: [['versionId', id]] },
    after: () => ({ ...state, versions: state.versions.slice(0, -1) }),
  }
}

/** Changes a record of the journal without changing the bytes that it names. */
function tag(dice: Dice, situation: Situation): Change {
  const { place, state } = situation
  const latest = state.versions[0]?.content
  if (latest === undefined || latest === 'delete marker') return put(dice, situation)
  const body = `<Tagging><TagSet><Tag><Key>k</Key><Value>${dice.below(100)}</Value></Tag></TagSet></Tagging>`
  return { name: 'tag', call: { method: 'PUT', ...place, query: [['tagging', '']], body }, after: () => state }
}

function create(_dice: Dice, { place, state }: Situation): Change {
  return {
    name: 'create an upload',
    call: { method: 'POST', ...place, query: [['uploads', '']] },
    after: (id) => ({ ...state, uploads: [...state.uploads, { id, parts: [] }] }),
  }
}

/** All but the first part may have any size only as the last one, so there are at most two. */
function putPart(dice: Dice, { place, state }: Situation): Change {
  const [upload = { id: '', parts: [] }, ...others] = state.uploads
  const isLast = upload.parts[0]?.size === MIN_PART_BYTES
  const size = isLast || dice.below(8) > 0 ? dice.pick(SIZES) : MIN_PART_BYTES
  const chunk = newChunk(dice, size)
  const parts: Content = isLast ? [...upload.parts.slice(0, 1), chunk] : [chunk]
  const query = [['uploadId', upload.id ?? ''] as const, ['partNumber', `${parts.length}`] as const]
  return {
    name: `put a part of ${size} bytes`,
    call: { method: 'PUT', ...place, query, body: bytesOf(chunk) },
    after: () => ({ ...state, uploads: [{ ...upload, parts }, ...others] }),
  }
}

function complete(situation: Situation): Change {
  const [upload = { id: '', parts: [] }, ...uploads] = situation.state.uploads
  const listed = upload.parts.map(
    (part, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${md5Of(part)}"</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`
  return {
    name: `complete an upload of ${upload.parts.length} parts`,
    call: { method: 'POST', ...situation.place, query: [['uploadId', upload.id ?? '']], body },
    after: (id) => ({ ...withVersion(situation, { id, content: upload.parts }), uploads }),
  }
}

function abort({ place, state }: Situation): Change {
  const [upload, ...uploads] = state.uploads
  return {
    name: 'abort an upload',
    call: { method: 'DELETE', ...place, query: [['uploadId', upload?.id ?? '']] },
    after: () => ({ ...state, uploads }),
  }
}

function withVersion({ state, isVersioned }: Situation, version: VersionState): KeyState {
  return { ...state, versions: isVersioned ? [version, ...state.versions] : [{ ...version, id: 'null' }] }
}

function newChunk(dice: Dice, size: number): Chunk {
  return { seed: dice.below(2 ** 31), size }
}
