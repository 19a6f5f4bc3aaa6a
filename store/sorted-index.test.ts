import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SortedIndex } from './sorted-index.ts'
import { compareUtf8 } from './utf8-order.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 6 })

describe('the order of keys', () => {
  test('is that of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        expect(Math.sign(compareUtf8(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)))
      }),
    )
  })

  test('puts a character beyond U+FFFF after one just below it', () => {
    expect(compareUtf8('\u{1f600}', '\uffee')).toBeGreaterThan(0)
    expect(['\u{1f600}', '\uffee'].toSorted()).toEqual(['\u{1f600}', '\uffee'])
  })
})

describe('a sorted index', () => {
  test('holds what a map would hold, in order', () => {
    const change = fc.record({ key: text, value: fc.option(fc.nat(), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const index = new SortedIndex<number>()
        const model = new Map<string, number>()
        for (const { key, value } of changes) {
          const former = model.get(key)
          expect(value === undefined ? index.delete(key) : index.set(key, value)).toBe(former)
          if (value === undefined) model.delete(key)
          else model.set(key, value)
        }
        const sorted = [...model].sort(([a], [b]) => compareUtf8(a, b)).map(([key, value]) => ({ key, value }))
        expect([...index.all()]).toEqual(sorted)
        expect(index.size).toBe(model.size)
        for (const [key, value] of model) expect(index.get(key)).toBe(value)
      }),
    )
  })

  test('starts anywhere and stays in order over many blocks, in whatever order the keys came', () => {
    const index = new SortedIndex<number>()
    const keys = Array.from({ length: 5000 }, (_, i) => `key-${(i * 7919) % 5000}`)
    keys.forEach((key, i) => index.set(key, i))
    const sorted = keys.toSorted(compareUtf8)
    expect([...index.all()].map(({ key }) => key)).toEqual(sorted)
    for (const start of [0, 1, 511, 512, 513, 2500, 4999]) {
      const first = index.from((key) => compareUtf8(key, sorted[start] ?? '') < 0).next()
      expect(first.value?.key).toBe(sorted[start])
    }
    expect(index.from(() => true).next().done).toBe(true)
    for (const key of keys) index.delete(key)
    expect(index.size).toBe(0)
    expect([...index.all()]).toEqual([])
  })

  test('takes names of object members as keys', () => {
    const index = new SortedIndex<number>()
    index.set('__proto__', 1)
    index.set('constructor', 2)
    expect([index.get('__proto__'), index.get('constructor'), index.get('toString')]).toEqual([1, 2, undefined])
  })
})
