/** The Castagnoli polynomial, bits reflected. @see https://www.rfc-editor.org/rfc/rfc3720#section-12.1 */
const POLYNOMIAL = 0x82f63b78

// Sixteen tables, so that sixteen bytes are folded in per step: entry k says what a byte contributes from k places away.
// Each stands in a constant of its own, because V8 then drops the bounds checks of the inner loop.
const [T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15] = buildTables()

type Table = Int32Array<ArrayBuffer>
type SixteenTables = readonly [
  ...[Table, Table, Table, Table, Table, Table, Table, Table],
  ...[Table, Table, Table, Table, Table, Table, Table, Table],
]

function buildTables(): SixteenTables {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    return crc
  })
  const farther = (table: Table): Table => table.map((crc) => (crc >>> 8) ^ (first[crc & 255] ?? 0))
  const tables: Table[] = [first]
  for (let place = 1; place < 16; place += 1) tables.push(farther(tables[place - 1] ?? first))
  return tables as unknown as SixteenTables
}

/**
 * Continues a CRC-32C over more bytes. Start with 0; the result is an unsigned 32-bit number and may be continued again.
 * `node:zlib` has only the CRC-32 of Ethernet.
 */
export function crc32c(bytes: Uint8Array, previous: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = bytes.length & ~15
  let crc = ~previous
  let at = 0
  for (; at < whole; at += 16) {
    const a = crc ^ view.getInt32(at, true)
    const b = view.getInt32(at + 4, true)
    const c = view.getInt32(at + 8, true)
    const d = view.getInt32(at + 12, true)
    crc =
      look(T15, a) ^
      look(T14, a >>> 8) ^
      look(T13, a >>> 16) ^
      look(T12, a >>> 24) ^
      look(T11, b) ^
      look(T10, b >>> 8) ^
      look(T9, b >>> 16) ^
      look(T8, b >>> 24) ^
      look(T7, c) ^
      look(T6, c >>> 8) ^
      look(T5, c >>> 16) ^
      look(T4, c >>> 24) ^
      look(T3, d) ^
      look(T2, d >>> 8) ^
      look(T1, d >>> 16) ^
      look(T0, d >>> 24)
  }
  for (; at < bytes.length; at += 1) crc = look(T0, crc ^ view.getUint8(at)) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** The entry of a number's lowest byte. All tables have 256 entries, so the cast only tells the compiler so. */
function look(table: Table, index: number): number {
  return table[index & 255] as number
}
