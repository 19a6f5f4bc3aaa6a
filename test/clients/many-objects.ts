import type { S3Caller } from '../support/s3-caller.ts'

const LISTED = 1_100
const AT_ONCE = 16

/** Puts `count` small objects below a prefix, past the proxy; gives their keys back. */
export async function fill(master: S3Caller, bucket: string, prefix: string, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`)
  const waiting = keys.values()
  const work = async () => {
    for (const key of waiting) await master.put(bucket, key, 'x')
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return keys
}

/** The keys below `listed/` of a bucket that all clients of a run share: made by the first that asks. */
export async function listedPrefix(master: S3Caller, bucket: string): Promise<string[]> {
  const keys = Array.from({ length: LISTED }, (_, index) => `listed/${String(index).padStart(5, '0')}`)
  if (await master.exists(bucket, keys.at(-1))) return keys
  return fill(master, bucket, 'listed/', LISTED)
}
