import { expect, test } from 'vitest'
import { REQUEST_XML_LIMITS, readXml } from '../xml-reader.ts'
import { readBoolean } from './fields.ts'
import { readBody } from './read-body.ts'

test.each([
  ['true', true],
  ['TRUE', true],
  ['1', true],
  ['false', false],
  ['0', false],
  [undefined, false],
])('%s is the boolean %s', (text, expected) => {
  expect(readBoolean(text)).toBe(expected)
})

test('a mistake of our own is not taken for a mistake of the client', () => {
  const mistaken = () => {
    throw new TypeError('ours')
  }
  expect(() => readBody(Buffer.from('<A/>'), 'A', mistaken)).toThrow(TypeError)
  const limits = Object.defineProperty({ ...REQUEST_XML_LIMITS }, 'maxDepth', { get: mistaken })
  expect(() => readXml(Buffer.from('<A/>'), limits)).toThrow(TypeError)
})
