/** The NVM Express polynomial, bits reflected, in two halves. @see NVM Command Set Specification 1.0, section 5.2.1.3.4 */
const POLYNOMIAL_LOW = 0xac4bc9b5 | 0
const POLYNOMIAL_HIGH = 0x9a6c9329 | 0

type Table = Int32Array<ArrayBuffer>
type EightTables = readonly [Table, Table, Table, Table, Table, Table, Table, Table]

// Numbers of 64 bits would be BigInt, hence slow, so each table is kept in two halves. Eight bytes are folded in per step:
// with sixteen, as for CRC-32C, the tables fill a whole first-level cache and it was no faster.
const TABLES = buildTables()
const [L0, L1, L2, L3, L4, L5, L6, L7] = TABLES.low
const [H0, H1, H2, H3, H4, H5, H6, H7] = TABLES.high

function buildTables(): { readonly low: EightTables; readonly high: EightTables } {
  const low0 = new Int32Array(256)
  const high0 = new Int32Array(256)
  for (let byte = 0; byte < 256; byte += 1) {
    let [low, high] = [byte, 0]
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = -(low & 1)
      low = ((low >>> 1) | (high << 31)) ^ (carry & POLYNOMIAL_LOW)
      high = (high >>> 1) ^ (carry & POLYNOMIAL_HIGH)
    }
    low0[byte] = low
    high0[byte] = high
  }
  let [low, high] = [low0, high0]
  const farther = Array.from({ length: 7 }, () => {
    const [nearLow, nearHigh] = [low, high]
    low = nearLow.map((near, byte) => ((near >>> 8) | (look(nearHigh, byte) << 24)) ^ look(low0, near))
    high = nearHigh.map((near, byte) => (near >>> 8) ^ look(high0, look(nearLow, byte)))
    return { low, high }
  })
  return {
    low: [low0, ...farther.map((table) => table.low)] as unknown as EightTables,
    high: [high0, ...farther.map((table) => table.high)] as unknown as EightTables,
  }
}

/** An incremental CRC-64/NVME, which neither `node:zlib` nor `node:crypto` has. */
export class Crc64Nvme {
  #low = 0
  #high = 0

  update(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const whole = bytes.length & ~7
    let low = ~this.#low
    let high = ~this.#high
    let at = 0
    for (; at < whole; at += 8) {
      const a = low ^ view.getInt32(at, true)
      const b = high ^ view.getInt32(at + 4, true)
      low = look(L7, a) ^ look(L6, a >>> 8) ^ look(L5, a >>> 16) ^ look(L4, a >>> 24)
      low ^= look(L3, b) ^ look(L2, b >>> 8) ^ look(L1, b >>> 16) ^ look(L0, b >>> 24)
      high = look(H7, a) ^ look(H6, a >>> 8) ^ look(H5, a >>> 16) ^ look(H4, a >>> 24)
      high ^= look(H3, b) ^ look(H2, b >>> 8) ^ look(H1, b >>> 16) ^ look(H0, b >>> 24)
    }
    for (; at < bytes.length; at += 1) {
      const index = low ^ view.getUint8(at)
      low = ((low >>> 8) | (high << 24)) ^ look(L0, index)
      high = (high >>> 8) ^ look(H0, index)
    }
    this.#low = ~low
    this.#high = ~high
  }

  /** The eight bytes of the value so far, most significant first. */
  digest(): Buffer {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeInt32BE(this.#high, 0)
    bytes.writeInt32BE(this.#low, 4)
    return bytes
  }
}

/** The entry of a number's lowest byte. All tables have 256 entries, so the cast only tells the compiler so. */
function look(table: Table, index: number): number {
  return table[index & 255] as number
}
