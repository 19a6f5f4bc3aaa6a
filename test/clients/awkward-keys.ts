import type { Backend } from '../support/backend.ts'
import type { Client } from './client.ts'

/** Before each key, so that a listing finds them. */
export const AWKWARD_PREFIX = 'awkward/'

/** Keys that something on the way might encode, decode, trim, fold or resolve. */
export const AWKWARD_KEYS: readonly (readonly [what: string, key: string])[] = [
  ['a blank', 'two words'],
  ['a plus', 'one+one'],
  ['an escaped slash', 'a%2Fb'],
  ['a lone percent sign', '100%'],
  ['an empty segment', 'a//b'],
  ['letters beyond ASCII', 'ünïcödé/漢字'],
  ['an emoji', 'smile-😀'],
  ['a slash at the end', 'folder/'],
  ['a dot segment', 'a/../b'],
  ['quotes, parentheses, star', "it's (so) *bold*!"],
  ['query characters', 'a?b=c&d#e'],
  ['a control character', 'bell\u0001end'],
  ['the longest key there is', longestKey(1024 - AWKWARD_PREFIX.length)],
]

/** What a backend cannot store: MinIO keeps keys as paths of files. */
const UNSTORABLE: Readonly<Record<Backend['kind'], (key: string) => boolean>> = {
  ceph: () => false,
  store: () => false,
  minio: (key) => key.includes('//') || key.split('/').includes('..'),
}

/** The awkward keys, prefix included, that this client can name and this backend can store. */
export function awkwardKeys(client: Client, backend: Backend['kind']): string[] {
  return AWKWARD_KEYS.map(([, key]) => `${AWKWARD_PREFIX}${key}`).filter(
    (key) => client.canName(key) && !UNSTORABLE[backend](key),
  )
}

/** A key of this many bytes, in segments that may be names of files. */
function longestKey(bytes: number): string {
  return Array.from({ length: Math.ceil(bytes / 200) }, (_, index) => String(index).repeat(199))
    .join('/')
    .slice(0, bytes)
}
