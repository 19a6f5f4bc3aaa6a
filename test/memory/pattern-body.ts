import { createHash } from 'node:crypto'

const BLOCK_BYTES = 64 * 1024
const BLOCK = Buffer.from(Array.from({ length: BLOCK_BYTES }, (_, at) => (at * 131 + (at >>> 8) * 17 + 7) & 255))

/** A body of one block repeated: any size, and no memory. Its length is a multiple of 64 KiB. */
export class PatternBody {
  readonly length: number
  #sha256: string | undefined
  #crc32c: string | undefined

  constructor(length: number) {
    if (length % BLOCK_BYTES !== 0) throw new Error(`${length} is no multiple of ${BLOCK_BYTES}`)
    this.length = length
  }

  /** So many bytes from the beginning of a block on; a multiple of the block's. */
  *slices(bytes: number): Generator<Buffer> {
    for (let sent = 0; sent < bytes; sent += BLOCK_BYTES) yield BLOCK
  }

  sha256Hex(): string {
    if (this.#sha256 === undefined) {
      const hash = createHash('sha256')
      for (const slice of this.slices(this.length)) hash.update(slice)
      this.#sha256 = hash.digest('hex')
    }
    return this.#sha256
  }

  /** The value of x-amz-checksum-crc32c: base64 of the four bytes, most significant first. */
  crc32cBase64(): string {
    if (this.#crc32c === undefined) {
      let crc = 0xff_ff_ff_ff
      for (const slice of this.slices(this.length)) crc = continued(crc, slice)
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(~crc >>> 0)
      this.#crc32c = bytes.toString('base64')
    }
    return this.#crc32c
  }
}

// RFC 3720 §12.1, a byte at a time: shares nothing with the program's own.
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82_f6_3b_78 : crc >>> 1
  return crc
})

function continued(crc: number, bytes: Buffer): number {
  let value = crc
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 255] ?? 0) ^ (value >>> 8)
  return value
}
