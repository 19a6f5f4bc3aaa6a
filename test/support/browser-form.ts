import { HOST, type Pair, type WireRequest } from './wire-requests.ts'
import { hmac, type SigningKey } from './signer.ts'

// Browser forms as they go over the wire, rightly signed unless a test spoils them afterwards. Written from AWS's pages
// on browser-based uploads with Signature Version 4; it shares nothing with src/.

export const FORM_BOUNDARY = '----formBoundary7MA4YWxk'

/** What to send. The policy covers every field, and says what `conditions` says beside. */
export interface FormOrder {
  /** Of the URL, and of the policy unless `policyBucket` is given. */
  readonly bucket?: string
  readonly policyBucket?: string
  readonly fields?: readonly Pair[]
  /** Fields that the policy leaves out. */
  readonly uncovered?: readonly Pair[]
  /** More conditions. */
  readonly conditions?: readonly unknown[]
  readonly expiration?: string
  /** The policy's text in place of the one made here. */
  readonly policy?: string
  readonly file?: string | Buffer
  readonly fileName?: string
  /** Fields behind the file. */
  readonly after?: readonly Pair[]
  readonly headers?: readonly Pair[]
  readonly date?: Date
}

/** A form signed by that key; without one, not signed at all. */
export function formBy(key: SigningKey | undefined, order: FormOrder = {}): WireRequest {
  const { bucket = 'a-bkt', uncovered = [], after = [], headers = [] } = order
  const fields = [...(order.fields ?? [['key', 'k']]), ...uncovered]
  const all = key === undefined ? fields : [...fields, ...signatureFields(key, order)]
  const body = Buffer.concat([
    ...all.map(([name, value]) => formPart(`name="${name}"`, value)),
    formPart(`name="file"; filename="${order.fileName ?? 'a.txt'}"`, order.file ?? 'bytes of the file'),
    ...after.map(([name, value]) => formPart(`name="${name}"`, value)),
    Buffer.from(`--${FORM_BOUNDARY}--\r\n`),
  ])
  return formRequest(bucket, body, headers)
}

/** The request around a body of form parts. */
export function formRequest(bucket: string, body: Buffer, headers: readonly Pair[] = []): WireRequest {
  const own: Pair[] = [
    ['host', HOST],
    ['content-type', `multipart/form-data; boundary=${FORM_BOUNDARY}`],
  ]
  const names = new Set(headers.map(([name]) => name))
  const all = [...own.filter(([name]) => !names.has(name)), ...headers]
  return { method: 'POST', target: `/${bucket}`, headers: [...all, ['content-length', String(body.length)]], body }
}

/** One part of a form. */
export function formPart(disposition: string, content: string | Buffer): Buffer {
  const head = `--${FORM_BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')])
}

/** The fields that a signer adds to a form. */
export function signatureFields(key: SigningKey, order: FormOrder): Pair[] {
  const date = order.date ?? new Date()
  const timestamp = date.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = [timestamp.slice(0, 8), key.region, 's3', 'aws4_request']
  const claims: Pair[] = [
    ['x-amz-algorithm', 'AWS4-HMAC-SHA256'],
    ['x-amz-credential', `${key.accessKey}/${scope.join('/')}`],
    ['x-amz-date', timestamp],
  ]
  const policy = order.policy ?? Buffer.from(JSON.stringify(policyOf(order, claims, date))).toString('base64')
  const signingKey = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${key.secretKey}`)
  return [...claims, ['policy', policy], ['x-amz-signature', hmac(signingKey, policy).toString('hex')]]
}

function policyOf(order: FormOrder, claims: readonly Pair[], date: Date): unknown {
  const { bucket = 'a-bkt', fields = [['key', 'k']], conditions = [] } = order
  // The key is only known once the name of the file is.
  const equal = [...fields.filter(([name, value]) => !(name === 'key' && value.includes('${'))), ...claims]
  return {
    expiration: order.expiration ?? new Date(date.getTime() + 600_000).toISOString(),
    conditions: [
      { bucket: order.policyBucket ?? bucket },
      ...equal.map(([name, value]) => ({ [name]: value })),
      ...conditions,
    ],
  }
}
