import { createHash } from 'node:crypto'

/** Bytes that a number stands for. */
export interface Chunk {
  readonly seed: number
  readonly size: number
}

/** The bytes of an object, in the stretches in which they were uploaded. */
export type Content = readonly Chunk[]

/** A version of a key; an id that nobody was told is undefined. */
export interface VersionState {
  readonly id: string | undefined
  readonly content: Content | 'delete marker'
}

export interface UploadState {
  readonly id: string | undefined
  /** By number, from 1. */
  readonly parts: Content
}

/** All that there is under one key; versions from the newest to the oldest, uploads from the oldest to the newest. */
export interface KeyState {
  readonly versions: readonly VersionState[]
  readonly uploads: readonly UploadState[]
}

/** The same as the store tells it: digests in place of bytes. */
export interface ObservedState {
  readonly versions: readonly { readonly id: string; readonly sha256: string }[]
  readonly uploads: readonly { readonly id: string; readonly parts: readonly string[] }[]
}

export const EMPTY: KeyState = { versions: [], uploads: [] }

/** Objects and parts above this size lie in files of their own. */
const MAX_INLINE_BYTES = 1024

export function bytesOf({ seed, size }: Chunk): Buffer {
  const block = createHash('sha512').update(String(seed)).digest()
  return Buffer.alloc(size, block)
}

export function md5Of(chunk: Chunk): string {
  return createHash('md5').update(bytesOf(chunk)).digest('hex')
}

export function sha256Of(content: VersionState['content']): string {
  if (content === 'delete marker') return content
  const hash = createHash('sha256')
  for (const chunk of content) hash.update(bytesOf(chunk))
  return hash.digest('hex')
}

/** How many data files the state needs. */
export function filesOf({ versions, uploads }: KeyState): number {
  const contents = versions.flatMap(({ content }) => (content === 'delete marker' ? [] : content))
  const parts = uploads.flatMap((upload) => upload.parts)
  return [...contents, ...parts].filter(({ size }) => size > MAX_INLINE_BYTES).length
}

/** The state with the ids that the store tells, if it is what the store tells; else undefined. */
export function confirmed(expected: KeyState, observed: ObservedState): KeyState | undefined {
  const versions = paired(
    expected.versions,
    observed.versions,
    ({ content }, { sha256 }) => sha256Of(content) === sha256,
  )
  const uploads = paired(
    expected.uploads,
    observed.uploads,
    (upload, { parts }) => upload.parts.map(md5Of).join() === parts.join(),
  )
  return versions && uploads && { versions, uploads }
}

function paired<E extends { readonly id: string | undefined }, O extends { readonly id: string }>(
  expected: readonly E[],
  observed: readonly O[],
  isSame: (expected: E, observed: O) => boolean,
): E[] | undefined {
  if (expected.length !== observed.length) return undefined
  const pairs: E[] = []
  for (const [place, item] of expected.entries()) {
    const other = observed[place]
    if (other === undefined || (item.id !== undefined && item.id !== other.id) || !isSame(item, other)) return undefined
    pairs.push({ ...item, id: other.id })
  }
  return pairs
}
