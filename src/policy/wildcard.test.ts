import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern, matchesPattern, patternTokens } from './wildcard.ts'

/** The definition itself, on code points: no compiled form, no pointers, no RegExp. */
function naiveMatch(pattern: readonly string[], text: readonly string[]): boolean {
  const [head, ...rest] = pattern
  if (head === undefined) return text.length === 0
  if (head === '*') {
    for (let skip = 0; skip <= text.length; skip++) if (naiveMatch(rest, text.slice(skip))) return true
    return false
  }
  return text.length > 0 && (head === '?' || head === text[0]) && naiveMatch(rest, text.slice(1))
}

describe('a pattern matches', () => {
  test.each<[pattern: string, text: string, matches: boolean]>([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a/b\nc', true],
    ['?', '', false],
    ['?', '\n', true],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*?', '😀', true],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'ba', true],
    ['*a', 'ab', false],
    ['a?c', 'a/c', true],
    ['a?c', 'ac', false],
    ['p/*', 'p/x\ny', true],
    ['p/*', 'p/\u2028', true],
    ['p/*x', 'p/\u2029x', true],
    ['*/a/*/b', '/a//b', true],
    ['a**b', 'ab', true],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'aab', false],
    ['[x].+\\d', '[x].+\\d', true],
    ['[x].txt', 'x.txt', false],
    ['a.c', 'abc', false],
    ['a+', 'aa', false],
    ['*', '*', true],
    ['é', 'e\u0301', false],
    ['K', '\u212a', false],
  ])('%j against %j: %j', (pattern, text, matches) => {
    expect(matchesPattern(compilePattern(pattern), text)).toBe(matches)
  })

  test('as its tokens say, whatever form it was compiled to', () => {
    expect(['ab', 'a*', '*', 'a?*'].map((source) => patternTokens(compilePattern(source)))).toEqual([
      [97, 98],
      [97, -1],
      [-1],
      [97, -2, -1],
    ])
  })

  test('exactly what the definition says, for any pattern and text', () => {
    const letter = fc.constantFrom('a', 'b', '/', '\n', '\u2028', '.', '[', '+', '*', '?', '😀', '\u{1F601}')
    const text = fc.array(letter, { maxLength: 9 })
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        const compiled = compilePattern(pattern.join(''))
        expect(matchesPattern(compiled, subject.join(''))).toBe(naiveMatch(pattern, subject))
      }),
      { numRuns: 3000 },
    )
  })
})

test('a hostile pattern costs no more than pattern length times text length', () => {
  const started = performance.now()
  for (const pattern of [
    `${'a*'.repeat(500)}b`,
    `*${'a'.repeat(500)}b`,
    `${'*?'.repeat(500)}b`,
    `${'*a?'.repeat(300)}b`,
  ]) {
    expect(matchesPattern(compilePattern(pattern), 'a'.repeat(1024))).toBe(false)
  }
  expect(performance.now() - started).toBeLessThan(500)
})
