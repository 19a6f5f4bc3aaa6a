import { crc32 } from 'node:zlib'
import { type Fault, frame, streamingForm } from './chunked-body.ts'
import { encode, hmac, presign, sha256Hex, sign, type SigningKey, UNSIGNED_PAYLOAD } from './signer.ts'

// Requests as they go over the wire, rightly signed unless the test spoils them afterwards.

export type Pair = readonly [name: string, value: string]

/** The host name that the tests' clients use and sign. */
export const HOST = 'proxy.test'

/** A request, byte for byte. */
export interface WireRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly Pair[]
  readonly body?: Buffer
}

/** What to sign. `path` is as on the wire; query and headers are plain text; a digest of the body is the default hash. */
export interface Order {
  readonly method?: string
  readonly path?: string
  readonly query?: readonly Pair[]
  readonly headers?: readonly Pair[]
  /** Added after signing. */
  readonly unsigned?: readonly Pair[]
  readonly body?: string | Buffer
  readonly payloadHash?: string
  readonly date?: Date
  readonly host?: string
}

/** Request line and headers with the empty line. */
export function wireHead({ method, target, headers }: WireRequest): string {
  return `${method} ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

export function wireBytes(request: WireRequest): Buffer {
  return Buffer.concat([Buffer.from(wireHead(request), 'latin1'), request.body ?? Buffer.alloc(0)])
}

/** Signed by the Authorization header. */
export function signedBy(user: SigningKey, order: Order = {}): WireRequest {
  const { method = 'GET', path = '/a-bkt/k', query = [], headers = [], host = HOST } = order
  const body = Buffer.from(order.body ?? '')
  const payloadHash = order.payloadHash ?? sha256Hex(body)
  const date = order.date === undefined ? {} : { date: order.date }
  const signed = sign(user, { method, host, path, query, headers, payloadHash, ...date })
  return finished(order, { method, target: signed.target, headers: signed.headers, body })
}

/** Signed by query parameters, without expecting a digest of the body. */
export function presignedBy(user: SigningKey, order: Order = {}, expiresSeconds = 60): WireRequest {
  const { method = 'GET', path = '/a-bkt/k', query = [], headers = [], host = HOST } = order
  const body = Buffer.from(order.body ?? '')
  const date = order.date === undefined ? {} : { date: order.date }
  const target = presign(user, { method, host, path, query, headers, ...date }, expiresSeconds)
  return finished(order, { method, target, headers: [['host', host], ...headers], body })
}

/** Not signed at all. */
export function unsignedRequest(order: Order = {}): WireRequest {
  const { method = 'GET', path = '/a-bkt/k', query = [], headers = [], host = HOST } = order
  const text = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  const target = text === '' ? path : `${path}?${text}`
  return finished(order, { method, target, headers: [['host', host], ...headers], body: Buffer.from(order.body ?? '') })
}

function finished(order: Order, request: WireRequest & { readonly body: Buffer }): WireRequest {
  const { method, body } = request
  const unsigned = order.unsigned ?? []
  const isFramed = unsigned.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name))
  const needsLength = !isFramed && (body.length > 0 || method === 'PUT' || method === 'POST')
  const length: Pair[] = needsLength ? [['content-length', String(body.length)]] : []
  return { ...request, headers: [...request.headers, ...unsigned, ...length] }
}

/** What a forged signature is to cover: each line of the canonical request can be put out of step with the request. */
export interface Forgery extends Order {
  readonly scope?: {
    readonly date?: string
    readonly region?: string
    readonly service?: string
    readonly end?: string
  }
  /** The text after `SignedHeaders=`. Default: all the headers, sorted. */
  readonly signedHeaders?: string
  /** The path in the canonical request. Default: as on the wire. */
  readonly canonicalPath?: string
  readonly algorithm?: string
}

/** Signed by the Authorization header, over anything: the signature is always the right one for what is claimed. */
export function forgedBy(user: SigningKey, order: Forgery = {}): WireRequest {
  const { method = 'GET', path = '/a-bkt/k', query = [], algorithm = 'AWS4-HMAC-SHA256' } = order
  const body = Buffer.from(order.body ?? '')
  const timestamp = amzDate(order.date ?? new Date())
  const payloadHash = order.payloadHash ?? sha256Hex(body)
  const headers = forgedHeaders(order, timestamp, payloadHash)
  const names = order.signedHeaders ?? [...new Set(headers.map(([name]) => name.toLowerCase()))].sort().join(';')
  const queryText = query
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const lines = canonicalLines(headers, names)
  const canonical = [method, order.canonicalPath ?? path, queryText, lines, names, payloadHash].join('\n')
  const scope = { date: timestamp.slice(0, 8), region: user.region, service: 's3', end: 'aws4_request', ...order.scope }
  const { date, region, service, end } = scope
  const scopeText = [date, region, service, end].join('/')
  const dayKey = hmac(`AWS4${user.secretKey}`, date)
  const key = [region, service, end].reduce((from: Buffer, text) => hmac(from, text), dayKey)
  const signature = hmac(key, [algorithm, timestamp, scopeText, sha256Hex(canonical)].join('\n')).toString('hex')
  const claim = `${algorithm} Credential=${user.accessKey}/${scopeText}, SignedHeaders=${names}, Signature=${signature}`
  const target = queryText === '' ? path : `${path}?${queryText}`
  return finished(order, { method, target, headers: [...headers, ['authorization', claim]], body })
}

function forgedHeaders({ host = HOST, headers = [] }: Forgery, timestamp: string, payloadHash: string): Pair[] {
  return [['host', host], ['x-amz-content-sha256', payloadHash], ['x-amz-date', timestamp], ...headers]
}

function canonicalLines(headers: readonly Pair[], names: string): string {
  const valueOf = (name: string) => headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? ''
  return names
    .split(';')
    .map((name) => `${name}:${valueOf(name)}\n`)
    .join('')
}

/** `YYYYMMDDTHHMMSSZ` */
export function amzDate(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

export const PAYLOAD_MODES = [
  'literal SHA-256',
  'UNSIGNED-PAYLOAD',
  'signed chunks',
  'signed chunks with a trailer',
  'unsigned chunks with a trailer',
] as const
export type PayloadMode = (typeof PAYLOAD_MODES)[number]

/** An upload in one of the payload modes. */
export interface UploadOrder {
  readonly mode: PayloadMode
  readonly path?: string
  readonly query?: readonly Pair[]
  readonly pieces?: readonly Buffer[]
  readonly headers?: readonly Pair[]
  readonly unsigned?: readonly Pair[]
  readonly fault?: Fault
}

export const UPLOAD_TEXT = 'twenty bytes of text'
const DEFAULT_PIECES: readonly Buffer[] = [Buffer.from(UPLOAD_TEXT)]

/** A PUT of the pieces, each a chunk where the mode has chunks. */
export function uploadBy(user: SigningKey, order: UploadOrder): WireRequest {
  if (order.mode.includes('chunks')) return chunkedUploadBy(user, order)
  const { mode, pieces = DEFAULT_PIECES, path = '/a-bkt/k', query = [], headers = [], unsigned = [] } = order
  const body = Buffer.concat(pieces)
  const payloadHash = mode === 'UNSIGNED-PAYLOAD' ? UNSIGNED_PAYLOAD : sha256Hex(body)
  return signedBy(user, { method: 'PUT', path, query, unsigned, headers, body, payloadHash })
}

function chunkedUploadBy(user: SigningKey, order: UploadOrder): WireRequest {
  const { mode, pieces = DEFAULT_PIECES, path = '/a-bkt/k', query = [], unsigned = [], fault } = order
  const data = Buffer.concat(pieces)
  const isSigned = mode.startsWith('signed')
  const trailer = mode.includes('trailer') ? (['x-amz-checksum-crc32', crc32Text(data, fault)] as const) : undefined
  const headers: Pair[] = [['x-amz-decoded-content-length', String(data.length)], ...(order.headers ?? [])]
  if (trailer !== undefined) headers.push(['x-amz-trailer', trailer[0]])
  const payloadHash = streamingForm({ signed: isSigned, trailer: trailer !== undefined })
  const signed = sign(user, { method: 'PUT', path, query, host: HOST, headers, payloadHash })
  const body = frame(pieces, { seed: isSigned ? signed.seed : undefined, trailer, fault })
  const sent: Pair[] = [...signed.headers, ...unsigned, ['content-length', String(body.length)]]
  return { method: 'PUT', target: signed.target, headers: sent, body }
}

/** The value of x-amz-checksum-crc32. A wrong one is that of other bytes. */
export function crc32Text(data: Buffer, fault?: Fault): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(fault === 'checksum' ? Buffer.from('other bytes') : data))
  return bytes.toString('base64')
}

export function changeHeader(request: WireRequest, name: string, change: (value: string) => string): WireRequest {
  if (!request.headers.some(([other]) => other === name)) throw new Error(`there is no header ${name} to change`)
  return {
    ...request,
    headers: request.headers.map(([other, value]): Pair => [other, other === name ? change(value) : value]),
  }
}

export function withHeaders(request: WireRequest, ...pairs: Pair[]): WireRequest {
  return { ...request, headers: [...request.headers, ...pairs] }
}

export function withoutHeader(request: WireRequest, name: string): WireRequest {
  return { ...request, headers: request.headers.filter(([other]) => other !== name) }
}

/** Another digit in place of the last one. */
export function flipped(signature: string): string {
  return signature.slice(0, -1) + (signature.endsWith('0') ? '1' : '0')
}
