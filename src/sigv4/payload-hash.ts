/**
 * What `x-amz-content-sha256` says of the body. Only this header tells how a body is framed, `Content-Encoding` never does.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export type PayloadHash =
  /** A plain body; `sha256` is 64 lower-case hex digits. */
  | { readonly kind: 'literal'; readonly sha256: string }
  /** A plain body that the signature does not cover. */
  | { readonly kind: 'unsigned' }
  /** An aws-chunked body: `signed` says that each chunk carries a signature, `trailer` that trailing headers may follow. */
  | { readonly kind: 'streaming'; readonly signed: boolean; readonly trailer: boolean }

/** The hash line of a request whose signature leaves the body out. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** SHA-256 of nothing, in hex. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const SHA256_HEX = /^[0-9a-fA-F]{64}$/

const NAMED_FORMS: ReadonlyMap<string, PayloadHash> = new Map<string, PayloadHash>([
  [UNSIGNED_PAYLOAD, { kind: 'unsigned' }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { kind: 'streaming', signed: true, trailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { kind: 'streaming', signed: true, trailer: true }],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { kind: 'streaming', signed: false, trailer: true }],
])

const ECDSA_FORMS: ReadonlySet<string> = new Set([
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
])

/** Reads the value of `x-amz-content-sha256`. Undefined for any other text, SigV4A's streaming forms among them. */
export function parsePayloadHash(text: string): PayloadHash | undefined {
  const named = NAMED_FORMS.get(text)
  if (named !== undefined) return named
  return SHA256_HEX.test(text) ? { kind: 'literal', sha256: text.toLowerCase() } : undefined
}

/** Tells SigV4A's streaming forms, which exist and are not supported, from text that means nothing. */
export function isEcdsaStreaming(text: string): boolean {
  return ECDSA_FORMS.has(text)
}
