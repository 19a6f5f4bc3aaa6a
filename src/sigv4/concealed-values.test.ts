import { expect, test } from 'vitest'
import { concealed, concealedQuery, shortened } from './concealed-values.ts'

test.each([
  'authorization',
  'Cookie',
  'x-amz-security-token',
  'X-Amz-Signature',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key',
])('the value of %s is not shown, and two of them can be told apart', (name) => {
  expect(concealed(name, 'what nobody may know')).not.toContain('nobody')
  expect(concealed(name, 'a')).toBe(concealed(name, 'a'))
  expect(concealed(name, 'a')).not.toBe(concealed(name, 'b'))
})

test('a URL that was signed is concealed wherever it stands', () => {
  expect(concealed('x-amz-meta-from', 'https://h/k?X-Amz-Signature=0123')).not.toContain('0123')
  expect(concealedQuery('u=https%3A%2F%2Fh%2F%3FX-Amz-Signature%3D0123')).not.toContain('0123')
})

test('other values are shown up to their limit, and beyond it by length and digest', () => {
  expect(concealed('x-amz-meta-a', 'a'.repeat(1_024))).toBe('a'.repeat(1_024))
  expect(concealed('x-amz-meta-a', 'a'.repeat(1_025))).toMatch(/^\(1025 characters, SHA-256 [0-9a-f]{16}\)$/)
  expect(shortened('abcd', 3)).toMatch(/^\(4 characters, /)
})

test('a query keeps its form, secrets in it have none', () => {
  expect(concealedQuery('')).toBe('')
  expect(concealedQuery('prefix=a%2Fb&uploads=')).toBe('prefix=a%2Fb&uploads=')
  const token = concealedQuery('X-Amz-Security-Token=secret&x=1')
  expect(token).toMatch(/^X-Amz-Security-Token=\(secret, SHA-256 [0-9a-f]{16}\)&x=1$/)
})
