import { describe, expect, test } from 'vitest'
import { inPieces } from '../../test/support/chunked-wire.ts'
import { type ChecksumAlgorithm, checksumOf } from '../codec/checksum.ts'
import { framedLength } from '../codec/trailer-frame.ts'
import type { Verification } from './body-verifier.ts'
import { framedBody } from './framed-body.ts'
import { verifiedBody } from './verified-body.ts'

const planFor = (data: Buffer, algorithm: ChecksumAlgorithm, base64 = checksumOf(algorithm, data)): Verification => ({
  decoder: { kind: 'plain' },
  checks: { sha256: undefined, md5: undefined, checksum: { algorithm, base64 }, trailer: undefined },
  decodedLength: data.length,
})

async function frame(data: Buffer, algorithm: ChecksumAlgorithm): Promise<Buffer> {
  const slices: Buffer[] = []
  const body = verifiedBody(inPieces(data, 3), planFor(data, algorithm))
  for await (const slice of framedBody(body, { decodedLength: data.length, algorithm })) slices.push(slice)
  return Buffer.concat(slices)
}

describe('a body leaves as one unsigned chunk with its checksum as trailer', () => {
  test.each<[string, ChecksumAlgorithm, (value: string) => string]>([
    ['hello', 'crc32', (value) => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${value}\r\n\r\n`],
    ['0123456789abcdef', 'sha1', (value) => `10\r\n0123456789abcdef\r\n0\r\nx-amz-checksum-sha1:${value}\r\n\r\n`],
    ['', 'crc64nvme', (value) => `0\r\nx-amz-checksum-crc64nvme:${value}\r\n\r\n`],
  ])('%j', async (text, algorithm, expected) => {
    const data = Buffer.from(text)
    expect((await frame(data, algorithm)).toString()).toBe(expected(checksumOf(algorithm, data)))
  })

  test('of the length that was computed before', async () => {
    for (const algorithm of ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const) {
      for (const length of [0, 1, 15, 16, 255, 256, 70_000]) {
        expect((await frame(Buffer.alloc(length, 'z'), algorithm)).length).toBe(framedLength(length, algorithm))
      }
    }
    expect(framedLength(5 * 1024 ** 3, 'crc32')).toBe(
      5 * 1024 ** 3 + '140000000\r\n\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'.length,
    )
  })
})

test.each([['hello'], ['']])('nothing closes the frame of %j while it is not verified', async (text) => {
  const data = Buffer.from(text)
  const body = verifiedBody(inPieces(data), planFor(data, 'crc32', 'CGJXXQ=='))
  const out: Buffer[] = []
  const read = async (): Promise<void> => {
    for await (const slice of framedBody(body, { decodedLength: data.length, algorithm: 'crc32' })) out.push(slice)
  }
  await expect(read()).rejects.toMatchObject({ code: 'BadDigest' })
  expect(Buffer.concat(out).toString()).toBe(text === '' ? '' : '5\r\n')
})

test('a body verified by another checksum is not framed with this one', async () => {
  const data = Buffer.from('hello')
  const read = async (): Promise<void> => {
    const body = verifiedBody(inPieces(data), planFor(data, 'sha1'))
    for await (const slice of framedBody(body, { decodedLength: 5, algorithm: 'crc32' }))
      expect(slice.toString()).not.toContain(':')
  }
  await expect(read()).rejects.toThrow('not verified')
})
