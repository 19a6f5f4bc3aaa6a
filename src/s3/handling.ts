import type { Handling, ProfileName, S3Operation } from './operation.ts'

/** Row numbers, as single numbers and as `[first, last]`. */
type Rows = readonly (number | readonly [first: number, last: number])[]

function rows(list: Rows): ReadonlySet<number> {
  const found = new Set<number>()
  for (const entry of list) {
    const [first, last] = typeof entry === 'number' ? [entry, entry] : entry
    for (let row = first; row <= last; row++) found.add(row)
  }
  return found
}

/** Operations of directory buckets and Object Lambda: no backend that can be configured has them. */
const NOWHERE = rows([2, 3, 82, 89])

/** Answered by a handler of our own, which asks the backend as far as it must. */
const LOCAL = rows([1, 4, 5, 8, 12, [15, 21], [25, 27], 87, 91, 112])

/** SelectObjectContent it has, but a right query of an empty object ends a gateway of 18.2.7, and all requests in it. */
const CEPH_LACKS: Rows = [[22, 24], [35, 37], 41, 42, 46, 47, [53, 81], 85, [92, 94], [104, 108]]
const HETZNER_LACKS: Rows = [...CEPH_LACKS, [38, 40], [43, 45], [48, 52]]
/** Not routed at all, or answered with something fixed. */
const MINIO_LACKS: Rows = [13, 14, [22, 24], [46, 81], [94, 96], [104, 108]]

const LACKS: Readonly<Record<ProfileName, ReadonlySet<number>>> = {
  aws: rows([]),
  ceph: rows(CEPH_LACKS),
  hetzner: rows(HETZNER_LACKS),
  minio: rows(MINIO_LACKS),
  generic: rows([...CEPH_LACKS, ...HETZNER_LACKS, ...MINIO_LACKS]),
}

/** Whether a row is answered 501 to everybody, whatever the backend. */
export function isUnavailable(row: number): boolean {
  return NOWHERE.has(row)
}

/** How each profile takes a row of the table. */
export function handlingOfRow(row: number): Readonly<Record<ProfileName, Handling>> {
  const taken = LOCAL.has(row) ? 'local' : 'forward'
  const of = (profile: ProfileName): Handling => (isUnavailable(row) || LACKS[profile].has(row) ? 'refuse' : taken)
  return { aws: of('aws'), ceph: of('ceph'), hetzner: of('hetzner'), minio: of('minio'), generic: of('generic') }
}

/**
 * How an operation is taken by a backend of that profile which has some operations beyond it.
 * @param extraOperations names from `backend.extra_operations`; they open rows that the profile refuses
 */
export function handlingFor(
  operation: S3Operation,
  profile: ProfileName,
  extraOperations: ReadonlySet<string>,
): Handling {
  const handling = operation.handling[profile]
  if (handling !== 'refuse' || operation.unavailable || !extraOperations.has(operation.name)) return handling
  return LOCAL.has(operation.row) ? 'local' : 'forward'
}
