import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANY_TIMER, Fault, parseDuration, parseSize } from './units.ts'

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
  ])('%s is that many milliseconds', (text, expected) => {
    expect(parseDuration(text, ANY_TIMER)).toBe(expected)
  })

  test.each(['', '30', 's', '30 s', '-5s', '5d', '1h 30m', 'x30s', '30sx', '0s', '1000000h', 'Infinitys', '٣s'])(
    '%j is refused',
    (text) => {
      expect(parseDuration(text, ANY_TIMER)).toBeInstanceOf(Fault)
    },
  )

  test('beyond its bound is refused with the bound in the message', () => {
    const result = parseDuration('16m', { minMs: 1, maxMs: 900_000, maxText: '15m' })
    expect(result).toEqual(new Fault('is too long; at most "15m" is allowed'))
  })

  test('never reads as anything but a bounded whole number, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const result = parseDuration(text, ANY_TIMER)
        const isBounded = typeof result === 'number' && Number.isSafeInteger(result) && result <= ANY_TIMER.maxMs
        expect(result instanceof Fault || isBounded).toBe(true)
      }),
    )
  })
})

describe('a size', () => {
  test.each([
    [4096, 4096],
    ['64KiB', 65_536],
    ['10MB', 10_000_000],
    ['512B', 512],
    ['1.5KiB', 1_536],
    ['5TiB', 5 * 2 ** 40],
  ])('%s is that many bytes', (value, expected) => {
    expect(parseSize(value, 0, Number.MAX_SAFE_INTEGER)).toBe(expected)
  })

  test.each(['', '64', '64 KiB', '64kib', '-1B', '1PiB', 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '0.0001B'])(
    '%s is refused',
    (value) => {
      expect(parseSize(value, 0, Number.MAX_SAFE_INTEGER)).toBeInstanceOf(Fault)
    },
  )
})
