import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printableJson } from './printable-json.ts'

test('what a terminal would obey is written as an escape', () => {
  const value = { a: '\u009b31m\u007f', 'b\u202e': 'c\u2028\u001b[0m' }
  expect(printableJson(JSON.stringify(value))).toBe('{"a":"\\u009b31m\\u007f","b\\u202e":"c\\u2028\\u001b[0m"}')
})

test('the same value is read back, and plain text is left alone', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value)
      const written = printableJson(json)
      expect(JSON.stringify(JSON.parse(written))).toBe(json)
      if (/^[\x20-\x7e]*$/.test(json)) expect(written).toBe(json)
      expect(written).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u)
    }),
  )
})
