import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJson } from './json.ts'

function problemOf(text: string): string {
  const read = readJson(text)
  return 'problem' in read ? `${read.position.line}:${read.position.column} ${read.problem}` : 'read'
}

test('whatever JSON can say is read as JSON.parse reads it', () => {
  const names = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { noNullPrototype: true })
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), names), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const read = readJson(text)
      expect('value' in read && JSON.stringify(read.value)).toBe(JSON.stringify(JSON.parse(text)))
    }),
    { numRuns: 500 },
  )
})

describe('a text is refused', () => {
  test.each<[text: string, problem: string]>([
    ['', '1:1 a value is expected here'],
    ['{"a":1,"a":2}', '1:8 the member "a" is there twice'],
    ['{"a":1,"\\u0061":2}', '1:8 the member "a" is there twice'],
    ['{"__proto__":1,"__proto__":2}', '1:16 the member "__proto__" is there twice'],
    ['{\n  "a": {"b": 1,\n    "b": 2}}', '3:5 the member "b" is there twice'],
    ['{"a":1,}', '1:8 a member begins with its name in double quotes'],
    ['{a:1}', '1:2 a member begins with its name in double quotes'],
    ['[1,]', '1:4 a value is expected here'],
    ['[1 2]', '1:4 "," is expected here'],
    ['{"a" 1}', '1:6 ":" is expected here'],
    ['"a', '1:1 a string is not closed'],
    ['"a\nb"', '1:3 a control character'],
    ['"\\x"', '1:4 an escape that JSON does not have'],
    ['"\\u12"', '1:4 an escape that JSON does not have'],
    ['01', '1:2 nothing may follow the value'],
    ['+1', '1:1 a value is expected here'],
    ['1.10', '1:1 a number that would not be kept as it is written; put it in quotes'],
    ['[1e3]', '1:2 a number that would not be kept as it is written; put it in quotes'],
    ['9007199254740993', '1:1 a number that would not be kept as it is written; put it in quotes'],
    ['NaN', '1:1 a value is expected here'],
    ['tru', '1:1 a value is expected here'],
    ['{} {}', '1:4 nothing may follow the value'],
    ['\ufeff{}', '1:1 a value is expected here'],
    ['// no\n{}', '1:1 a value is expected here'],
    ['['.repeat(100_000), '1:65 is nested deeper than 64 levels'],
    [`"${'a'.repeat(4 * 1024 * 1024)}"`, '1:1 is too long'],
  ])('%.40s: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem)
  })
})

test('names of built-in properties are names like any other', () => {
  const read = readJson('{"__proto__": {"polluted": true}, "constructor": 1}')
  if ('problem' in read) throw new Error(read.problem)
  expect(Object.keys(Object(read.value))).toEqual(['__proto__', 'constructor'])
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('parts are found by their paths, and what is not there where its parent is', () => {
  const read = readJson('{\n "Statement": [\n  {"Sid": "a",\n   "Action": ["x", "y"]}\n ]\n}')
  if ('problem' in read) throw new Error(read.problem)
  const places: readonly [path: readonly (string | number)[], line: number, column: number][] = [
    [[], 1, 1],
    [['Statement'], 2, 2],
    [['Statement', 0], 3, 3],
    [['Statement', 0, 'Sid'], 3, 4],
    [['Statement', 0, 'Action', 1], 4, 20],
    [['Statement', 0, 'Effect'], 3, 3],
    [['Statement', 7], 2, 2],
  ]
  for (const [path, line, column] of places) expect([path, read.locate(path)]).toEqual([path, { line, column }])
})
