import { hmac, sha256Hex, type Seed } from './signer.ts'

// aws-chunked bodies, written from AWS's pages "Transferring Payload in Multiple Chunks" and "… with Trailing Headers".

/** What is wrong with a body that is made wrong on purpose. */
export type Fault = 'last chunk signature' | 'trailer signature' | 'checksum'

/** How a body is framed. A signed form needs the seed of the request. */
export interface Framing {
  readonly seed: Seed | undefined
  readonly trailer: readonly [name: string, value: string] | undefined
  readonly fault?: Fault | undefined
}

const WRONG_SIGNATURE = '0'.repeat(64)

/** The payload hash text of the form. */
export function streamingForm(framing: { readonly signed: boolean; readonly trailer: boolean }): string {
  if (!framing.signed) return 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  return `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${framing.trailer ? '-TRAILER' : ''}`
}

/** Frames the chunks, then the closing chunk of size 0, then the trailer. */
export function frame(chunks: readonly Buffer[], framing: Framing): Buffer {
  const parts: Buffer[] = []
  let previous = framing.seed?.signature ?? ''
  for (const [index, chunk] of [...chunks, Buffer.alloc(0)].entries()) {
    let extension = ''
    if (framing.seed !== undefined) {
      // Each signature covers the one before, so a wrong last one must also be what the trailer's goes on from.
      const last = index === chunks.length
      previous =
        last && framing.fault === 'last chunk signature'
          ? WRONG_SIGNATURE
          : chunkSignature(framing.seed, previous, chunk)
      extension = `;chunk-signature=${previous}`
    }
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`))
    if (chunk.length > 0) parts.push(chunk, Buffer.from('\r\n'))
  }
  parts.push(Buffer.from(trailerText(framing, previous)), Buffer.from('\r\n'))
  return Buffer.concat(parts)
}

/** The length of `frame`'s result for a body of these chunk sizes, known before the request is signed. */
export function framedLength(
  sizes: readonly number[],
  form: { readonly signed: boolean; readonly trailer?: readonly [string, string] | undefined },
): number {
  const extension = form.signed ? ';chunk-signature='.length + 64 : 0
  const chunks = [...sizes, 0].map((size) => size.toString(16).length + extension + 2 + (size > 0 ? size + 2 : 0))
  const trailer = form.trailer === undefined ? 0 : form.trailer[0].length + form.trailer[1].length + 3
  const trailerSignature = form.signed && form.trailer !== undefined ? 'x-amz-trailer-signature:'.length + 64 + 2 : 0
  return chunks.reduce((sum, size) => sum + size, 0) + trailer + trailerSignature + 2
}

function chunkSignature(seed: Seed, previous: string, chunk: Buffer): string {
  const lines = ['AWS4-HMAC-SHA256-PAYLOAD', seed.timestamp, seed.scope, previous, sha256Hex(''), sha256Hex(chunk)]
  return hmac(seed.key, lines.join('\n')).toString('hex')
}

function trailerText(framing: Framing, previous: string): string {
  if (framing.trailer === undefined) return ''
  const [name, value] = framing.trailer
  const text = `${name}:${value}\r\n`
  if (framing.seed === undefined) return text
  const { timestamp, scope, key } = framing.seed
  const lines = ['AWS4-HMAC-SHA256-TRAILER', timestamp, scope, previous, sha256Hex(`${name}:${value}\n`)]
  const signature =
    framing.fault === 'trailer signature' ? WRONG_SIGNATURE : hmac(key, lines.join('\n')).toString('hex')
  return `${text}x-amz-trailer-signature:${signature}\r\n`
}
