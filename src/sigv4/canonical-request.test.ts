import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from '../http/target.ts'
import { canonicalQuery, collapseBlanks, hashCanonicalRequest, trimBlanks } from './canonical-request.ts'

describe('canonicalQuery', () => {
  test.each([
    ['no query', undefined, ''],
    ['a bare name gets its =', 'uploads', 'uploads='],
    ['names are sorted', 'uploadId=b&partNumber=1', 'partNumber=1&uploadId=b'],
    ['equal names are sorted by value', 'a=2&a=1', 'a=1&a=2'],
    ['a shorter name goes first, whatever follows its =', 'a-b=1&a=2', 'a=2&a-b=1'],
    ['upper case sorts before lower case', 'b=1&B=2', 'B=2&b=1'],
    ['sorting is by encoded text', 'ü=1&z=2', '%C3%BC=1&z=2'],
    ['a slash in a value is encoded', 'delimiter=/', 'delimiter=%2F'],
    ['lower-case escapes become upper-case', 'prefix=%c3%a9', 'prefix=%C3%A9'],
    ['a plus is a space', 'prefix=a+b', 'prefix=a%20b'],
    ['empty pieces vanish', '&&a=1&', 'a=1'],
    ['only the first = divides', 'a=b=c', 'a=b%3Dc'],
  ])('%s', (_name, query, expected) => {
    const raw = query?.replaceAll('ü', '%C3%BC')
    expect(canonicalQuery(parseQuery(raw) ?? [])).toBe(expected)
  })

  test('means the same pairs as before, in some order', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'))
    fc.assert(
      fc.property(fc.array(fc.record({ name: text.filter((name) => name !== ''), value: text })), (pairs) => {
        const read = parseQuery(canonicalQuery(pairs))?.map(({ name, value }) => JSON.stringify([name, value]))
        expect(read?.toSorted()).toEqual(pairs.map(({ name, value }) => JSON.stringify([name, value])).toSorted())
        expect(canonicalQuery(pairs.toReversed())).toBe(canonicalQuery(pairs))
      }),
    )
  })
})

describe('header values', () => {
  test.each([
    ['ends are trimmed', ' \t a \t ', 'a', 'a'],
    ['runs of spaces within are collapsed', 'a   b  c', 'a b c', 'a   b  c'],
    ['a tab within stays', 'a\tb', 'a\tb', 'a\tb'],
    ['the byte A0 at an end is part of a letter', ' \u00c3\u00a0', '\u00c3\u00a0', '\u00c3\u00a0'],
    ['blanks only', '   ', '', ''],
    ['nothing', '', '', ''],
  ])('%s', (_name, value, collapsed, trimmed) => {
    expect(collapseBlanks(value)).toBe(collapsed)
    expect(trimBlanks(value)).toBe(trimmed)
  })

  test('a long run of blanks costs no more than its length', () => {
    const value = `a${' '.repeat(1_000_000)}b`
    expect(collapseBlanks(value)).toBe('a b')
    expect(trimBlanks(`${' '.repeat(1_000_000)}b`)).toBe('b')
  })
})

test('one byte of a header counts as one byte of the canonical request', () => {
  const request = {
    method: 'PUT',
    uri: '/b/k',
    query: '',
    signedHeaders: 'host;x-amz-meta-a',
    payloadHash: 'UNSIGNED-PAYLOAD',
  }
  const headers = 'host:h\nx-amz-meta-a:\u00c3\u00a9\n'
  // sha256sum of the same text with the two bytes C3 A9
  expect(hashCanonicalRequest({ ...request, headers })).toBe(
    'b5713b1b6491d81110666155331151ca1fb200f4ec7483920f939c9bd7350b4b',
  )
})
