import { createHash, createHmac } from 'node:crypto'

// A signer of the tests' own, written from AWS's pages on Signature Version 4 for S3 ("Signature Calculations for the
// Authorization Header", "Authenticating Requests: Using Query Parameters"). It shares nothing with src/.

/** An access key and the region it signs for. */
export interface SigningKey {
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
}

/** A request before it is signed. `path` is as on the wire (see `encodePath`); query pairs and headers are plain text. */
export interface UnsignedRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query?: readonly (readonly [name: string, value: string])[]
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** The value of x-amz-content-sha256: a hex digest, UNSIGNED-PAYLOAD or a STREAMING-… form. */
  readonly payloadHash: string
  readonly date?: Date
}

/** What chunk signatures go on from. */
export interface Seed {
  readonly signature: string
  readonly timestamp: string
  readonly scope: string
  readonly key: Buffer
}

/** A signed request: request target and headers as they go on the wire. */
export interface SignedRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly seed: Seed
}

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** `/bucket/key`, encoded, with the slashes of the key kept. Without a key: `/bucket`. */
export function encodePath(bucket: string, key?: string): string {
  if (bucket === '') return '/'
  return key === undefined ? `/${encode(bucket)}` : `/${encode(bucket)}/${key.split('/').map(encode).join('/')}`
}

/** Signs by the Authorization header. All headers given are signed, and `host`, `x-amz-date`, `x-amz-content-sha256`. */
export function sign(key: SigningKey, request: UnsignedRequest): SignedRequest {
  const timestamp = amzDate(request.date ?? new Date())
  const scope = `${timestamp.slice(0, 8)}/${key.region}/s3/aws4_request`
  const headers = [
    ['host', request.host] as const,
    ['x-amz-date', timestamp] as const,
    ['x-amz-content-sha256', request.payloadHash] as const,
    ...(request.headers ?? []),
  ]
  const query = canonicalQuery(request.query ?? [])
  const canonical = canonicalRequest(request, query, headers)
  const signingKey = deriveKey(key, timestamp)
  const signature = signatureOf(signingKey, timestamp, scope, canonical.text)
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${key.accessKey}/${scope}, ` +
    `SignedHeaders=${canonical.signedHeaders}, Signature=${signature}`
  return {
    method: request.method,
    target: query === '' ? request.path : `${request.path}?${query}`,
    headers: [...headers, ['authorization', authorization]],
    seed: { signature, timestamp, scope, key: signingKey },
  }
}

/** Signs by query parameters; the target is good for `expiresSeconds`. Headers given must be sent as they are. */
export function presign(
  key: SigningKey,
  request: Omit<UnsignedRequest, 'payloadHash'>,
  expiresSeconds: number,
): string {
  const timestamp = amzDate(request.date ?? new Date())
  const scope = `${timestamp.slice(0, 8)}/${key.region}/s3/aws4_request`
  const headers = [['host', request.host] as const, ...(request.headers ?? [])]
  const query = canonicalQuery([
    ...(request.query ?? []),
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${key.accessKey}/${scope}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', signedNames(headers)],
  ])
  const canonical = canonicalRequest({ ...request, payloadHash: UNSIGNED_PAYLOAD }, query, headers)
  const signature = signatureOf(deriveKey(key, timestamp), timestamp, scope, canonical.text)
  return `${request.path}?${query}&X-Amz-Signature=${signature}`
}

type Pairs = readonly (readonly [string, string])[]

function amzDate(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

function deriveKey(key: SigningKey, timestamp: string): Buffer {
  const day = hmac(`AWS4${key.secretKey}`, timestamp.slice(0, 8))
  return hmac(hmac(hmac(day, key.region), 's3'), 'aws4_request')
}

function canonicalQuery(pairs: Pairs): string {
  return pairs
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function signedNames(headers: Pairs): string {
  return [...new Set(headers.map(([name]) => name.toLowerCase()))].sort().join(';')
}

function canonicalRequest(
  request: Pick<UnsignedRequest, 'method' | 'path' | 'payloadHash'>,
  query: string,
  headers: Pairs,
): { readonly text: string; readonly signedHeaders: string } {
  const signedHeaders = signedNames(headers)
  const lines = signedHeaders.split(';').map((name) => {
    const values = headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)
    return `${name}:${values.map((value) => value.trim().replace(/ +/g, ' ')).join(',')}\n`
  })
  const text = [request.method, request.path, query, lines.join(''), signedHeaders, request.payloadHash].join('\n')
  return { text, signedHeaders }
}

function signatureOf(key: Buffer, timestamp: string, scope: string, canonical: string): string {
  return hmac(key, ['AWS4-HMAC-SHA256', timestamp, scope, sha256Hex(canonical)].join('\n')).toString('hex')
}
