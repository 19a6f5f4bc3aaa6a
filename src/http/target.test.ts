import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery, percentDecode, splitTarget } from './target.ts'

describe('splitTarget', () => {
  test.each([
    ['/b/k', { path: '/b/k', query: undefined }],
    ['/b/k?', { path: '/b/k', query: '' }],
    ['/b/k?a=1?b', { path: '/b/k', query: 'a=1?b' }],
    ['//a/../b/%2e%2e?x', { path: '//a/../b/%2e%2e', query: 'x' }],
    ['http://other/b/k', undefined],
    ['*', undefined],
    ['', undefined],
    ['/b#k', undefined],
  ])('%s', (target, expected) => {
    expect(splitTarget(target)).toEqual(expected)
  })
})

describe('percentDecode', () => {
  test.each([
    ['a%20b', 'a b'],
    ['a+b', 'a+b'],
    ['%C3%A9', 'é'],
    ['%252F', '%2F'],
    ['%F0%9F%98%80', '😀'],
    ['%00', undefined],
    ['%', undefined],
    ['%4', undefined],
    ['%zz', undefined],
    ['%C3', undefined],
    ['%C0%AF', undefined],
    ['%ED%A0%80', undefined],
    ['\u0100', undefined],
  ])('%s', (text, expected) => {
    expect(percentDecode(text)).toBe(expected)
  })

  test('gives back what encodeURIComponent made, for any text without a NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0'))
        expect(percentDecode(encodeURIComponent(text))).toBe(text)
      }),
    )
  })

  test('never gives text whose bytes differ from the bytes that were escaped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
        const decoded = percentDecode(escaped)
        if (decoded !== undefined) expect(Buffer.from(decoded)).toEqual(Buffer.from(bytes))
      }),
    )
  })
})

describe('parseQuery', () => {
  test.each([
    [undefined, []],
    ['', []],
    ['uploads', [{ name: 'uploads', value: '' }]],
    ['uploads=', [{ name: 'uploads', value: '' }]],
    ['&&a=b&&', [{ name: 'a', value: 'b' }]],
    ['prefix=a+b%2Bc', [{ name: 'prefix', value: 'a b+c' }]],
    ['a=b=c', [{ name: 'a', value: 'b=c' }]],
    ['polic%79', [{ name: 'policy', value: '' }]],
    ['a=%zz', undefined],
    ['%00=a', undefined],
  ])('%s', (query, expected) => {
    expect(parseQuery(query)).toEqual(expected)
  })

  test('keeps duplicates and their order', () => {
    expect(parseQuery('b=2&a=1&b=1')?.map(({ name, value }) => name + value)).toEqual(['b2', 'a1', 'b1'])
  })
})
