import { createHash } from 'node:crypto'
import { type AuthnOptions, authenticate } from '../../src/authn/authenticate.ts'
import { type Credential, staticCredentials } from '../../src/authn/credentials.ts'
import type { HeaderPair } from '../../src/http/headers.ts'
import { parseQuery, splitTarget } from '../../src/http/target.ts'
import type { Authenticated } from '../../src/proof/stages.ts'
import { S3Error } from '../../src/s3/errors.ts'
import { parseS3Request } from '../../src/s3/request.ts'
import { SigningKeys } from '../../src/sigv4/credential-scope.ts'
import { presignQuery } from '../../src/sigv4/presign.ts'
import { signRequest } from '../../src/sigv4/sign.ts'
import { signatureHex, stringToSign } from '../../src/sigv4/string-to-sign.ts'

// Requests as they go over the wire to authentication, rightly signed, and ways to spoil them.

export const MINUTE = 60_000
export const now = new Date('2026-11-23T12:00:00Z')
const signal = new AbortController().signal
const keys = new SigningKeys(16)

export const credential = (accessKey: string, changes: Partial<Credential> = {}): Credential => ({
  accessKey,
  secretKey: `secret of ${accessKey}`,
  principal: {
    type: 'User',
    name: accessKey,
    arn: `arn:aws:iam::0:user/${accessKey}`,
    accountId: '0',
    tags: new Map(),
  },
  ...changes,
})

const options: AuthnOptions = {
  regions: ['eu-central-1', 'us-east-1'],
  proxyRegion: 'eu-central-1',
  maxSkewMs: 15 * MINUTE,
  presignedMaxExpirySeconds: 86_400,
  keys,
  credentials: staticCredentials([
    credential('ALICE'),
    credential('DISABLED', { active: false }),
    credential('ENDED', { notAfter: now }),
  ]),
}

export interface Wire {
  readonly method: string
  readonly target: string
  readonly headers: readonly HeaderPair[]
}

export interface Order {
  readonly method?: string
  readonly target?: string
  readonly headers?: readonly HeaderPair[]
  readonly payloadHash?: string
  readonly accessKey?: string
  readonly secretKey?: string
  readonly region?: string
  readonly at?: Date
  readonly expiresSeconds?: number
}

function defaults(order: Order) {
  const { method = 'GET', target = '/bkt/key', headers = [], at = now } = order
  const { accessKey = 'ALICE', region = 'eu-central-1', secretKey = `secret of ${accessKey}` } = order
  const { path, query } = splitTarget(target) ?? { path: '', query: undefined }
  const host: HeaderPair = ['Host', 'proxy:9000']
  const common = {
    method,
    path,
    query: parseQuery(query) ?? [],
    credential: { accessKey, secretKey, region },
    now: at,
    keys,
  }
  return { ...common, headers: [host, ...headers] }
}

export function signed(order: Order = {}): Wire {
  const request = defaults(order)
  const result = signRequest({ ...request, payloadHash: order.payloadHash ?? 'UNSIGNED-PAYLOAD' })
  const target = result.query === '' ? request.path : `${request.path}?${result.query}`
  return { method: request.method, target, headers: result.headers }
}

export function presigned(order: Order = {}): Wire {
  const request = defaults(order)
  const query = presignQuery({ ...request, expiresSeconds: order.expiresSeconds ?? 60 })
  return { method: request.method, target: `${request.path}?${query}`, headers: request.headers }
}

export const bare = (order: Order = {}): Wire => {
  const { method, headers } = defaults(order)
  return { method, target: order.target ?? '/bkt/key', headers }
}

export const withHeader = (wire: Wire, ...pairs: HeaderPair[]): Wire => ({
  ...wire,
  headers: [...wire.headers, ...pairs],
})
export const withoutHeader = (wire: Wire, name: string): Wire => ({
  ...wire,
  headers: wire.headers.filter(([other]) => other.toLowerCase() !== name),
})
export const changeHeader = (wire: Wire, name: string, change: (value: string) => string): Wire => ({
  ...wire,
  headers: wire.headers.map(([other, value]): HeaderPair => [other, other === name ? change(value) : value]),
})
export const changeClaim = (wire: Wire, pattern: RegExp | string, replacement: string): Wire =>
  changeHeader(wire, 'authorization', (value) => value.replace(pattern, replacement))
export const changeTarget = (wire: Wire, pattern: RegExp | string, replacement: string): Wire => ({
  ...wire,
  target: wire.target.replace(pattern, replacement),
})

export async function run(wire: Wire, changes: Partial<AuthnOptions> = {}, at = now): Promise<Authenticated> {
  const { method, target: url, headers } = wire
  const request = parseS3Request(
    { method, url, rawHeaders: headers.flat(), httpVersion: '1.1', forwardedHost: undefined },
    { hostnames: [], reservedBuckets: new Set(), ignoreHeaders: new Set(['x-amz-cf-id']) },
  )
  return authenticate(request, { ...options, ...changes }, at, signal)
}

export async function refusal(wire: Wire, changes: Partial<AuthnOptions> = {}, at = now): Promise<S3Error> {
  const error: unknown = await run(wire, changes, at).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof S3Error)) throw new Error('was not refused', { cause: error })
  return error
}

export const codeOf = async (wire: Wire): Promise<string> => {
  const { status, code } = await refusal(wire)
  return `${status} ${code}`
}

export const outcome = (wire: Wire): Promise<string> =>
  run(wire).then(
    () => 'welcome',
    () => codeOf(wire),
  )

/** Signs what `presignQuery` and `signRequest` do not: any claim over any canonical headers. */
export function signatureOver(lines: readonly string[]): string {
  const scope = { date: '20261123', region: 'eu-central-1', service: 's3' }
  const requestHash = createHash('sha256').update(lines.join('\n')).digest('hex')
  return signatureHex(keys.derive('secret of ALICE', scope), stringToSign('20261123T120000Z', scope, requestHash))
}

/** A PUT signed in the query, with a signed `x-amz-content-sha256`. */
export function presignedPayload(payloadHash: string): Wire {
  const query =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ALICE%2F20261123%2Feu-central-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20261123T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-amz-content-sha256'
  const headers = `host:proxy:9000\nx-amz-content-sha256:${payloadHash}\n`
  const lines = ['PUT', '/bkt/key', query, headers, 'host;x-amz-content-sha256', payloadHash]
  return {
    method: 'PUT',
    target: `/bkt/key?${query}&X-Amz-Signature=${signatureOver(lines)}`,
    headers: [
      ['host', 'proxy:9000'],
      ['x-amz-content-sha256', payloadHash],
    ],
  }
}
