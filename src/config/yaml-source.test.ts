import { expect, test } from 'vitest'
import { formatPath } from './problems.ts'
import { parseYaml } from './yaml-source.ts'

const told = (text: string): readonly string[] => {
  const { problems, locate } = parseYaml(text)
  return problems.map((problem) => {
    const { line, column } = locate(problem)
    return `${line}:${column} ${formatPath(problem.path, 0)}: ${problem.message.split(' in ')[0]}`
  })
}

test.each<[name: string, text: string, expected: readonly string[]]>([
  ['once', 'a: 1\nb: 2\n', []],
  ['twice', 'a: {b: 1, c: 2, b: 3}\n', ['1:17 a.b: this key stands twice']],
  ['three times', 'a: 1\na: 2\na: 3\n', ['2:1 a: this key stands twice', '3:1 a: this key stands twice']],
  ['twice, in other letters than ASCII', 'ä: 1\nä: 2\n', ['2:1 ä: this key stands twice']],
  ['twice, once in quotes', 'a: 1\n"a": 2\n', ['2:1 a: this key stands twice']],
  ['in a node that an alias repeats', 'a: &x {b: 1, b: 2}\nc: *x\n', ['1:14 a.b: this key stands twice']],
  ['as a key of objects', '__proto__: 1\n__proto__: 2\n', ['2:1 __proto__: this key stands twice']],
  ['beside a fault', 'a: 1\na: 2\n1: 3\n', ['2:1 a: this key stands twice', '3:1 : a key must be a text']],
])('a key that stands %s is told so', (_name, text, expected) => {
  expect(told(text)).toEqual(expected)
})

test.each([
  ['a bracket too many', 'a: {b: 1}}\nc: {d: 1}\ne: [f, g]\n', ['1:10 : this does not belong here']],
  ['a missing colon', 'a\n  - {b: 1}\nc: {d: 1, e: 2}\n', ['1:1 : a key and its colon must stand']],
  ['a missing comma', 'a: {b: 1 c: 2}\n', ['1:8 : within { } and [ ] commas separate']],
  ['a deeper line', 'a:\n  - b: 1\n      c: 2\n', ['2:8 : a second key stands']],
])('%s is told where it is, and not again for all the rest', (_name, text, expected) => {
  const lines = told(text)
  expect(lines.length).toBeLessThan(4)
  expect(lines.slice(0, 1)).toEqual(expected.map((line) => expect.stringContaining(line)))
})

test('a key that stands twice leaves the value whole, a fault does not', () => {
  expect(parseYaml('a: 1\na: 2\n')).toMatchObject({ isWhole: true, value: { a: 2 } })
  expect(parseYaml('a: [1\n').isWhole).toBe(false)
})

test.each(['007', '1.10', '1.0', '1e3', '0x10', '0o17', '+5', '.inf', '12345678901234567890'])(
  'a number that a policy would not keep as it is written is refused there, and nowhere else: %s',
  (number) => {
    const condition = `Statement: [{Condition: {StringNotEquals: {"aws:PrincipalTag/n": ${number}}}}]`
    expect(told(`${condition}\n`)[0]).toMatch(/^1:66 .*: a policy would not keep this number as it is written; put it/)
    expect(told(condition.replace(number, `"${number}"`))).toEqual([])
    expect(told(`sample: ${number}\n`)).toEqual([])
  },
)

test('numbers that are texts as well are kept', () => {
  expect(told('Statement: {a: [0, 7, -1, 10.5, 111122223333]}\n')).toEqual([])
})

test.each([
  ['ASCII', 'k'],
  ['other letters', 'ß\u0130é'],
])('a megabyte of keys in one place, in %s, is read in bounded time', (_name, letters) => {
  let text = ''
  for (let n = 0; text.length < 1_000_000; n++) text += `${letters}${n}: "${letters}"\n`
  const before = process.cpuUsage()
  const { problems, isWhole } = parseYaml(text)
  const { user, system } = process.cpuUsage(before)
  expect([problems.length, isWhole]).toEqual([0, true])
  expect((user + system) / 1_000).toBeLessThan(8_000)
})
