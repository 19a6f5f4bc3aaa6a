import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import {
  type ChecksumAlgorithm,
  checksumHeader,
  checksumOf,
  createChecksum,
  type DigestAlgorithm,
  isChecksumAlgorithm,
  isDigestText,
  parseChecksumValue,
  UNSUPPORTED_CHECKSUMS,
} from './checksum.ts'

const ALGORITHMS: readonly DigestAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256', 'md5']

describe('a checksum has the value that AWS gives', () => {
  test.each<[DigestAlgorithm, string, string]>([
    ['crc32', 'hello', 'NhCmhg=='],
    ['crc32', '', 'AAAAAA=='],
    ['crc32c', 'hello', 'mnG7TA=='],
    ['crc32c', '', 'AAAAAA=='],
    ['crc64nvme', 'hello', 'M3eFcAZSQlc='],
    ['crc64nvme', '', 'AAAAAAAAAAA='],
    ['crc64nvme', '123456789', Buffer.from('ae8b14860a799888', 'hex').toString('base64')],
    ['sha1', 'hello', 'qvTGHdzF6KLavt4PO0gs2a6pQ00='],
    ['sha256', 'hello', 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='],
    ['md5', 'hello', 'XUFAKrxLKna5cZ2REBfFkg=='],
    // RFC 3720, appendix B.4: 32 bytes of zeros.
    ['crc32c', '\0'.repeat(32), Buffer.from('8a9136aa', 'hex').toString('base64')],
  ])('%s of %j', (algorithm, text, expected) => {
    expect(checksumOf(algorithm, Buffer.from(text))).toBe(expected)
  })
})

test('a checksum does not depend on where the bytes are cut, nor on their alignment', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ALGORITHMS), fc.array(fc.uint8Array({ maxLength: 70 })), (algorithm, pieces) => {
      const checksum = createChecksum(algorithm)
      for (const piece of pieces) checksum.update(piece)
      expect(checksum.digest()).toBe(checksumOf(algorithm, Buffer.concat(pieces)))
    }),
  )
})

test('the CRCs agree with their bit-by-bit definition', () => {
  const bitwise = (bytes: Uint8Array, polynomial: bigint, bits: bigint): string => {
    const ones = (1n << bits) - 1n
    let crc = ones
    for (const byte of bytes) {
      crc ^= BigInt(byte)
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n
    }
    const hex = (crc ^ ones).toString(16).padStart(Number(bits) / 4, '0')
    return Buffer.from(hex, 'hex').toString('base64')
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(checksumOf('crc32', bytes)).toBe(bitwise(bytes, 0xedb88320n, 32n))
      expect(checksumOf('crc32c', bytes)).toBe(bitwise(bytes, 0x82f63b78n, 32n))
      expect(checksumOf('crc64nvme', bytes)).toBe(bitwise(bytes, 0x9a6c9329ac4bc9b5n, 64n))
    }),
  )
})

describe('a checksum header is read', () => {
  test.each<[string, ChecksumAlgorithm, string, unknown]>([
    ['a value', 'crc32', 'NhCmhg==', { kind: 'whole', base64: 'NhCmhg==' }],
    ['a longer value', 'crc64nvme', 'M3eFcAZSQlc=', { kind: 'whole', base64: 'M3eFcAZSQlc=' }],
    ['a composite value', 'crc32', 'NhCmhg==-12', { kind: 'composite', base64: 'NhCmhg==', parts: 12 }],
    ['nothing', 'crc32', '', undefined],
    ['a value of another algorithm', 'crc32', 'M3eFcAZSQlc=', undefined],
    ['a value without padding', 'crc32', 'NhCmhg', undefined],
    ['a value with stray bits', 'crc32', 'NhCmhh==', undefined],
    ['the URL-safe alphabet', 'crc64nvme', 'M3eFcAZSQl-=', undefined],
    ['a value with a blank', 'crc32', ' NhCmhg==', undefined],
    ['hex digits', 'crc32', '3610a686', undefined],
    ['a composite of no parts', 'crc32', 'NhCmhg==-0', undefined],
    ['a composite of text', 'crc32', 'NhCmhg==-x', undefined],
    ['a composite that is cut', 'crc32', 'NhCm-2', undefined],
  ])('%s', (_, algorithm, text, expected) => {
    expect(parseChecksumValue(algorithm, text)).toEqual(expected)
  })
})

test('the text of a digest is its padded base64', () => {
  expect(isDigestText('md5', 'XUFAKrxLKna5cZ2REBfFkg==')).toBe(true)
  expect(isDigestText('md5', 'XUFAKrxLKna5cZ2REBfFkg')).toBe(false)
})

test('names of algorithms are told apart', () => {
  expect(['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'].every(isChecksumAlgorithm)).toBe(true)
  expect([...UNSUPPORTED_CHECKSUMS, 'mode', 'toString', '__proto__', 'CRC32'].some(isChecksumAlgorithm)).toBe(false)
  expect(checksumHeader('crc64nvme')).toBe('x-amz-checksum-crc64nvme')
})
