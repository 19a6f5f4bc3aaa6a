import { describe, expect, test } from 'vitest'
import { inPieces } from '../../test/support/chunked-wire.ts'
import { checksumOf } from '../codec/checksum.ts'
import type { Verification } from './body-verifier.ts'
import { readBoundedBody } from './bounded-body.ts'

const planFor = (decodedLength: number | undefined, md5?: string): Verification => ({
  decoder: { kind: 'plain' },
  checks: { sha256: undefined, md5, checksum: undefined, trailer: undefined },
  decodedLength,
})

describe('a document is read whole', () => {
  test.each([
    ['with a length', 40_000, 40_000],
    ['without a length', undefined, 40_000],
    ['as long as the limit', 50_000, 50_000],
    ['as long as the limit, without a length', undefined, 50_000],
    ['of no bytes', 0, 0],
    ['of no bytes, without a length', undefined, 0],
  ])('%s', async (_, announced, length) => {
    const data = Buffer.alloc(length, 'abcdefg')
    for (const size of [1, 999, length || 1]) {
      const document = await readBoundedBody(inPieces(data, size), planFor(announced), 50_000)
      expect(document.equals(data)).toBe(true)
      expect(document.buffer).not.toBe(data.buffer)
    }
  })
})

describe('a document is refused', () => {
  const data = Buffer.from('<Delete/>')
  test('that is announced larger than the limit, before it is read', async () => {
    let asked = false
    async function* source(): AsyncGenerator<Buffer> {
      asked = true
      yield data
    }
    await expect(readBoundedBody(source(), planFor(9), 8)).rejects.toMatchObject({
      code: 'MaxMessageLengthExceeded',
      status: 400,
    })
    expect(asked).toBe(false)
  })

  test('that grows larger than the limit, as soon as it does', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        given += data.length
        yield data
      }
    }
    await expect(readBoundedBody(endless(), planFor(undefined), 1000)).rejects.toMatchObject({
      code: 'MaxMessageLengthExceeded',
    })
    expect(given).toBeLessThan(1100)
  })

  test('that is not what its digest says', async () => {
    const plan = planFor(data.length, checksumOf('md5', Buffer.from('<delete/>')))
    await expect(readBoundedBody(inPieces(data, 2), plan, 100)).rejects.toMatchObject({ code: 'BadDigest' })
  })

  test('that ends early', async () => {
    await expect(readBoundedBody(inPieces(data), planFor(10), 100)).rejects.toMatchObject({ code: 'IncompleteBody' })
  })
})
