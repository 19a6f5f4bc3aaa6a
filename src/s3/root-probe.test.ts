import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RootProbe } from './root-probe.ts'

function probe(...chunks: readonly string[]): RootProbe {
  const found = new RootProbe()
  for (const chunk of chunks) found.push(Buffer.from(chunk))
  return found
}

test.each([
  [
    'a result',
    '<?xml version="1.0"?>\n<CopyObjectResult xmlns="x"><ETag/></CopyObjectResult>',
    'CopyObjectResult',
    undefined,
  ],
  ['an error', '<?xml version="1.0"?><Error><Code>NoSuchUpload</Code><Message/></Error>', 'Error', 'NoSuchUpload'],
  ['an error after blanks', ' \n  \n<Error><Code>X</Code></Error>', 'Error', 'X'],
  [
    'blanks on both sides of the declaration',
    '  <?xml version="1.0"?>   \n  <Error><Code>X</Code></Error>',
    'Error',
    'X',
  ],
  ['a byte order mark', '\ufeff<Error><Code>X</Code></Error>', 'Error', 'X'],
  ['an error without code', '<Error><Message>x</Message></Error>', 'Error', undefined],
  ['an empty root', '<Error/>', 'Error', undefined],
  ['an error within a result', '<DeleteResult><Error><Code>X</Code></Error></DeleteResult>', 'DeleteResult', undefined],
  ['a longer name', '<ErrorX/>', 'ErrorX', undefined],
  ['no XML', 'hello', undefined, undefined],
  ['nothing', '', undefined, undefined],
])('%s is told, under any cuts', (_name, xml, rootName, code) => {
  fc.assert(
    fc.property(fc.array(fc.nat(xml.length), { maxLength: 8 }), (cuts) => {
      const sorted = [0, ...cuts.sort((a, b) => a - b), xml.length]
      const found = probe(...sorted.slice(1).map((cut, i) => xml.slice(sorted[i], cut)))
      expect([found.rootName, found.isError, found.errorCode]).toEqual([rootName, rootName === 'Error', code])
    }),
  )
})

test('a long answer is not kept', () => {
  const found = probe('x', ...Array.from({ length: 1000 }, () => 'y'.repeat(1000)), '<Error>')
  expect(found.rootName).toBeUndefined()
})

test('endless blanks are not kept', () => {
  const blanks = Array.from({ length: 1000 }, () => ' '.repeat(1000))
  expect(probe(...blanks, '<Error><Code>X</Code>').errorCode).toBe('X')
})
