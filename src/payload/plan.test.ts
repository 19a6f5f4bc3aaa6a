import {
  CRC32,
  FIVE_GIB,
  HASHES,
  type HashName,
  MD5,
  SHA256,
  STORES_NOT,
  type Sent,
  crc32Trailer,
  framed,
  plan,
  refusalOf,
  sized,
} from '../../test/support/plan-input.ts'
import { type S3ErrorCode } from '../s3/errors.ts'
import { S3_OPERATIONS } from '../s3/operations.ts'
import { EMPTY_SHA256, parsePayloadHash } from '../sigv4/payload-hash.ts'
import { describe, expect, test } from 'vitest'

describe('an upload is planned', () => {
  const trailing = { as: 'trailer', algorithm: 'crc32' }
  const none = { sha256: undefined, md5: undefined, checksum: undefined, trailer: undefined }
  const known = { algorithm: 'crc32', base64: CRC32 }
  const plain = { kind: 'plain' }
  test.each<[string, HashName, Sent, object]>([
    [
      'with a literal hash',
      'literal',
      sized(5),
      {
        decoder: plain,
        decodedLength: 5,
        checks: { ...none, sha256: SHA256 },
        outgoing: { payloadHash: SHA256, checksum: undefined, contentLength: 5 },
      },
    ],
    [
      'unsigned, with MD5 and checksum',
      'unsigned',
      sized(5, { 'content-md5': MD5, 'x-amz-checksum-crc32': CRC32, 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
      {
        decoder: plain,
        decodedLength: 5,
        checks: { ...none, md5: MD5, checksum: known },
        outgoing: { payloadHash: 'UNSIGNED-PAYLOAD', checksum: { as: 'header', ...known }, contentLength: 5 },
      },
    ],
    [
      'in signed chunks',
      'signed',
      { headers: { 'content-length': '177', 'x-amz-decoded-content-length': '5' } },
      {
        decoder: { kind: 'aws-chunked', seed: expect.anything(), trailer: false },
        decodedLength: 5,
        checks: none,
        outgoing: { payloadHash: 'UNSIGNED-PAYLOAD', checksum: undefined, contentLength: 5 },
      },
    ],
    [
      'in signed chunks with a trailer',
      'signed with trailer',
      framed('10', crc32Trailer),
      {
        decoder: { kind: 'aws-chunked', seed: expect.anything(), trailer: true },
        decodedLength: 10,
        checks: { ...none, trailer: 'crc32' },
        // a CRLF, ten bytes, CRLF 0 CRLF, the trailer, CRLF CRLF
        outgoing: {
          payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          checksum: trailing,
          contentLength: 3 + 10 + 5 + 29 + 4,
        },
      },
    ],
    [
      'in unsigned chunks with a trailer',
      'unsigned with trailer',
      framed('10', { ...crc32Trailer, 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
      { decoder: { kind: 'aws-chunked', seed: undefined, trailer: true }, checks: { ...none, trailer: 'crc32' } },
    ],
    [
      'in unsigned chunks without any trailer',
      'unsigned with trailer',
      framed('10'),
      {
        decoder: { kind: 'aws-chunked', seed: undefined, trailer: true },
        checks: none,
        outgoing: { payloadHash: 'UNSIGNED-PAYLOAD', checksum: undefined, contentLength: 10 },
      },
    ],
    [
      'of nobody, without a hash',
      'anonymous',
      sized(5),
      { decoder: plain, outgoing: { payloadHash: 'UNSIGNED-PAYLOAD' } },
    ],
    [
      'of nobody, with a hash',
      'anonymous',
      sized(5, { 'x-amz-content-sha256': SHA256 }),
      { checks: { ...none, sha256: SHA256 }, outgoing: { payloadHash: SHA256 } },
    ],
    [
      'of nobody, in unsigned chunks',
      'anonymous',
      framed('5', { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }),
      { decoder: { kind: 'aws-chunked', seed: undefined, trailer: true } },
    ],
    ['of no bytes', 'empty', sized(0), { decodedLength: 0, outgoing: { contentLength: 0 } }],
    ['of exactly 5 GiB', 'unsigned', sized(FIVE_GIB), { decodedLength: FIVE_GIB }],
    ['of exactly 5 GiB in chunks', 'signed', framed(String(FIVE_GIB)), { decodedLength: FIVE_GIB }],
    [
      'whose Content-Encoding says aws-chunked while its hash does not',
      'literal',
      sized(5, { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '3' }),
      { decoder: plain, decodedLength: 5 },
    ],
  ])('%s', (_, hash, sent, expected) => {
    expect(plan('PutObject', hash, sent)).toMatchObject({ body: 'stream', ...expected })
    expect(plan('UploadPart', hash, sent)).toMatchObject({ body: 'stream', ...expected })
  })

  test('without its checksum leaving, where the backend does not store it', () => {
    const header = plan('PutObject', 'literal', sized(5, { 'x-amz-checksum-crc32': CRC32 }), STORES_NOT)
    expect(header.checks.checksum).toEqual(known)
    expect(header.outgoing).toEqual({ payloadHash: SHA256, checksum: undefined, contentLength: 5 })
    const trailer = plan('PutObject', 'unsigned with trailer', framed('5', crc32Trailer), STORES_NOT)
    expect(trailer.checks.trailer).toBe('crc32')
    expect(trailer.outgoing).toEqual({ payloadHash: 'UNSIGNED-PAYLOAD', checksum: undefined, contentLength: 5 })
  })
})

describe('a document', () => {
  test('may come with HTTP chunking, without a length, or with one', () => {
    const md5 = { 'content-md5': MD5 }
    const lengthOf = (headers: Readonly<Record<string, string>>) =>
      plan('DeleteObjects', 'literal', { headers }).decodedLength
    expect(lengthOf({ ...md5, 'transfer-encoding': 'chunked' })).toBeUndefined()
    expect(lengthOf(md5)).toBe(0)
    expect(lengthOf({ ...md5, 'content-length': '7' })).toBe(7)
  })

  test('that must come with a digest needs one only where its hash was not signed', () => {
    for (const operation of S3_OPERATIONS.filter((row) => row.needsIntegrity && row.body === 'xml')) {
      expect(refusalOf(operation.name, 'unsigned', sized(5))).toBe('InvalidRequest')
      expect(refusalOf(operation.name, 'anonymous', sized(5))).toBe('InvalidRequest')
      expect(refusalOf(operation.name, 'literal', sized(5))).toBeUndefined()
      expect(refusalOf(operation.name, 'unsigned', sized(5, { 'content-md5': MD5 }))).toBeUndefined()
      expect(refusalOf(operation.name, 'unsigned', sized(5, { 'x-amz-checksum-crc32': CRC32 }))).toBeUndefined()
      expect(refusalOf(operation.name, 'unsigned', sized(0))).toBeUndefined()
    }
  })

  test('does not come in chunks', () => {
    for (const hash of ['signed', 'signed with trailer', 'unsigned with trailer'] as const) {
      expect(refusalOf('DeleteObjects', hash, framed('5'))).toBe('InvalidRequest')
    }
  })

  test('that completes an upload has checksum headers that are not its own', () => {
    const sent = sized(5, {
      'x-amz-checksum-crc32': `${CRC32}-2`,
      'x-amz-checksum-type': 'COMPOSITE',
      'content-md5': MD5,
    })
    expect(plan('CompleteMultipartUpload', 'literal', sent).checks).toEqual({
      sha256: SHA256,
      md5: MD5,
      checksum: undefined,
      trailer: undefined,
    })
  })
})

describe('a request without body', () => {
  test.each<[string, string, HashName, Sent]>([
    ['a GET', 'GetObject', 'empty', {}],
    ['a GET with a length of zero', 'GetObject', 'unsigned', sized(0)],
    ['a GET with the checksum of no bytes', 'GetObject', 'empty', { headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }],
    [
      'a GET with any checksum',
      'HeadObject',
      'empty',
      { headers: { 'x-amz-checksum-md5': '?', 'x-amz-checksum-mode': 'ENABLED' } },
    ],
    ['a POST with HTTP chunking', 'CreateMultipartUpload', 'empty', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a copy', 'CopyObject', 'empty', { headers: { 'x-amz-checksum-algorithm': 'SHA256' } }],
    ['of nobody', 'GetObject', 'anonymous', {}],
  ])('%s', (_, name, hash, sent) => {
    const { body, decodedLength, outgoing } = plan(name, hash, sent)
    expect({ body, decodedLength, outgoing }).toEqual({
      body: 'none',
      decodedLength: 0,
      outgoing: { payloadHash: EMPTY_SHA256, checksum: undefined, contentLength: 0 },
    })
  })

  test.each<[string, HashName, Sent, S3ErrorCode]>([
    ['that has one', 'empty', sized(1), 'UnexpectedContent'],
    ['that signs the hash of one', 'literal', {}, 'XAmzContentSHA256Mismatch'],
    ['that signs a chunked one', 'unsigned with trailer', framed('0'), 'InvalidRequest'],
  ])('is refused %s', (_, hash, sent, expected) => {
    expect(refusalOf('GetObject', hash, sent)).toBe(expected)
  })
})

test('a form is not planned here', () => {
  expect(refusalOf('PostObject', 'anonymous', sized(5))).toBe('NotImplemented')
})

test('every form of the payload hash leads to a plan or a refusal for every operation', () => {
  for (const operation of S3_OPERATIONS) {
    for (const hash of Object.keys(HASHES) as (keyof typeof HASHES)[]) {
      const code = refusalOf(operation.name, hash, framed('0', { 'content-md5': MD5 }))
      const streams = HASHES[hash].kind === 'streaming'
      if (streams && !operation.streaming) expect(code).toBe('InvalidRequest')
    }
  }
  expect(parsePayloadHash(SHA256)).toEqual(HASHES.literal)
})
