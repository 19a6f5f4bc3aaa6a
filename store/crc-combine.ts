import type { ChecksumAlgorithm } from '../src/codec/checksum.ts'

interface Crc {
  readonly bits: bigint
  /** Without its leading term, bits reflected. */
  readonly polynomial: bigint
}

const CRCS: ReadonlyMap<ChecksumAlgorithm, Crc> = new Map<ChecksumAlgorithm, Crc>([
  ['crc32', { bits: 32n, polynomial: 0xedb88320n }],
  ['crc32c', { bits: 32n, polynomial: 0x82f63b78n }],
  ['crc64nvme', { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n }],
])

/** One stretch of bytes: how many, and their checksum in base64. */
export interface CheckedStretch {
  readonly size: number
  readonly checksum: string
}

/** Whether the checksum of a whole can be computed from those of its parts. */
export function isCombinable(algorithm: ChecksumAlgorithm): boolean {
  return CRCS.has(algorithm)
}

/**
 * The CRC (base64) of stretches laid end to end, from the CRCs of each: crc(AB) = crc(A)·x^(8·|B|) + crc(B), in the field of
 * polynomials modulo the CRC's own. The inversion before and after cancels out.
 * @throws Error when the algorithm is no CRC.
 */
export function combineCrcs(algorithm: ChecksumAlgorithm, stretches: readonly CheckedStretch[]): string {
  const crc = CRCS.get(algorithm)
  if (crc === undefined) throw new Error(`${algorithm} cannot be combined`)
  let combined = 0n
  for (const { size, checksum } of stretches) {
    const value = BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`)
    combined = multiply(crc, combined, powerOfX(crc, 8n * BigInt(size))) ^ value
  }
  const hex = combined.toString(16).padStart(Number(crc.bits / 4n), '0')
  return Buffer.from(hex, 'hex').toString('base64')
}

/** In reflected form the highest bit stands for x^0. */
function multiply(crc: Crc, left: bigint, right: bigint): bigint {
  let product = 0n
  let shifted = left
  for (let bit = crc.bits - 1n; bit >= 0n; bit--) {
    if ((right >> bit) & 1n) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ crc.polynomial : shifted >> 1n
  }
  return product
}

function powerOfX(crc: Crc, exponent: bigint): bigint {
  let result = 1n << (crc.bits - 1n)
  let square = 1n << (crc.bits - 2n)
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(crc, result, square)
    square = multiply(crc, square, square)
  }
  return result
}
