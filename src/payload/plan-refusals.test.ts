import {
  CRC32,
  FIVE_GIB,
  type HashName,
  MD5,
  type Sent,
  crc32Trailer,
  framed,
  plan,
  refusalOf,
  sized,
} from '../../test/support/plan-input.ts'
import { checksumOf } from '../codec/checksum.ts'
import { type S3ErrorCode } from '../s3/errors.ts'
import { MAX_UPLOAD_BYTES } from './plan.ts'
import { describe, expect, test } from 'vitest'

describe('an upload is refused', () => {
  const checksum = (name: string, value: string): Sent => sized(5, { [`x-amz-checksum-${name}`]: value })
  test.each<[string, HashName, Sent, S3ErrorCode]>([
    ['without a length', 'literal', {}, 'MissingContentLength'],
    [
      'with HTTP chunking and no length',
      'unsigned',
      { headers: { 'transfer-encoding': 'chunked' } },
      'MissingContentLength',
    ],
    ['in chunks without the decoded length', 'signed', sized(177), 'MissingContentLength'],
    ['with an empty decoded length', 'signed', framed(''), 'MissingContentLength'],
    ['with a negative decoded length', 'signed', framed('-1'), 'MissingContentLength'],
    ['with a signed decoded length', 'signed', framed('+1'), 'MissingContentLength'],
    ['with a hexadecimal decoded length', 'signed', framed('0x10'), 'MissingContentLength'],
    ['with two decoded lengths', 'signed', framed('5,5'), 'MissingContentLength'],
    ['with a decoded length and a blank', 'signed', framed(' 5'), 'MissingContentLength'],
    ['with a fraction', 'signed', framed('5.0'), 'MissingContentLength'],
    ['with an exponent', 'signed', framed('1e3'), 'MissingContentLength'],
    ['with a decoded length that no double holds', 'signed', framed('9007199254740993'), 'MissingContentLength'],
    ['with a decoded length of twenty digits', 'signed', framed('18446744073709551616'), 'MissingContentLength'],
    [
      'with a frame smaller than its content',
      'signed',
      { headers: { 'content-length': '4', 'x-amz-decoded-content-length': '5' } },
      'IncompleteBody',
    ],
    ['one byte beyond 5 GiB', 'unsigned', sized(FIVE_GIB + 1), 'EntityTooLarge'],
    ['one byte beyond 5 GiB in chunks', 'unsigned with trailer', framed(String(FIVE_GIB + 1)), 'EntityTooLarge'],
    ['with a malformed MD5', 'literal', sized(5, { 'content-md5': 'abc' }), 'InvalidDigest'],
    ['with an empty MD5', 'literal', sized(5, { 'content-md5': '' }), 'InvalidDigest'],
    ['with a malformed checksum', 'literal', checksum('crc32', 'abc'), 'InvalidRequest'],
    ['with an empty checksum', 'literal', checksum('crc32c', ''), 'InvalidRequest'],
    ['with the checksum of a multipart upload', 'literal', checksum('crc32', `${CRC32}-2`), 'InvalidRequest'],
    ['with a checksum not supported', 'literal', checksum('xxhash64', 'AAAAAAAAAAA='), 'InvalidRequest'],
    ['with the MD5 as a checksum', 'literal', checksum('md5', MD5), 'InvalidRequest'],
    ['with a checksum nobody knows', 'literal', checksum('toString', 'AAAA'), 'InvalidRequest'],
    [
      'with two checksums',
      'literal',
      sized(5, { 'x-amz-checksum-crc32': CRC32, 'x-amz-checksum-crc32c': CRC32 }),
      'InvalidRequest',
    ],
    [
      'with a checksum as header and another as trailer',
      'unsigned with trailer',
      framed('5', { ...crc32Trailer, 'x-amz-checksum-crc32c': CRC32 }),
      'InvalidRequest',
    ],
    [
      'with another trailer',
      'unsigned with trailer',
      framed('5', { 'x-amz-trailer': 'x-amz-meta-a' }),
      'InvalidRequest',
    ],
    [
      'with a trailer not supported',
      'unsigned with trailer',
      framed('5', { 'x-amz-trailer': 'x-amz-checksum-md5' }),
      'InvalidRequest',
    ],
    [
      'with two trailers',
      'unsigned with trailer',
      framed('5', { 'x-amz-trailer': 'x-amz-checksum-crc32,x-amz-checksum-sha1' }),
      'InvalidRequest',
    ],
    ['with an empty trailer name', 'unsigned with trailer', framed('5', { 'x-amz-trailer': '' }), 'InvalidRequest'],
    ['with a trailer that its chunks cannot have', 'signed', framed('5', crc32Trailer), 'MalformedTrailerError'],
    ['with a trailer and no chunks', 'literal', sized(5, crc32Trailer), 'MalformedTrailerError'],
    [
      'with another algorithm than its checksum',
      'literal',
      sized(5, { 'x-amz-checksum-crc32': CRC32, 'x-amz-sdk-checksum-algorithm': 'SHA256' }),
      'InvalidRequest',
    ],
    [
      'with another algorithm than its trailer',
      'unsigned with trailer',
      framed('5', { ...crc32Trailer, 'x-amz-sdk-checksum-algorithm': 'CRC32C' }),
      'InvalidRequest',
    ],
    [
      'with an algorithm and no checksum',
      'literal',
      sized(5, { 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
      'InvalidRequest',
    ],
    [
      'in signed chunks of nobody',
      'anonymous',
      framed('5', { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }),
      'InvalidRequest',
    ],
    ['of nobody with a garbled hash', 'anonymous', sized(5, { 'x-amz-content-sha256': 'abc' }), 'InvalidArgument'],
    [
      'of nobody in chunks of SigV4A',
      'anonymous',
      framed('5', { 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' }),
      'NotImplemented',
    ],
  ])('%s', (_, hash, sent, expected) => {
    expect(refusalOf('PutObject', hash, sent)).toBe(expected)
    expect(refusalOf('UploadPart', hash, sent)).toBe(expected)
  })

  test('as too large with both sizes', () => {
    expect(() => plan('PutObject', 'unsigned', sized(MAX_UPLOAD_BYTES + 1))).toThrow(
      expect.objectContaining({
        extras: [
          ['ProposedSize', '5368709121'],
          ['MaxSizeAllowed', '5368709120'],
        ],
      }),
    )
  })
})

describe('the checksum that a presigned URL carries', () => {
  const empty = checksumOf('crc32', new Uint8Array())
  const hoisted = { 'x-amz-checksum-crc32': empty, 'x-amz-sdk-checksum-algorithm': 'CRC32' }
  const body = { 'content-length': '5' }

  test('is dropped when it is that of no bytes and there are some', () => {
    const { checks, outgoing } = plan('PutObject', 'unsigned', { headers: body, hoisted })
    expect(checks.checksum).toBeUndefined()
    expect(outgoing.checksum).toBeUndefined()
  })

  test('is verified when there are no bytes', () => {
    const { checks } = plan('PutObject', 'unsigned', { headers: { 'content-length': '0' }, hoisted })
    expect(checks.checksum).toEqual({ algorithm: 'crc32', base64: empty })
  })

  test('is verified when it is that of some bytes', () => {
    const { checks } = plan('PutObject', 'unsigned', {
      headers: body,
      hoisted: { ...hoisted, 'x-amz-checksum-crc32': CRC32 },
    })
    expect(checks.checksum).toEqual({ algorithm: 'crc32', base64: CRC32 })
  })

  test('is verified when it is a header', () => {
    const { checks } = plan('PutObject', 'unsigned', { headers: { ...body, ...hoisted } })
    expect(checks.checksum).toEqual({ algorithm: 'crc32', base64: empty })
  })
})
