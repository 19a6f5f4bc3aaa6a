import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { percentDecode } from '../http/target.ts'
import { uriEncode, uriEncodePath } from './uri-encode.ts'

describe('uriEncode', () => {
  test.each([
    ['unreserved characters stay', 'AZaz09-._~', 'AZaz09-._~'],
    ['a slash is encoded', 'a/b', 'a%2Fb'],
    ['a space becomes %20, never +', 'a b', 'a%20b'],
    ['a plus is encoded', 'a+b', 'a%2Bb'],
    ['the marks that encodeURIComponent leaves are encoded', "!'()*", '%21%27%28%29%2A'],
    ['other letters become their UTF-8 bytes', 'é€😀', '%C3%A9%E2%82%AC%F0%9F%98%80'],
    ['control characters are encoded', '\u0001\n', '%01%0A'],
    ['a percent sign is encoded', '%2F', '%252F'],
    ['nothing stays nothing', '', ''],
  ])('%s', (_name, text, expected) => {
    expect(uriEncode(text)).toBe(expected)
  })

  test('percentDecode is its inverse for every text without NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('\0'))
        expect(percentDecode(uriEncode(text))).toBe(text)
        expect(percentDecode(uriEncodePath(text))).toBe(text)
      }),
    )
  })

  test('only unreserved characters and upper-case escapes come out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(uriEncode(text)).toMatch(/^([A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/)
      }),
    )
  })
})

describe('uriEncodePath', () => {
  test.each([
    ['slashes stay', '/a//b/', '/a//b/'],
    ['dot segments stay', '/a/../b/.', '/a/../b/.'],
    ['an encoded slash within a key stays distinct from a slash', '/a%2Fb/c d', '/a%252Fb/c%20d'],
    ['marks are encoded', '/it*s(1)', '/it%2As%281%29'],
  ])('%s', (_name, text, expected) => {
    expect(uriEncodePath(text)).toBe(expected)
  })
})
