import { hashCanonicalRequest } from '../sigv4/canonical-request.ts'
import { concealed, concealedQuery, shortened } from '../sigv4/concealed-values.ts'
import type { ClientRequest } from './client-request.ts'
import { headerCause, methodCause, pathCause, payloadHashCause, queryCause } from './difference-causes.ts'
import type { ReceivedLines } from './received-lines.ts'

/** The part of canonical request or string to sign in which two requests differ. */
export type DifferingPart =
  | 'method'
  | 'path'
  | 'query'
  | 'query parameter'
  | 'header'
  | 'signed headers'
  | 'payload hash'
  | 'date'
  | 'scope'
  | 'digest'

/** One line, or one item of a line, that the client has otherwise than the proxy. Secrets are concealed in both. */
export interface CanonicalDifference {
  readonly part: DifferingPart
  /** Of the header or parameter. */
  readonly name: string | undefined
  /** Undefined: the client does not have it. */
  readonly client: string | undefined
  /** Undefined: it did not arrive. */
  readonly received: string | undefined
  /** What usually does that, in plain words. */
  readonly cause: string
}

const MAX_PATH_CHARACTERS = 4_096
const MAX_NAMES_CHARACTERS = 4_096

/** Compares what a client says with what arrived, in the order of the lines. Empty: there is no difference. */
export function canonicalDifferences(client: ClientRequest, received: ReceivedLines): readonly CanonicalDifference[] {
  const differences = [
    ...methodDifference(client, received),
    ...pathDifference(client, received),
    ...queryDifferences(client, received),
    ...headerDifferences(client, received),
    ...signedHeadersDifference(client, received),
    ...payloadHashDifference(client, received),
    ...stringToSignDifferences(client, received),
  ]
  return differences.length === 0 ? digestDifference(client) : differences
}

type Differences = readonly CanonicalDifference[]

function methodDifference({ method: client }: ClientRequest, { method: received }: ReceivedLines): Differences {
  if (client === received) return []
  return [{ part: 'method', name: undefined, client, received, cause: methodCause(client, received) }]
}

function pathDifference({ path }: ClientRequest, received: ReceivedLines): Differences {
  const client = shortened(path, MAX_PATH_CHARACTERS)
  if (client === received.path || received.hasTried(client)) return []
  return [{ part: 'path', name: undefined, client, received: received.path, cause: pathCause(client, received.path) }]
}

function queryDifferences({ query }: ClientRequest, received: ReceivedLines): Differences {
  const client = concealedQuery(query)
  if (client === received.query) return []
  const mine = valuesByName(client)
  const theirs = valuesByName(received.query)
  const names = [...new Set([...mine.keys(), ...theirs.keys()])].sort()
  const differing = names.flatMap((name): Differences => {
    const [sent, arrived] = [mine.get(name), theirs.get(name)]
    if (sent === arrived || (received.extent === 'cut' && arrived === undefined)) return []
    return [{ part: 'query parameter', name, client: sent, received: arrived, cause: queryCause(sent, arrived) }]
  })
  if (differing.length > 0 || received.extent === 'cut') return differing
  const cause = 'the client writes its query otherwise than S3 does: sorted by name and value, each name with "="'
  return [{ part: 'query', name: undefined, client, received: received.query, cause }]
}

/** Several values of one name are told as one text. */
function valuesByName(query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = equals < 0 ? '' : pair.slice(equals + 1)
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before}&${name}=${value}`)
  }
  return values
}

function headerDifferences(client: ClientRequest, received: ReceivedLines): Differences {
  const arrivedNames = received.signedHeaders.split(';')
  const names = new Set([...(client.told === 'signed' ? client.headers.keys() : []), ...arrivedNames])
  return [...names].flatMap((name): Differences => {
    const own = client.headers.get(name)
    // What the proxy was told is not signed shows in the list of names.
    if (own === undefined || !arrivedNames.includes(name)) return []
    const value = concealed(name, own)
    const arrived = received.headers.get(name)
    if (value === arrived || received.hasTried(`${name}:${value}`)) return []
    if (arrived === undefined && received.extent === 'cut') return []
    return [{ part: 'header', name, client: value, received: arrived, cause: headerCause(name, value, arrived) }]
  })
}

function signedHeadersDifference({ signedHeaders }: ClientRequest, received: ReceivedLines): Differences {
  if (signedHeaders === undefined) return []
  const client = shortened(signedHeaders, MAX_NAMES_CHARACTERS)
  if (client === received.signedHeaders) return []
  const cause =
    'the Authorization header that arrived is not the one of this request: another attempt of the client, or a gateway ' +
    'between that signs anew'
  return [{ part: 'signed headers', name: undefined, client, received: received.signedHeaders, cause }]
}

function payloadHashDifference({ payloadHash }: ClientRequest, { payloadHash: received }: ReceivedLines): Differences {
  if (payloadHash === undefined) return []
  const client = concealed('x-amz-content-sha256', payloadHash)
  if (client === received) return []
  return [{ part: 'payload hash', name: undefined, client, received, cause: payloadHashCause(client, received) }]
}

function stringToSignDifferences({ stringToSign }: ClientRequest, received: ReceivedLines): Differences {
  if (stringToSign === undefined) return []
  const date: CanonicalDifference = {
    part: 'date',
    name: undefined,
    client: stringToSign.timestamp,
    received: received.timestamp,
    cause: 'this is another attempt of the client, or something between replaced x-amz-date',
  }
  const scope: CanonicalDifference = {
    part: 'scope',
    name: undefined,
    client: stringToSign.scope,
    received: received.scope,
    cause:
      'the client signed for another day, region or service than its Credential says: another attempt (clients sign ' +
      'anew for the region that an answer names), or a gateway between that signs anew',
  }
  return [date, scope].filter((each) => each.client !== each.received)
}

/** A client that prints something else than it signs. */
function digestDifference(client: ClientRequest): Differences {
  const printed = client.stringToSign?.requestHash
  const { method, path: uri, query, signedHeaders, payloadHash } = client
  if (printed === undefined || client.told === 'sent' || signedHeaders === undefined || payloadHash === undefined)
    return []
  const headers = [...client.headers].map(([name, value]) => `${name}:${value}\n`).join('')
  const digest = hashCanonicalRequest({ method, uri, query, headers, signedHeaders, payloadHash })
  if (digest === printed) return []
  const cause =
    'the last line of the string to sign is not the digest of the canonical request above it: the client signed ' +
    'something else than it prints, or the file was edited'
  return [{ part: 'digest', name: undefined, client: printed, received: digest, cause }]
}
