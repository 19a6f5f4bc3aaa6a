import { createHash } from 'node:crypto'
import { frame, framedLength, streamingForm } from '../support/chunked-body.ts'
import { type Answer, type Endpoint, exchange } from '../support/exchange.ts'
import { encodePath, presign, sha256Hex, sign, type SigningKey, UNSIGNED_PAYLOAD } from '../support/signer.ts'
import type { Payload, Sent, Variant } from './acceptance-case.ts'
import { FORM_TYPE, formBody } from './form-body.ts'
import { parseXml, textOf } from './xml-tree.ts'

/** Someone who answers S3: the backend itself, or the proxy before it. */
export interface Server {
  readonly http: Endpoint
  readonly https: Endpoint
  readonly key: SigningKey
  /** The name under which `BUCKET.NAME` is virtual-hosted; undefined where only paths are understood. */
  readonly hostname: string | undefined
}

/** Names for this run of a case, as in `{bucket}`. */
export type Names = Map<string, string>

const CHUNK_BYTES = 64 * 1024
const EXPIRES_SECONDS = 300

/** Sends a request to a server in one of the variants, its `{names}` filled in, and keeps what it says to keep. */
export async function send(server: Server, variant: Variant, sent: Sent, names: Names): Promise<Answer> {
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => names.get(name) ?? whole)
  const endpoint = server[variant.scheme]
  const place = placeOf(server, variant, { ...sent, bucket: fill(sent.bucket ?? '{bucket}') })
  if (sent.form !== undefined) {
    const body = formBody(sent.form, names.get('bucket') ?? '', server.key)
    const headers = [
      ['host', place.host],
      ['content-type', FORM_TYPE],
      ['content-length', String(body.length)],
    ] as const
    return exchange(endpoint, { method: sent.method, target: place.path, headers, body }, 60_000)
  }
  const body = typeof sent.body === 'string' ? Buffer.from(fill(sent.body)) : (sent.body ?? Buffer.alloc(0))
  const query = (sent.query ?? '').split('&').filter((pair) => pair !== '')
  // Some digests cover names that are known only now.
  const digest = createHash('md5').update(body).digest('base64')
  const request = {
    method: sent.method,
    ...place,
    ...(sent.path === undefined ? {} : { path: fill(sent.path) }),
    query: query.map((pair) => pairOf(pair, fill)),
    headers: Object.entries(sent.headers ?? {}).map(
      ([name, value]) => [name, fill(value).replace('{md5}', digest)] as const,
    ),
  }
  // What was declared longer than it is must end somewhere.
  const afterBody = Number(sent.contentLength ?? 0) > body.length ? 'end' : 'wait'
  const message = { ...signed(server.key, variant, { request, sent, body }), afterBody } as const
  const answer = await exchange(endpoint, message, 60_000)
  keep(answer, sent.keep ?? {}, names)
  return answer
}

function placeOf({ http, https, hostname }: Server, variant: Variant, sent: Sent): { host: string; path: string } {
  const { host, port } = new URL((variant.scheme === 'http' ? http : https).url)
  const { bucket = '', key } = sent
  if (variant.address === 'path' || hostname === undefined || bucket === '')
    return { host, path: encodePath(bucket, key) }
  return { host: `${bucket}.${hostname}:${port}`, path: key === undefined ? '/' : encodePath('x', key).slice(2) }
}

function pairOf(pair: string, fill: (text: string) => string): readonly [string, string] {
  const [name = '', ...value] = pair.split('=')
  return [decodeURIComponent(name), fill(decodeURIComponent(value.join('=')))]
}

interface Unsigned {
  readonly request: {
    readonly method: string
    readonly host: string
    readonly path: string
    readonly query: readonly (readonly [string, string])[]
    readonly headers: readonly (readonly [string, string])[]
  }
  readonly sent: Sent
  readonly body: Buffer
}

function signed(key: SigningKey, variant: Variant, { request, sent, body }: Unsigned) {
  const { method } = request
  if (variant.auth === 'presigned') {
    const target = presign(key, request, EXPIRES_SECONDS)
    const headers = [['host', request.host] as const, ...request.headers, ...framing(sent, body.length)]
    return { method, target, headers, body: onTheWire(sent, body) }
  }
  const { payload } = sent
  if (typeof payload === 'string' && payload !== 'unsigned') return chunked(key, { request, sent, body }, payload)
  const hash = payload === 'unsigned' ? UNSIGNED_PAYLOAD : (payload?.sha256 ?? sha256Hex(body))
  const result = sign(key, { ...request, payloadHash: hash })
  return { ...result, headers: [...result.headers, ...framing(sent, body.length)], body: onTheWire(sent, body) }
}

function chunked(key: SigningKey, { request, sent, body }: Unsigned, payload: Exclude<Payload, object>) {
  const isSigned = payload.startsWith('signed')
  const { trailer } = sent
  const form = streamingForm({ signed: isSigned, trailer: trailer !== undefined })
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; at += CHUNK_BYTES) chunks.push(body.subarray(at, at + CHUNK_BYTES))
  const sizes = chunks.map((chunk) => chunk.length)
  const declared: [string, string][] = [
    ['x-amz-decoded-content-length', String(body.length)],
    ['content-encoding', 'aws-chunked'],
  ]
  if (trailer !== undefined) declared.push(['x-amz-trailer', trailer[0]])
  const result = sign(key, { ...request, headers: [...request.headers, ...declared], payloadHash: form })
  const seed = isSigned ? result.seed : undefined
  const framed = frame(chunks, { seed, trailer, fault: sent.fault })
  const length = framing(sent, framedLength(sizes, { signed: isSigned, trailer }))
  return { ...result, headers: [...result.headers, ...length], body: onTheWire(sent, framed) }
}

function framing(sent: Sent, length: number): [string, string][] {
  if (sent.chunkedTransfer === true) return [['transfer-encoding', 'chunked']]
  if (sent.contentLength === 'absent') return []
  if (sent.contentLength !== undefined) return [['content-length', String(sent.contentLength)]]
  return length > 0 || sent.method === 'PUT' || sent.method === 'POST' ? [['content-length', String(length)]] : []
}

function onTheWire(sent: Sent, body: Buffer): Buffer {
  if (sent.chunkedTransfer !== true) return body
  const head = body.length === 0 ? '' : `${body.length.toString(16)}\r\n`
  return Buffer.concat([Buffer.from(head), body, Buffer.from(`${head === '' ? '' : '\r\n'}0\r\n\r\n`)])
}

function keep(answer: Answer, wanted: Readonly<Record<string, string>>, names: Names): void {
  const document = Object.keys(wanted).length === 0 ? undefined : parseXml(answer.body.toString('utf8'))
  for (const [name, from] of Object.entries(wanted)) {
    const header = /^header (.+)$/.exec(from)?.[1]
    const value = header === undefined ? textOf(document, from) : answer.headers.get(header)
    if (value !== undefined) names.set(name, value)
  }
}
