import type { BackendName } from './acceptance-case.ts'

// Rows of the operation table that a backend has by itself, whether or not the proxy opens them.

function rows(...spans: readonly (number | readonly [first: number, last: number])[]): ReadonlySet<number> {
  return new Set(
    spans.flatMap((span) => {
      const [first, last] = typeof span === 'number' ? [span, span] : span
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    }),
  )
}

const OF_EVERY_CEPH = [
  1,
  [5, 21],
  [25, 34],
  [38, 40],
  [43, 46],
  51,
  52,
  83,
  84,
  [86, 88],
  90,
  91,
  93,
  [95, 103],
  [109, 114],
] as const

/** By backend. */
export const BACKEND_ROWS: Readonly<Record<BackendName, ReadonlySet<number>>> = {
  store: rows(1, [5, 14], [28, 34], [38, 40], [83, 86], 88, 90, 91, [95, 103], [109, 114]),
  ceph: rows(...OF_EVERY_CEPH),
  ceph18: rows(...OF_EVERY_CEPH, [35, 37]),
  minio: rows(1, [5, 18], 25, [28, 46], 48, 50, 51, 53, [83, 88], 90, 91, [95, 103], [109, 114]),
}

const REPLICATION_ON_CEPH: ReadonlyMap<number, string> = new Map([
  [43, 'replication needs a second zone'],
  [44, 'replication needs a second zone'],
])

/** Rows that a backend has, but not so that a good and a bad case could be shown here, and why. */
export const NOT_SHOWN_WHOLE: Readonly<Record<BackendName, ReadonlyMap<number, string>>> = {
  store: new Map(),
  ceph: REPLICATION_ON_CEPH,
  ceph18: REPLICATION_ON_CEPH,
  minio: new Map([
    [25, 'it answers NoSuchCORSConfiguration always'],
    [40, 'it answers 204 always, even where there is no bucket'],
    [43, 'replication needs a second server'],
    [44, 'replication needs a second server'],
    [45, 'replication needs a second server'],
    [48, 'it answers NoSuchWebsiteConfiguration always'],
  ]),
}
