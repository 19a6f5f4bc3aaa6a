import { expect, test } from 'vitest'
import { parseCopyRange, parseRange } from './byte-range.ts'

test.each([
  ['bytes=0-0', 10, { start: 0, end: 1 }],
  ['bytes=2-5', 10, { start: 2, end: 6 }],
  ['bytes=2-', 10, { start: 2, end: 10 }],
  ['bytes=2-99', 10, { start: 2, end: 10 }],
  ['bytes=-3', 10, { start: 7, end: 10 }],
  ['bytes=-30', 10, { start: 0, end: 10 }],
  ['bytes=5-2', 10, undefined],
  ['bytes=-', 10, undefined],
  ['bytes=0-1,3-4', 10, undefined],
  ['items=0-1', 10, undefined],
  ['bytes=a-b', 10, undefined],
])('%s of %i bytes is %o', (header, size, expected) => {
  expect(parseRange(header, size)).toEqual(expected)
})

test.each([
  ['bytes=10-', 10],
  ['bytes=10-12', 10],
  ['bytes=-0', 10],
  ['bytes=0-0', 0],
  ['bytes=-5', 0],
])('%s of %i bytes cannot be satisfied', (header, size) => {
  expect(() => parseRange(header, size)).toThrow(
    expect.objectContaining({ code: 'InvalidRange', headers: [['content-range', `bytes */${size}`]] }),
  )
})

test('a copy range lies within the source and has both ends', () => {
  expect(parseCopyRange('bytes=0-9', 10)).toEqual({ start: 0, end: 10 })
  for (const header of ['bytes=0-10', 'bytes=3-2', 'bytes=3-', 'bytes=-3', '0-3']) {
    expect(() => parseCopyRange(header, 10)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  }
})
