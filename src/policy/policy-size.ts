/** Sizes in bytes of JSON without blanks. Beyond AWS's limits an identity policy loads with a warning. */
export const POLICY_SIZE_LIMITS = {
  managed: 6_144,
  /** Of all inline policies of one user. */
  userInline: 2_048,
  /** Of all inline policies of one group. */
  groupInline: 5_120,
  /** Of a bucket policy; more is refused. */
  bucket: 20_480,
  /** Of any identity policy; more is refused. */
  any: 1_048_576,
} as const

const MAX_DEPTH = 64

/**
 * How many bytes the value takes as JSON without blanks between its parts. Infinity as soon as that is more than `limit`,
 * or for a value that is nested too deeply: a value that was read from YAML may be larger than its text, or endless.
 */
export function policySize(value: unknown, limit: number): number {
  let size = 0
  const measure = (part: unknown, depth: number): void => {
    if (size > limit || depth > MAX_DEPTH) {
      size = Number.POSITIVE_INFINITY
      return
    }
    if (typeof part !== 'object' || part === null) {
      size += Buffer.byteLength(JSON.stringify(part) ?? '')
      return
    }
    const members = Array.isArray(part) ? part.map((item): [string, unknown] => ['', item]) : Object.entries(part)
    size += 2 + Math.max(0, members.length - 1)
    for (const [name, member] of members) {
      if (!Array.isArray(part)) size += Buffer.byteLength(JSON.stringify(name)) + 1
      measure(member, depth + 1)
      if (size > limit) break
    }
  }
  measure(value, 0)
  return size > limit ? Number.POSITIVE_INFINITY : size
}
