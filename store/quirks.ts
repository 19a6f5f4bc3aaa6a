import type { BackendQuirk } from '../src/s3/backend-quirks.ts'
import { type ErrorContext, errorDocument } from '../src/s3/error-document.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Operation } from '../src/s3/operation.ts'
import type { S3Request } from '../src/s3/request.ts'
import { element, plainXmlDocument } from '../src/s3/xml.ts'
import type { SeedSignature } from '../src/sigv4/seed-signature.ts'

/** The quirks that a store imitates. */
export type Quirks = ReadonlySet<BackendQuirk>

/** An error whose code no S3 has. */
class ForeignError extends S3Error {
  readonly foreignCode: string

  constructor(status: number, foreignCode: string, message: string) {
    super('InvalidRequest', { status, message })
    this.foreignCode = foreignCode
  }
}

type Applies = (request: S3Request, seed: SeedSignature, operation: S3Operation | undefined) => boolean

/** What a backend with a quirk refuses of a verified request before it looks at anything, in the order of its looks. */
const REFUSALS: readonly (readonly [quirk: BackendQuirk, applies: Applies, error: () => S3Error])[] = [
  ['always-busy', () => true, () => new S3Error('SlowDown')],
  [
    'refuses-dot-segments',
    namesDots,
    () => new ForeignError(400, 'XMinioInvalidResourceName', 'Resource name contains bad components.'),
  ],
  [
    'refuses-checksums',
    ({ amz }) => [...amz.keys()].some(isOfChecksums),
    () => new S3Error('NotImplemented', { message: 'A header on checksums is not supported.' }),
  ],
  [
    'no-trailers',
    (_request, { payloadHash }) => payloadHash.kind === 'streaming' && payloadHash.trailer,
    () => new S3Error('XAmzContentSHA256Mismatch'),
  ],
  [
    'needs-content-length',
    ({ contentLength }, _seed, operation) => operation?.body === 'stream' && contentLength === undefined,
    () => new S3Error('MissingContentLength'),
  ],
  [
    'needs-content-md5',
    ({ headers }, _seed, operation) => operation?.needsIntegrity === true && !headers.has('content-md5'),
    () => new S3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5' }),
  ],
]

/** @throws S3Error when one of the quirks refuses the request. */
export function refuseByQuirk(quirks: Quirks, request: S3Request, seed: SeedSignature): void {
  const operation = 'operation' in request.resolved ? request.resolved.operation : undefined
  for (const [quirk, applies, error] of REFUSALS) {
    if (quirks.has(quirk) && applies(request, seed, operation)) throw error()
  }
}

/** The request as a backend with these quirks sees it. */
export function requestAsSeen(quirks: Quirks, request: S3Request): S3Request {
  if (!quirks.has('ignores-checksums')) return request
  const amz = new Map([...request.amz].filter(([name]) => !isOfChecksums(name)))
  return { ...request, amz }
}

/** The body of an error, and its content type. */
export function quirkyError(
  quirks: Quirks,
  error: S3Error,
  context: ErrorContext,
): readonly [type: string, body: Buffer] {
  if (quirks.has('html-errors') && error.status >= 500) return ['text/html', htmlPage(error.status)]
  const message = quirks.has('empty-messages') ? '' : error.message
  if (error instanceof ForeignError) {
    const root = element('Error', element('Code', error.foreignCode), element('Message', message))
    return ['application/xml', Buffer.from(plainXmlDocument(root))]
  }
  const { code, extras } = error
  return ['application/xml', errorDocument({ code, message, extras }, context)]
}

function namesDots({ address, copySource }: S3Request): boolean {
  return [address.key, copySource?.key].some((key) => key?.split('/').some((part) => part === '.' || part === '..'))
}

function isOfChecksums(name: string): boolean {
  return name.startsWith('x-amz-checksum-') || name === 'x-amz-sdk-checksum-algorithm' || name === 'x-amz-trailer'
}

function htmlPage(status: number): Buffer {
  return Buffer.from(`<html><body><h1>${status} Service Unavailable</h1>\nNo server is available.\n</body></html>\n`)
}
