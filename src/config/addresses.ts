import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { Fault } from './units.ts'

/** Where a listener binds. `host` is undefined for every address of the machine. */
export interface ListenAddress {
  readonly host: string | undefined
  readonly port: number
}

/** Where a backend is reached. `host` is what goes into a `Host` header: with the port only where it is not the default. */
export interface Endpoint {
  readonly protocol: 'http' | 'https'
  /** Without brackets for IPv6. */
  readonly hostname: string
  readonly port: number
  readonly host: string
  /** `protocol://host`, without a slash at the end. */
  readonly origin: string
}

/** Reads `:8080`, `0.0.0.0:8080`, `[::1]:8080` or `localhost:8080`. Port 0 lets the system choose. */
export function parseListenAddress(text: string): ListenAddress | Fault {
  const allowed = 'write ":8080", "0.0.0.0:8080" or "[::1]:8080"'
  const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([^:[\]]{0,253})):(\d{1,5})$/.exec(text)
  if (match === null) return new Fault(`is not an address to listen on; ${allowed}`)
  const [, inBrackets, plain = '', digits] = match
  const port = Number(digits)
  if (port > 65_535) return new Fault('has a port above 65535')
  if (inBrackets !== undefined) {
    return isIPv6(inBrackets)
      ? { host: inBrackets, port }
      : new Fault(`has no IPv6 address between its brackets; ${allowed}`)
  }
  if (plain === '') return { host: undefined, port }
  if (isIP(plain) === 0 && !isHostname(plain))
    return new Fault(`has no address or host name before the port; ${allowed}`)
  return { host: plain, port }
}

const ENDPOINT_ALLOWED = 'write scheme, host and optional port, such as "https://fsn1.your-objectstorage.com"'

/** Reads `https://host[:port]`; a lone slash at the end is accepted, anything more is refused. */
export function parseEndpoint(text: string): Endpoint | Fault {
  const match = /^(https?):\/\/(\[[0-9A-Fa-f:.]{2,45}\]|[^/?#@:[\]\s]{1,253})(?::(\d{1,5}))?(.*)$/is.exec(text)
  if (match === null) return new Fault(`is not an endpoint; ${ENDPOINT_ALLOWED}`)
  const [, scheme = '', rawHost = '', digits, rest] = match
  if (rest !== '' && rest !== '/') {
    return new Fault(`has more than scheme, host and port (user, path or query); ${ENDPOINT_ALLOWED}`)
  }
  const hostname = endpointHostname(rawHost)
  if (hostname === undefined) return new Fault(`has no valid host; ${ENDPOINT_ALLOWED}`)
  const protocol = scheme.toLowerCase() === 'https' ? 'https' : 'http'
  return endpoint(protocol, hostname, digits)
}

function endpoint(protocol: Endpoint['protocol'], hostname: string, digits: string | undefined): Endpoint | Fault {
  const defaultPort = protocol === 'https' ? 443 : 80
  const port = digits === undefined ? defaultPort : Number(digits)
  if (port < 1 || port > 65_535) return new Fault('has a port outside 1 to 65535')
  const bracketed = isIPv6(hostname) ? `[${hostname}]` : hostname
  const host = port === defaultPort ? bracketed : `${bracketed}:${port}`
  return { protocol, hostname, port, host, origin: `${protocol}://${host}` }
}

function endpointHostname(rawHost: string): string | undefined {
  const hostname = rawHost.toLowerCase()
  if (!hostname.startsWith('[')) return isIPv4(hostname) || isHostname(hostname) ? hostname : undefined
  const inBrackets = hostname.slice(1, -1)
  return isIPv6(inBrackets) ? inBrackets : undefined
}

/** Whether text is a DNS host name (RFC 1123: labels of letters, digits and inner hyphens). */
export function isHostname(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false
  const labels = text.split('.')
  // A name whose last label is all digits would be read as an address by URL parsers.
  if (/^\d+$/.test(labels.at(-1) ?? '')) return false
  return labels.every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label))
}

/** Whether text is an IP address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128)
}

/** Whether plain http to this host stays on the machine or on a private network (RFC 1918, RFC 4193, link-local). */
export function isLocalHost(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  const version = isIP(hostname)
  if (version === 0) return false
  return privateNetworks().check(hostname, version === 4 ? 'ipv4' : 'ipv6')
}

function privateNetworks(): BlockList {
  const list = new BlockList()
  list.addSubnet('127.0.0.0', 8, 'ipv4')
  list.addSubnet('10.0.0.0', 8, 'ipv4')
  list.addSubnet('172.16.0.0', 12, 'ipv4')
  list.addSubnet('192.168.0.0', 16, 'ipv4')
  list.addSubnet('169.254.0.0', 16, 'ipv4')
  list.addAddress('::1', 'ipv6')
  list.addSubnet('fc00::', 7, 'ipv6')
  list.addSubnet('fe80::', 10, 'ipv6')
  return list
}
