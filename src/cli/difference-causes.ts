import { percentDecode } from '../http/target.ts'

/** Why a method may have changed. */
export function methodCause(client: string, received: string): string {
  return client === 'HEAD' && received === 'GET'
    ? 'a cache between asks GET where the client asks HEAD'
    : 'a redirect was followed with another method, or something between rewrites it'
}

/** Why a path may have changed. Both are encoded. */
export function pathCause(client: string, received: string): string {
  const [mine, theirs] = [percentDecode(client), percentDecode(received)]
  if (mine !== undefined && mine === theirs) return 'the client encodes the path otherwise than S3 does'
  if (mine === received) return `the client encodes the path twice when it signs: ${DOUBLE_ENCODING}`
  if (theirs === client) return 'something between encodes the path once more'
  if (normalised(client) === received) {
    return 'something between normalises paths (joins "//", resolves "." and ".."): nginx does with a path in proxy_pass'
  }
  if (client !== '/' && received.endsWith(client))
    return `something between puts ${quoted(received, client)} before the path, ${VIRTUAL}`
  if (received !== '/' && client.endsWith(received))
    return `something between takes ${quoted(client, received)} off the path, ${VIRTUAL}`
  if (client.replace(/\/$/, '') === received.replace(/\/$/, '')) return 'a slash at the end was added or taken away'
  return 'something between rewrites paths: a rule of the load balancer, a path in proxy_pass, a rewrite'
}

const DOUBLE_ENCODING = 'switch off what SDKs call double encoding, S3 does not have it'
const VIRTUAL =
  'or the client names the bucket in the host name and the request arrived in path style (or the other way round): ' +
  'rewriting one into the other breaks signatures, list the name under server.hostnames'

const quoted = (longer: string, end: string): string => `"${longer.slice(0, longer.length - end.length)}"`

function normalised(path: string): string {
  const kept: string[] = []
  const segments = path.replaceAll('%2F', '/').split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const end = /(?:^|\/)\.{0,2}$/.test(path) && kept.length > 0 ? '/' : ''
  return `/${kept.join('/')}${end}`
}

/** Why a query parameter may have changed. Values are encoded; undefined: it is not there. */
export function queryCause(client: string | undefined, received: string | undefined): string {
  if (client === undefined) return 'something between adds a parameter'
  if (received === undefined) return 'something between takes parameters away; caches and CDNs do'
  const [mine, theirs] = [client, received].map((value) => percentDecode(value.replaceAll('+', ' ')))
  if (mine !== undefined && mine === theirs) return 'the client encodes the query otherwise than S3 does'
  if (percentDecode(client) === received || percentDecode(received) === client) {
    return 'the query is encoded once too often, by the client when it signs or by something between'
  }
  return 'something between rewrites the query: decodes and encodes it again, or turns "+" into "%20" or back'
}

/** Why the value of a header may have changed. `received` undefined: it did not arrive. */
export function headerCause(name: string, client: string, received: string | undefined): string {
  if (received === undefined) return absentCause(name)
  if (name === 'host') return hostCause(client, received)
  const known = KNOWN_HEADERS.get(name)
  if (known !== undefined) return known
  if (received.startsWith(`${client},`) || received.endsWith(`,${client}`)) {
    return 'a second header of that name was added, and values of one name are joined'
  }
  if (client.replaceAll(BLANKS, '') === received.replaceAll(BLANKS, '')) {
    return 'blanks were trimmed, joined or added on the way, or the client signs them otherwise than S3 does'
  }
  if (client.toLowerCase() === received.toLowerCase()) return 'something between changes upper and lower case'
  return 'something between changes this header: a rule of the load balancer or CDN'
}

const BLANKS = /[ \t]/g

const KNOWN_HEADERS: ReadonlyMap<string, string> = new Map([
  [
    'accept-encoding',
    'load balancers and CDNs rewrite Accept-Encoding to compress by themselves: let it pass (nginx: no proxy_set_header ' +
      'Accept-Encoding; HAProxy: no compression offload)',
  ],
  ['connection', 'Connection belongs to one hop and is always rewritten: clients must not sign it'],
  ['content-length', 'something between buffers the body and sends another length'],
  [
    'transfer-encoding',
    'something between buffers the body: Transfer-Encoding belongs to one hop, clients must not sign it',
  ],
  ['user-agent', 'something between rewrites User-Agent, or the client changes it after signing'],
  ['x-amz-date', 'this is another attempt of the client, or something between replaced the date'],
  ['date', 'this is another attempt of the client, or something between replaced the date'],
  ['x-amz-content-sha256', 'something between replaces the body or says another hash of it'],
])

function absentCause(name: string): string {
  if (name === 'expect') return 'load balancers answer Expect: 100-continue themselves and take it away (nginx always)'
  if (name === 'transfer-encoding') return 'a load balancer put a length in its place'
  if (/[_.]/.test(name)) {
    return 'something between drops it: nginx does with "_" in names (underscores_in_headers) and with "." (ignore_invalid_headers)'
  }
  return 'something between drops it, or the client names a header as signed that it does not send'
}

const PORT = /:\d+$/

function hostCause(client: string, received: string): string {
  const [mine, theirs] = [client, received].map((host) => host.toLowerCase().replace(PORT, ''))
  if (mine === theirs) {
    return (
      'only the port differs: a load balancer left it out or put its own (nginx: $host in place of $http_host); let ' +
      'Host pass, or send X-Forwarded-Host or X-Forwarded-Port from an address in server.trusted_proxies'
    )
  }
  return (
    'a load balancer rewrote Host: let it pass as it came, or send X-Forwarded-Host from an address in ' +
    'server.trusted_proxies, or name the public host under server.hostnames; or the client signs another host than it asks'
  )
}

/** Why the hash of the payload may differ. */
export function payloadHashCause(client: string, received: string): string {
  const isNamed = (text: string): boolean => /^[A-Z]/.test(text)
  return isNamed(client) || isNamed(received)
    ? 'the client announces in x-amz-content-sha256 another way of hashing the payload than it signed'
    : 'the client signed the hash of another body than it announces in x-amz-content-sha256'
}
