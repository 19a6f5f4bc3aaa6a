import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUpToMarker, listPage } from './list-page.ts'
import { SortedIndex } from './sorted-index.ts'
import { compareUtf8 } from './utf8-order.ts'

function indexOf(keys: Iterable<string>): SortedIndex<number> {
  const index = new SortedIndex<number>()
  for (const key of keys) index.set(key, 1)
  return index
}

function page(
  index: SortedIndex<number>,
  query: { prefix?: string; delimiter?: string; marker?: string; limit?: number },
) {
  const { prefix = '', delimiter = '', marker = '', limit = 1000 } = query
  return listPage(index, {
    prefix,
    delimiter,
    limit,
    isBeforePage: (key) => isUpToMarker(key, marker, { prefix, delimiter }),
    keyOf: (key) => key,
  })
}

const names = (found: ReturnType<typeof page>) => [found.entries.map(({ key }) => key), found.commonPrefixes]

describe('a page of a listing', () => {
  const index = indexOf(['a', 'a/1', 'a/2', 'b/', 'b/c/d', 'b/c/e', 'c//x', 'c/y', 'd'])
  test.each([
    ['everything', {}, [['a', 'a/1', 'a/2', 'b/', 'b/c/d', 'b/c/e', 'c//x', 'c/y', 'd'], []]],
    [
      'the top level',
      { delimiter: '/' },
      [
        ['a', 'd'],
        ['a/', 'b/', 'c/'],
      ],
    ],
    ['one level down, where the prefix itself is a key', { prefix: 'b/', delimiter: '/' }, [['b/'], ['b/c/']]],
    ['an empty segment', { prefix: 'c/', delimiter: '/' }, [['c/y'], ['c//']]],
    ['a prefix that is no level', { prefix: 'b/c', delimiter: '/' }, [[], ['b/c/']]],
    [
      'a delimiter of several characters',
      { delimiter: '/c/' },
      [['a', 'a/1', 'a/2', 'b/', 'c//x', 'c/y', 'd'], ['b/c/']],
    ],
    ['what comes after a key', { marker: 'b/c/d' }, [['b/c/e', 'c//x', 'c/y', 'd'], []]],
    ['what comes after a common prefix', { marker: 'b/', delimiter: '/' }, [['d'], ['c/']]],
    ['a marker before the prefix', { marker: 'a', prefix: 'c' }, [['c//x', 'c/y'], []]],
    ['a marker behind the prefix', { marker: 'd', prefix: 'c' }, [[], []]],
    ['no such prefix', { prefix: 'zz' }, [[], []]],
    ['nothing at all', { limit: 0 }, [[], []]],
  ])('lists %s', (_name, query, expected) => {
    expect(names(page(index, query))).toEqual(expected)
  })

  test('says whether more follows', () => {
    expect(page(index, { limit: 8 }).truncated).toBe(true)
    expect(page(index, { limit: 9 }).truncated).toBe(false)
    expect(page(index, { limit: 0 }).truncated).toBe(false)
    expect(page(index, { prefix: 'a/', limit: 2 }).truncated).toBe(false)
    expect(page(index, { delimiter: '/', limit: 4 })).toMatchObject({ truncated: true, last: 'c/' })
  })

  test('after page gives all there is, once, in order', () => {
    const key = fc.stringMatching(/^[ab/😀\uffee]{1,5}$/u)
    const delimiter = fc.constantFrom('', '/', 'b', '//')
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 40 }),
        delimiter,
        fc.constantFrom('', 'a', 'a/'),
        fc.integer({ min: 1, max: 4 }),
        (keys, by, prefix, limit) => {
          const all = indexOf(keys)
          const found: string[] = []
          let marker = ''
          for (;;) {
            const next = page(all, { prefix, delimiter: by, marker, limit })
            found.push(...[...next.entries.map((entry) => entry.key), ...next.commonPrefixes].sort(compareUtf8))
            if (!next.truncated) break
            marker = next.last ?? ''
          }
          const expected = new Set<string>()
          for (const name of keys.filter((candidate) => candidate.startsWith(prefix))) {
            const at = by === '' ? -1 : name.indexOf(by, prefix.length)
            expected.add(at < 0 ? name : name.slice(0, at + by.length))
          }
          expect(found).toEqual([...expected].sort(compareUtf8))
        },
      ),
    )
  })
})
