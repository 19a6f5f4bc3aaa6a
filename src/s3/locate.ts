import { hostName, parseAddress, type S3Address } from './address.ts'
import { S3Error } from './errors.ts'

/** What the head of a request says about the host that the client used. */
export interface HostClaims {
  /** The `Host` header. */
  readonly hostHeader: string | undefined
  /** `X-Forwarded-Host`, if a trusted proxy sent it. */
  readonly forwardedHost: string | undefined
  /** `X-Forwarded-Port`, if a trusted proxy sent it. */
  readonly forwardedPort: string | undefined
}

/** What a request names, by which host, and what may have been signed as `host`. */
export interface Located {
  /** The effective host: `Host`, or `X-Forwarded-Host` from a trusted proxy. */
  readonly host: string
  readonly address: S3Address
  /**
   * What the client may have signed as `host`, most likely first and each once. A load balancer may have changed the
   * spelling, left out or added a port, or put its own idea of the host in place of the public name; none of the
   * candidates means another address than this one. Worked out only as far as it is asked for.
   */
  readonly signedHosts: Iterable<string>
}

const PORT = /^\d{1,5}$/
const DEFAULT_PORTS = ['443', '80']

/**
 * Finds host and address of a request.
 * @param path the path as sent, beginning with `/`
 * @param baseDomains `BUCKET.<one of these>` is virtual-hosted; lower case
 * @throws S3Error InvalidRequest for a host that is missing or none, and what {@link parseAddress} throws.
 */
export function locate(claims: HostClaims, path: string, baseDomains: readonly string[]): Located {
  const { hostHeader, forwardedHost } = claims
  if (hostHeader === undefined || hostHeader === '') {
    throw new S3Error('InvalidRequest', { message: 'The Host header is missing.' })
  }
  const host = forwardedHost ?? hostHeader
  const address = parseAddress(host, path, baseDomains)
  const meansTheSame = host === hostHeader || isSameAddress(address, parseAddress(hostHeader, path, baseDomains))
  const forwardedPort = PORT.test(claims.forwardedPort ?? '') ? claims.forwardedPort : undefined
  const hosts = meansTheSame ? [host, hostHeader] : [host]
  const stand = { hosts, forwardedPort, baseDomains: address.style === 'path' ? baseDomains : [] }
  return { host, address, signedHosts: { [Symbol.iterator]: () => eachOnce(candidates(stand)) } }
}

const isSameAddress = (a: S3Address, b: S3Address) => a.style === b.style && a.bucket === b.bucket && a.key === b.key

interface Stand {
  /** The hosts that were seen and mean the address. */
  readonly hosts: readonly string[]
  readonly forwardedPort: string | undefined
  /** The public names that mean the same address too. */
  readonly baseDomains: readonly string[]
}

/** A port is no part of what a host means, nor is its case; so every spelling of a host leads to the same address. */
function* candidates({ hosts, forwardedPort, baseDomains }: Stand): Generator<string> {
  yield* hosts
  const ports = forwardedPort === undefined ? DEFAULT_PORTS : [forwardedPort, ...DEFAULT_PORTS]
  for (const host of hosts) {
    const name = hostName(host)
    yield host.toLowerCase()
    yield name
    for (const port of ports) yield `${name}:${port}`
  }
  for (const name of baseDomains) {
    yield name
    if (forwardedPort !== undefined) yield `${name}:${forwardedPort}`
  }
}

function* eachOnce(texts: Iterable<string>): Generator<string> {
  const seen = new Set<string>()
  for (const text of texts) {
    if (seen.has(text)) continue
    seen.add(text)
    yield text
  }
}
