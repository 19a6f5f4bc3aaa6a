import { hmac, type Seed, sha256Hex, UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { framedLength, streamingForm } from '../support/chunked-body.ts'
import { PatternBody } from './pattern-body.ts'

/** How an upload protects its body, and for framed ones how large its chunks are. */
export type UploadForm =
  | { readonly kind: 'literal' }
  | { readonly kind: 'unsigned' }
  | {
      readonly kind: 'framed'
      readonly signed: boolean
      readonly trailer: boolean
      readonly chunkBytes: number
    }

const TRAILER_NAME = 'x-amz-checksum-crc32c'

/** The value of x-amz-content-sha256. */
export function payloadHashOf(form: UploadForm, body: PatternBody): string {
  if (form.kind === 'literal') return body.sha256Hex()
  return form.kind === 'unsigned' ? UNSIGNED_PAYLOAD : streamingForm(form)
}

/** The headers to be signed, and Content-Length. */
export function headersOf(
  form: UploadForm,
  body: PatternBody,
): { readonly signed: readonly (readonly [string, string])[]; readonly contentLength: number } {
  if (form.kind !== 'framed') return { signed: [], contentLength: body.length }
  const sizes = Array.from({ length: body.length / form.chunkBytes }, () => form.chunkBytes)
  const trailer = form.trailer ? ([TRAILER_NAME, body.crc32cBase64()] as const) : undefined
  return {
    signed: [
      ['content-encoding', 'aws-chunked'],
      ['x-amz-decoded-content-length', String(body.length)],
      ...(trailer === undefined ? [] : [['x-amz-trailer', TRAILER_NAME] as const]),
    ],
    contentLength: framedLength(sizes, { signed: form.signed, trailer }),
  }
}

/** The body as it goes on the wire, in small pieces made as they are asked for. */
export function* wirePieces(form: UploadForm, body: PatternBody, seed: Seed): Generator<Buffer> {
  if (form.kind !== 'framed') {
    yield* body.slices(body.length)
    return
  }
  const chunkSha256 = form.signed ? new PatternBody(form.chunkBytes).sha256Hex() : ''
  let previous = seed.signature
  const head = (size: number, sha256: string): Buffer => {
    if (!form.signed) return Buffer.from(`${size.toString(16)}\r\n`)
    const lines = ['AWS4-HMAC-SHA256-PAYLOAD', seed.timestamp, seed.scope, previous, sha256Hex(''), sha256]
    previous = hmac(seed.key, lines.join('\n')).toString('hex')
    return Buffer.from(`${size.toString(16)};chunk-signature=${previous}\r\n`)
  }
  for (let sent = 0; sent < body.length; sent += form.chunkBytes) {
    yield head(form.chunkBytes, chunkSha256)
    yield* body.slices(form.chunkBytes)
    yield Buffer.from('\r\n')
  }
  yield head(0, sha256Hex(''))
  if (form.trailer) yield Buffer.from(trailerLines(body.crc32cBase64(), form.signed ? { seed, previous } : undefined))
  yield Buffer.from('\r\n')
}

function trailerLines(value: string, chain: { readonly seed: Seed; readonly previous: string } | undefined): string {
  const line = `${TRAILER_NAME}:${value}`
  if (chain === undefined) return `${line}\r\n`
  const { seed, previous } = chain
  const lines = ['AWS4-HMAC-SHA256-TRAILER', seed.timestamp, seed.scope, previous, sha256Hex(`${line}\n`)]
  return `${line}\r\nx-amz-trailer-signature:${hmac(seed.key, lines.join('\n')).toString('hex')}\r\n`
}
