import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPlainYaml } from './plain-yaml.ts'
import { parseYaml } from './yaml-source.ts'

test.each([
  ['a block', 'cases:\n  - name: x y\n    context:\n      aws:SourceIp: 10.0.0.1\n      "k": [a, "b"]\n    on: true\n'],
  ['a list at its key', 'cases:\n- a: b\n# comment\n\n- a: c\n'],
  ['flow', 'cases:\n  - {a: arn:aws:s3:::b/k, "b": "x: y", c: {d: [10.0.0.0/8, false]}, e: []}\n'],
  ['texts in a list', '- a\n- "b"\n- \'c\'\n'],
])('reads %s as the YAML parser does', (_name, text) => {
  const read = readPlainYaml(text)
  expect(read).not.toBeUndefined()
  expect(read).toEqual(parseYaml(text).value)
})

test.each([
  'a: 1',
  'a: &x b',
  'a: *x',
  'a: |\n  b',
  'a: b\n  c',
  'a: b # c',
  'a:',
  'a: b\na: c',
  'a: null',
  'a: {b: ~}',
  'a: "\\n"',
  "a: 'it''s'",
  'a: {b: ${c}}',
  '- - a',
  'a: {b: c',
  'a: True',
  '\ta: b',
  'a: é',
  'a: {b: c}}',
  '',
])('leaves %j to the YAML parser', (text) => {
  expect(readPlainYaml(text)).toBeUndefined()
})

const PIECES =
  `a|b: |- |: |:|{|}|[|]|, |"|'| |\n|\n  |\n    |#| #|*|&|true|null|1|10.0.0.1|\\|$|k: v|"q"|{a: b}|[c, d]|?|!|-|aws:x|/|,`.split(
    '|',
  )

test('never reads another value than the YAML parser', () => {
  const piece = fc.constantFrom(...PIECES)
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('')
      const read = readPlainYaml(text)
      if (read === undefined) return
      const { value, problems } = parseYaml(text)
      expect({ text, value: read, problems: 0 }).toEqual({ text, value, problems: problems.length })
    }),
    { numRuns: 20_000 },
  )
})
