import { type Answer, type Endpoint, exchange, hostOf } from './exchange.ts'
import { encodePath, sha256Hex, sign, type SigningKey } from './signer.ts'

/** An S3 request in the tests' words. A given `path` (wire form) wins over bucket and key. */
export interface Call {
  readonly method: string
  readonly bucket?: string
  readonly key?: string
  readonly path?: string
  readonly query?: readonly (readonly [name: string, value: string])[]
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string | Buffer
  /** Default: the digest of the body. */
  readonly payloadHash?: string
}

/** An object as the backend holds it. */
export interface StoredObject {
  readonly status: number
  readonly etag: string
  readonly sha256: string
  readonly body: Buffer
}

/** Sends signed raw requests to one endpoint as one user. */
export class S3Caller {
  readonly endpoint: Endpoint
  readonly key: SigningKey

  constructor(endpoint: Endpoint, key: SigningKey) {
    this.endpoint = endpoint
    this.key = key
  }

  call(call: Call): Promise<Answer> {
    const body = Buffer.from(call.body ?? '')
    const signed = sign(this.key, {
      method: call.method,
      host: hostOf(this.endpoint),
      path: call.path ?? encodePath(call.bucket ?? '', call.key),
      query: call.query ?? [],
      headers: call.headers ?? [],
      payloadHash: call.payloadHash ?? sha256Hex(body),
    })
    const sendsBody = body.length > 0 || call.method === 'PUT' || call.method === 'POST'
    const length: [string, string][] = sendsBody ? [['content-length', String(body.length)]] : []
    return exchange(this.endpoint, { ...signed, headers: [...signed.headers, ...length], body })
  }

  async put(bucket: string, key: string, body: string | Buffer): Promise<void> {
    this.#expect(await this.call({ method: 'PUT', bucket, key, body }), 200, `PUT ${bucket}/${key}`)
  }

  async makeBucket(bucket: string): Promise<void> {
    this.#expect(await this.call({ method: 'PUT', bucket }), 200, `PUT ${bucket}`)
  }

  async read(bucket: string, key: string): Promise<StoredObject> {
    const { status, headers, body } = await this.call({ method: 'GET', bucket, key })
    return { status, etag: headers.get('etag') ?? '', sha256: sha256Hex(body), body }
  }

  async exists(bucket: string, key?: string): Promise<boolean> {
    const at = key === undefined ? { bucket } : { bucket, key }
    return (await this.call({ method: 'HEAD', ...at })).status === 200
  }

  /** Keys and ETags of a bucket with at most 1000 objects, as one text: equal texts, equal contents. */
  async snapshot(bucket: string): Promise<string> {
    const query = [['list-type', '2'] as const, ['encoding-type', 'url'] as const]
    const answer = await this.call({ method: 'GET', bucket, query })
    if (answer.status !== 200) return `${answer.status} ${answer.code}`
    const xml = answer.body.toString('utf8')
    return [...xml.matchAll(/<Key>([^<]*)<\/Key>|<ETag>([^<]*)<\/ETag>/g)]
      .map(([, key, etag]) => key ?? etag)
      .join('\n')
  }

  /** The keys of a bucket below a prefix, at most 1000 of them. */
  async keys(bucket: string, prefix = ''): Promise<string[]> {
    const answer = await this.call({
      method: 'GET',
      bucket,
      query: [
        ['list-type', '2'],
        ['encoding-type', 'url'],
        ['prefix', prefix],
      ],
    })
    const xml = answer.body.toString('utf8')
    return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) =>
      decodeURIComponent(plain(key ?? '').replace(/\+/g, ' ')),
    )
  }

  #expect(answer: Answer, status: number, what: string): void {
    if (answer.status !== status) {
      throw new Error(`${what} on ${this.endpoint.url}: ${answer.status} ${answer.body.toString('utf8').slice(0, 300)}`)
    }
  }
}

/** Undoes XML's five named entities. */
function plain(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => named[name] ?? '')
}
