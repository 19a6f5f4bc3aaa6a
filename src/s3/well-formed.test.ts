import { expect, test } from 'vitest'
import { rootOfWellFormed } from './well-formed.ts'

test.each([
  ['<A/>', 'A'],
  ['<A></A>', 'A'],
  ['<?xml version="1.0"?>\n<A xmlns="x"><B>1</B><B/></A>\n', 'A'],
  ['\ufeff<A>é</A>', 'A'],
  ['<A><!-- <B> --><![CDATA[</A>]]></A>', 'A'],
  ['<A>\u0001</A>', 'A'],
  ['<A><B></A></B>', undefined],
  ['<A><B></B>', undefined],
  ['<A></A><B></B>', undefined],
  ['<A/><A/>', undefined],
  ['x<A/>', undefined],
  ['<A/>x', undefined],
  ['<A></A', undefined],
  ['</A>', undefined],
  ['<A><!-- </A>', undefined],
  ['< A/>', undefined],
  ['{"a": 1}', undefined],
  ['', undefined],
])('%j has the root %s', (document, root) => {
  expect(rootOfWellFormed(Buffer.from(document))).toBe(root)
})

test('a page of a thousand keys takes a few milliseconds', () => {
  const page = `<L>${'<Contents><Key>some/key/of/usual/length.txt</Key><Size>1</Size></Contents>'.repeat(1000)}</L>`
  const start = performance.now()
  expect(rootOfWellFormed(Buffer.from(page))).toBe('L')
  expect(performance.now() - start).toBeLessThan(250)
})
