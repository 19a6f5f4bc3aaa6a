import { S3Error } from '../src/s3/errors.ts'

/** Bytes from `start` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The stretch that a `Range` header asks for. Several ranges, other units and nonsense give undefined: the whole object,
 * as S3 answers them.
 * @throws S3Error InvalidRange when the range lies beyond the object.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function parseRange(header: string, size: number): ByteRange | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header)
  const [first, last] = [match?.[1] ?? '', match?.[2] ?? '']
  if (first === '' && last === '') return undefined
  if (first === '') return lastBytes(header, Number(last), size)
  const start = Number(first)
  const end = last === '' ? size : Number(last) + 1
  if (end <= start && last !== '') return undefined
  if (start >= size) throw unsatisfiable(header, size)
  return { start, end: Math.min(end, size) }
}

function lastBytes(header: string, length: number, size: number): ByteRange {
  if (length === 0 || size === 0) throw unsatisfiable(header, size)
  return { start: Math.max(size - length, 0), end: size }
}

/**
 * The stretch of `x-amz-copy-source-range`, which must be `bytes=first-last` within the source.
 * @throws S3Error InvalidArgument
 */
export function parseCopyRange(header: string, size: number): ByteRange {
  const match = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(header)
  const range = { start: Number(match?.[1] ?? Number.NaN), end: Number(match?.[2] ?? Number.NaN) + 1 }
  if (range.start < range.end && range.end <= size) return range
  throw new S3Error('InvalidArgument', {
    message: `Range specified is not valid for source object of size: ${size}`,
    extras: [
      ['ArgumentName', 'x-amz-copy-source-range'],
      ['ArgumentValue', header],
    ],
  })
}

function unsatisfiable(header: string, size: number): S3Error {
  return new S3Error('InvalidRange', {
    extras: [
      ['ActualObjectSize', String(size)],
      ['RangeRequested', header],
    ],
    headers: [['content-range', `bytes */${size}`]],
  })
}
