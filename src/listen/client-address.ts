import { BlockList, isIP } from 'node:net'
import type { HeaderList } from '../http/headers.ts'

/** What the nearest hop, and the trusted proxies in front of it, say about the client's side of the connection. */
export interface ClientSide {
  /** The client's address, IPv4-mapped IPv6 unwrapped. */
  readonly address: string
  /** Whether the client's own connection is TLS. */
  readonly secure: boolean
  /** The host name the client used, when a trusted proxy says so. */
  readonly forwardedHost: string | undefined
  /** The port that the client connected to, when a trusted proxy says so. */
  readonly forwardedPort: string | undefined
}

/** Reads `10.0.0.0/8`, `::1` and the like; undefined when one of them is neither an address nor a CIDR block. */
export function trustedProxyList(blocks: readonly string[]): BlockList | undefined {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', prefix, ...rest] = block.split('/')
    const family = isIP(address)
    if (family === 0 || rest.length > 0) return undefined
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix)
    if (!/^\d{1,3}$/.test(prefix ?? '0') || bits > (family === 4 ? 32 : 128)) return undefined
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

/** `::ffff:192.0.2.1` and `192.0.2.1` are the same client. */
export function plainAddress(address: string): string {
  const lower = address.toLowerCase()
  return lower.startsWith('::ffff:') && isIP(lower.slice(7)) === 4 ? lower.slice(7) : lower
}

/**
 * X-Forwarded-* headers count only when the socket's peer is a trusted proxy; then the forwarded chain is walked from
 * right to left over trusted hops, and the first one that is not trusted is the client. A client can prepend to these
 * headers but never append, so the left part is never believed.
 */
export function clientSide(
  peer: { readonly address: string; readonly secure: boolean },
  headers: HeaderList,
  trusted: BlockList,
): ClientSide {
  const peerAddress = plainAddress(peer.address)
  if (!isTrusted(trusted, peerAddress)) {
    return { address: peerAddress, secure: peer.secure, forwardedHost: undefined, forwardedPort: undefined }
  }
  const proto = lastOf(headers, 'x-forwarded-proto')?.toLowerCase()
  return {
    address: forwardedAddress(peerAddress, headers, trusted),
    secure: proto === undefined ? peer.secure : proto === 'https',
    forwardedHost: lastOf(headers, 'x-forwarded-host'),
    forwardedPort: lastOf(headers, 'x-forwarded-port'),
  }
}

function isTrusted(trusted: BlockList, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Some balancers write the client's port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function hopAddress(hop: string): string {
  const [, inBrackets, before] = /^(?:\[([0-9A-Fa-f:.]{2,45})\](?::\d{1,5})?|([0-9.]{7,15}):\d{1,5})$/.exec(hop) ?? []
  return plainAddress(inBrackets ?? before ?? hop)
}

function forwardedAddress(peer: string, headers: HeaderList, trusted: BlockList): string {
  const hops = items(headers, 'x-forwarded-for').map(hopAddress)
  let client = peer
  for (let hop = hops.pop(); hop !== undefined; hop = hops.pop()) {
    // What is not an address cannot be walked past: the last hop that is known stays the client.
    if (isIP(hop) === 0) return client
    client = hop
    if (!isTrusted(trusted, hop)) return client
  }
  return client
}

function items(headers: HeaderList, name: string): string[] {
  return headers
    .all(name)
    .flatMap((line) => line.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function lastOf(headers: HeaderList, name: string): string | undefined {
  return items(headers, name).at(-1)
}
