import { expect, test } from 'vitest'
import type { AuditReceived } from '../audit/event.ts'
import { canonicalDifferences } from './canonical-differences.ts'
import { clientRequests } from './client-requests.ts'
import { receivedLines } from './received-lines.ts'

interface Sides {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: readonly string[]
  readonly names?: string
  readonly hash?: string
  readonly scope?: string
  readonly date?: string
}

const DATE = '20261123T120000Z'
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function lines({
  method = 'GET',
  path = '/b/k',
  query = '',
  headers = ['host:h:1'],
  names,
  hash = EMPTY,
}: Sides): string {
  const signed = names ?? headers.map((line) => line.slice(0, line.indexOf(':'))).join(';')
  return [method, path, query, ...headers, '', signed, hash].join('\n')
}

function toSign({ date = DATE, scope = '20261123/fsn1/s3/aws4_request' }: Sides): string {
  return `AWS4-HMAC-SHA256\n${date}\n${scope}\n${'a'.repeat(64)}`
}

function differing(client: Sides, arrived: Sides, more: Partial<AuditReceived> = {}) {
  const [request] = clientRequests(Buffer.from(`${lines(client)}\n${toSign(client)}`, 'latin1'))
  const received = receivedLines({
    canonical_request: lines(arrived),
    string_to_sign: toSign(arrived),
    also_tried: [],
    cut: false,
    ...more,
  })
  if (request === undefined || received === undefined) throw new Error('cannot be read')
  return canonicalDifferences(request, received)
}

const header = (client: string, arrived: string, name = 'x-amz-meta-a'): [Sides, Sides] => [
  { headers: ['host:h:1', `${name}:${client}`] },
  { headers: ['host:h:1', `${name}:${arrived}`] },
]

test.each<[name: string, sides: readonly [Sides, Sides], part: string, cause: string]>([
  ['another method', [{ method: 'HEAD' }, { method: 'GET' }], 'method', 'a cache between'],
  ['double slashes joined', [{ path: '/b//k' }, { path: '/b/k' }], 'path', 'normalises paths'],
  ['dot segments resolved', [{ path: '/b/a/../k' }, { path: '/b/k' }], 'path', 'normalises paths'],
  ['an encoded slash decoded', [{ path: '/b/a%2Fk' }, { path: '/b/a/k' }], 'path', 'encodes the path otherwise'],
  ['a path encoded twice by the client', [{ path: '/b/a%2520k' }, { path: '/b/a%20k' }], 'path', 'double encoding'],
  [
    'a path encoded once more on its way',
    [{ path: '/b/a%20k' }, { path: '/b/a%2520k' }],
    'path',
    'encodes the path once more',
  ],
  ['a prefix put before the path', [{ path: '/b/k' }, { path: '/s3/b/k' }], 'path', 'puts "/s3" before the path'],
  ['the bucket in the host name', [{ path: '/k' }, { path: '/b/k' }], 'path', 'server.hostnames'],
  ['a prefix taken off', [{ path: '/s3/b/k' }, { path: '/b/k' }], 'path', 'takes "/s3" off the path'],
  ['another path', [{ path: '/b/k' }, { path: '/c/l' }], 'path', 'rewrites paths'],
  ['a parameter added', [{ query: 'a=1' }, { query: 'a=1&b=2' }], 'query parameter b', 'adds a parameter'],
  ['a parameter lost', [{ query: 'a=1&b=2' }, { query: 'a=1' }], 'query parameter b', 'takes parameters away'],
  [
    'a value encoded otherwise',
    [{ query: 'a=x/y' }, { query: 'a=x%2Fy' }],
    'query parameter a',
    'encodes the query otherwise',
  ],
  ['a value encoded twice', [{ query: 'a=x%252F' }, { query: 'a=x%2F' }], 'query parameter a', 'once too often'],
  ['a value changed', [{ query: 'a=1' }, { query: 'a=2' }], 'query parameter a', 'rewrites the query'],
  ['a query that is not sorted', [{ query: 'b=1&a=1' }, { query: 'a=1&b=1' }], 'query', 'sorted by name'],
  ['a name without an equals sign', [{ query: 'uploads' }, { query: 'uploads=' }], 'query', 'each name with "="'],
  [
    'a host without its port',
    [{ headers: ['host:h:9000'] }, { headers: ['host:h'] }],
    'header host',
    'only the port differs',
  ],
  [
    'another host',
    [{ headers: ['host:s3.example.com'] }, { headers: ['host:10.0.0.1:8080'] }],
    'header host',
    'rewrote Host',
  ],
  [
    'Accept-Encoding',
    header('identity', 'gzip', 'accept-encoding'),
    'header accept-encoding',
    'compress by themselves',
  ],
  ['a second value', header('a', 'a,b'), 'header x-amz-meta-a', 'a second header of that name'],
  ['blanks', header('a, b', 'a,b'), 'header x-amz-meta-a', 'blanks were trimmed'],
  ['upper and lower case', header('A', 'a'), 'header x-amz-meta-a', 'upper and lower case'],
  ['another value', header('a', 'b'), 'header x-amz-meta-a', 'changes this header'],
  [
    'a header lost',
    [{ headers: ['host:h:1', 'x-amz-meta-a_b:1'] }, { names: 'host;x-amz-meta-a_b' }],
    'header x-amz-meta-a_b',
    'underscores_in_headers',
  ],
  [
    'Expect',
    [{ headers: ['expect:100-continue', 'host:h:1'] }, { names: 'expect;host' }],
    'header expect',
    'Expect: 100-continue',
  ],
  ['other signed headers', [{ headers: ['a:1', 'host:h:1'] }, {}], 'signed headers', 'is not the one of this request'],
  ['another payload hash', [{}, { hash: 'b'.repeat(64) }], 'payload hash', 'hash of another body'],
  ['another way of hashing', [{}, { hash: 'UNSIGNED-PAYLOAD' }], 'payload hash', 'another way of hashing'],
  ['another date', [{ date: '20261123T115900Z' }, {}], 'date', 'another attempt'],
  ['another region', [{ scope: '20261123/us-east-1/s3/aws4_request' }, {}], 'scope', 'another day, region or service'],
])('%s is told as the only difference, with what usually does it', (_name, [client, arrived], part, cause) => {
  const found = differing(client, arrived)
  expect(found.map((each) => [each.part, each.name].filter((word) => word !== undefined).join(' '))).toEqual([part])
  expect(found[0]?.cause).toContain(cause)
})

test('every difference is told, in the order of the lines', () => {
  const found = differing({ path: '/b//k', query: 'a=1' }, { path: '/b/k', hash: 'b'.repeat(64) })
  expect(found.map(({ part }) => part)).toEqual(['path', 'query parameter', 'payload hash'])
})

test('what the proxy tried beside is no difference: path as sent, other hosts, inner blanks', () => {
  const tried = { also_tried: ["/b/it's", 'host:h', 'x-amz-meta-a:1  2'] }
  const client = { path: "/b/it's", headers: ['host:h', 'x-amz-meta-a:1  2'] }
  const arrived = { path: '/b/it%27s', headers: ['host:h:1', 'x-amz-meta-a:1 2'] }
  // What is left is that this client prints another digest than that of what it prints.
  expect(differing(client, arrived, tried).map(({ part }) => part)).toEqual(['digest'])
})

test('secrets are compared by their digests, and not told', () => {
  const name = 'x-amz-server-side-encryption-customer-key'
  const [client] = header('c2VjcmV0', '', name)
  const [arrived] = header('(secret, SHA-256 0000000000000000)', '', name)
  const found = differing(client, arrived)
  expect(found).toMatchObject([{ part: 'header', name }])
  expect(JSON.stringify(found)).not.toContain('c2VjcmV0')
})

test('what was cut off is not told as lost', () => {
  const client = { query: 'a=1&b=2', headers: ['host:h:1', 'x-amz-meta-a:1'] }
  const arrived = { query: 'a=1', names: 'host;x-amz-meta-a' }
  expect(differing(client, arrived, { cut: true }).map(({ part }) => part)).toEqual(['digest'])
  expect(differing(client, arrived).map(({ part }) => part)).toEqual(['query parameter', 'header'])
})

test.each([
  ['null', null],
  ['another shape', { canonical_request: 3 }],
  ['too few lines', { canonical_request: 'GET', string_to_sign: '', also_tried: [], cut: false }],
])('an event with %s is not taken for a recording', (_name, received) => {
  expect(receivedLines(received as AuditReceived | null)).toBeUndefined()
})
