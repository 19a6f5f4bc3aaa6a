import { expect, test } from 'vitest'
import type { HeaderPair } from '../http/headers.ts'
import { cephConditions } from './ceph-conditions.ts'

const COPY_CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

test.each(COPY_CONDITIONS)('a copy asks %s under both names', (condition) => {
  const headers: HeaderPair[] = [[`x-amz-copy-source-${condition}`, 'x']]
  expect(cephConditions('PUT', headers)).toEqual([...headers, [`x-amz-copy-${condition}`, 'x']])
})

test.each([
  ['PUT', '"0a1b"', [['if-match', '0a1b']]],
  ['PUT', '0a1b', [['if-match', '0a1b']]],
  ['PUT', '*', [['if-match', '*']]],
  ['PUT', '"a", "b"', [['if-match', '"a", "b"']]],
  ['GET', '"0a1b"', [['if-match', '"0a1b"']]],
  ['GET', '*', []],
  ['HEAD', '*', []],
] as const)('%s with If-Match: %s', (method, value, expected) => {
  expect(cephConditions(method, [['if-match', value]])).toEqual(expected)
})

test('leaves everything else as it is', () => {
  const headers: HeaderPair[] = [
    ['if-none-match', '*'],
    ['x-amz-copy-source-range', 'bytes=0-1'],
    ['content-type', 'text/plain'],
  ]
  expect(cephConditions('PUT', headers)).toEqual(headers)
})
