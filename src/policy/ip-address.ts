/** An address: one word of 32 bits for IPv4, four for IPv6. An IPv4-mapped IPv6 address is the IPv4 one. */
export type IpAddress = readonly number[]

/** A network: its first address and how many bits are fixed. */
export interface IpNetwork {
  readonly address: IpAddress
  readonly bits: number
}

const MAPPED_BITS = 96

/** Reads `192.0.2.1` or `2001:db8::1`. Undefined for short or octal IPv4 forms, zones, and anything else. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const read = readAddress(text)
  if (read === undefined) return undefined
  const [a, b, c, d] = read
  return a === 0 && b === 0 && c === 0xffff && d !== undefined ? [d] : read
}

/** Reads a CIDR block, or an address as the block that holds it alone. Bits after the prefix may be set. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf('/')
  const read = readAddress(slash < 0 ? text : text.slice(0, slash))
  if (read === undefined) return undefined
  const width = read.length * 32
  const suffix = slash < 0 ? String(width) : text.slice(slash + 1)
  if (!/^(?:0|[1-9]\d{0,2})$/.test(suffix) || Number(suffix) > width) return undefined
  const bits = Number(suffix)
  const [a, b, c, d] = read
  const isMapped = a === 0 && b === 0 && c === 0xffff && d !== undefined && bits >= MAPPED_BITS
  return isMapped ? { address: [d], bits: bits - MAPPED_BITS } : { address: read, bits }
}

/** Whether the network holds the address. One of the other family never does. */
export function networkHolds({ address: first, bits }: IpNetwork, address: IpAddress): boolean {
  if (first.length !== address.length) return false
  for (let word = 0, left = bits; left > 0; word++, left -= 32) {
    const mask = left >= 32 ? -1 : -1 << (32 - left)
    if ((((first[word] ?? 0) ^ (address[word] ?? 0)) & mask) !== 0) return false
  }
  return true
}

function readAddress(text: string): IpAddress | undefined {
  if (text.includes(':')) return readV6(text)
  const word = readV4(text)
  return word === undefined ? undefined : [word]
}

function readV4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let word = 0
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    word = word * 256 + Number(part)
  }
  return word
}

function readV6(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = readGroups(halves[0] ?? '', halves.length === 1 ? 'last' : 'inner')
  const tail = halves.length === 2 ? readGroups(halves[1] ?? '', 'last') : []
  if (head === undefined || tail === undefined) return undefined
  const gap = 8 - head.length - tail.length
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined
  const groups = [...head, ...Array.from({ length: gap }, () => 0), ...tail]
  return [0, 2, 4, 6].map((at) => (groups[at] ?? 0) * 0x10000 + (groups[at + 1] ?? 0))
}

/** Groups of 16 bits. IPv4 form may only stand at the very end. */
function readGroups(text: string, place: 'inner' | 'last'): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (place === 'last' && index === parts.length - 1 && part.includes('.')) {
      const word = readV4(part)
      if (word === undefined) return undefined
      groups.push(Math.floor(word / 0x10000), word % 0x10000)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
    } else {
      return undefined
    }
  }
  return groups
}
