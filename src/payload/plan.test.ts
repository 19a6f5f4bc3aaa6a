import { describe, expect, test } from 'vitest'
import { checksumOf } from '../codec/checksum.ts'
import { HeaderList } from '../http/headers.ts'
import { S3Error, type S3ErrorCode } from '../s3/errors.ts'
import { S3_OPERATIONS } from '../s3/operations.ts'
import { EMPTY_SHA256, type PayloadHash, parsePayloadHash } from '../sigv4/payload-hash.ts'
import { seedFor } from '../../test/support/chunked-wire.ts'
import type { PayloadRequest } from './checks.ts'
import type { PayloadPlan } from './payload-plan.ts'
import { MAX_UPLOAD_BYTES, planPayload } from './plan.ts'

const STORES = { storesChecksums: true }
const STORES_NOT = { storesChecksums: false }
const SHA256 = 'ab'.repeat(32)
const MD5 = 'XUFAKrxLKna5cZ2REBfFkg=='
const CRC32 = 'NhCmhg=='
const FIVE_GIB = 5_368_709_120

const HASHES = {
  literal: { kind: 'literal', sha256: SHA256 },
  empty: { kind: 'literal', sha256: EMPTY_SHA256 },
  unsigned: { kind: 'unsigned' },
  signed: { kind: 'streaming', signed: true, trailer: false },
  'signed with trailer': { kind: 'streaming', signed: true, trailer: true },
  'unsigned with trailer': { kind: 'streaming', signed: false, trailer: true },
} as const satisfies Record<string, PayloadHash>

type HashName = keyof typeof HASHES | 'anonymous'

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly hoisted?: Readonly<Record<string, string>>
}

/** `content-length` and `transfer-encoding` come from the headers, as in a real request. */
function requestOf({ headers = {}, hoisted = {} }: Sent): PayloadRequest {
  const list = new HeaderList(Object.entries(headers))
  const length = list.get('content-length')
  const amz = new Map([
    ...Object.entries(headers).filter(([name]) => name.startsWith('x-amz-')),
    ...Object.entries(hoisted),
  ])
  const contentLength = length === undefined ? undefined : Number(length)
  return { amz, headers: list, contentLength, chunked: list.has('transfer-encoding') }
}

function operationNamed(name: string) {
  const operation = S3_OPERATIONS.find((row) => row.name === name)
  if (operation === undefined) throw new Error(`no operation ${name}`)
  return operation
}

function plan(name: string, hash: HashName, sent: Sent, traits = STORES): PayloadPlan {
  const seed = hash === 'anonymous' ? undefined : seedFor(HASHES[hash])
  return planPayload(requestOf(sent), operationNamed(name), seed, traits)
}

function refusalOf(name: string, hash: HashName, sent: Sent): S3ErrorCode | undefined {
  try {
    plan(name, hash, sent)
    return undefined
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
}

const framed = (decoded: string, more: Readonly<Record<string, string>> = {}): Sent => ({
  headers: { 'transfer-encoding': 'chunked', 'x-amz-decoded-content-length': decoded, ...more },
})
const sized = (length: number, more: Readonly<Record<string, string>> = {}): Sent => ({
  headers: { 'content-length': String(length), ...more },
})
const crc32Trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32' }

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
