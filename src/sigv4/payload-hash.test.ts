import { expect, test } from 'vitest'
import { EMPTY_SHA256, isEcdsaStreaming, parsePayloadHash } from './payload-hash.ts'

test.each([
  ['a SHA-256', EMPTY_SHA256, { kind: 'literal', sha256: EMPTY_SHA256 }],
  ['a SHA-256 in upper case', EMPTY_SHA256.toUpperCase(), { kind: 'literal', sha256: EMPTY_SHA256 }],
  ['an unsigned payload', 'UNSIGNED-PAYLOAD', { kind: 'unsigned' }],
  ['signed chunks', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { kind: 'streaming', signed: true, trailer: false }],
  [
    'signed chunks, trailer',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    { kind: 'streaming', signed: true, trailer: true },
  ],
  [
    'unsigned chunks, trailer',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    { kind: 'streaming', signed: false, trailer: true },
  ],
])('%s is read', (_name, text, expected) => {
  expect(parsePayloadHash(text)).toEqual(expected)
})

test.each([
  [''],
  ['unsigned-payload'],
  ['STREAMING-UNSIGNED-PAYLOAD'],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILERS'],
  ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD'],
  [EMPTY_SHA256.slice(1)],
  [`${EMPTY_SHA256}0`],
  [`${EMPTY_SHA256}\n`],
  [`g${EMPTY_SHA256.slice(1)}`],
  ['__proto__'],
])('%j means nothing', (text) => {
  expect(parsePayloadHash(text)).toBeUndefined()
})

test('the streaming forms of SigV4A are told from nonsense', () => {
  expect(isEcdsaStreaming('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD')).toBe(true)
  expect(isEcdsaStreaming('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER')).toBe(true)
  expect(isEcdsaStreaming('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')).toBe(false)
})
