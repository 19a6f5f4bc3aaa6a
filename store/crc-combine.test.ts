import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksumOf } from '../src/codec/checksum.ts'
import { combineCrcs } from './crc-combine.ts'

test.each(['crc32', 'crc32c', 'crc64nvme'] as const)(
  'the %s of a whole follows from those of its parts',
  (algorithm) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 5 }), (parts) => {
        const stretches = parts.map((part) => ({ size: part.length, checksum: checksumOf(algorithm, part) }))
        expect(combineCrcs(algorithm, stretches)).toBe(checksumOf(algorithm, Buffer.concat(parts)))
      }),
      { numRuns: 50 },
    )
  },
)

test('a digest that is no CRC cannot be combined', () => {
  expect(() => combineCrcs('sha256', [])).toThrow('sha256 cannot be combined')
})
