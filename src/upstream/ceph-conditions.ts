import type { HeaderPair } from '../http/headers.ts'

/** Ceph 16 to 18 look for the conditions of a copy under names that lack `source`, and overlook those that AWS has. */
const COPY_CONDITION = /^x-amz-copy-source-(if-(?:none-)?match|if-(?:un)?modified-since)$/

/**
 * Conditions as a Ceph understands them: those of a copy under its own names, too; the ETag of a conditional write without
 * quotation marks, for it compares them as letters; and `If-Match: *` of a read, which is met by any object that is
 * there, left out, for Ceph takes the star for an ETag.
 * @see https://docs.ceph.com/en/latest/radosgw/s3/objectops/#copy-object
 */
export function cephConditions(method: string, headers: readonly HeaderPair[]): HeaderPair[] {
  const isRead = method === 'GET' || method === 'HEAD'
  return headers.flatMap(([name, value]): HeaderPair[] => {
    if (name === 'if-match') {
      if (!isRead) return [[name, value.replace(/^"([^"]*)"$/, '$1')]]
      return value === '*' ? [] : [[name, value]]
    }
    const condition = COPY_CONDITION.exec(name)?.[1]
    if (condition === undefined) return [[name, value]]
    return [
      [name, value],
      [`x-amz-copy-${condition}`, value],
    ]
  })
}
