import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'

// A second reader of aws-chunked bodies, over the whole body at once, from AWS's pages "Transferring Payload in Multiple
// Chunks" and "... with Trailing Headers". It shares nothing with src/.

/** How a body is framed and what it is held against. */
export interface ChunkedForm {
  readonly signed: boolean
  /** Name of the announced checksum's header; undefined where the form has no trailer. */
  readonly trailer: 'x-amz-checksum-crc32' | 'x-amz-checksum-sha256' | undefined
  readonly decodedLength: number
}

/** What chunk signatures chain from. */
export interface ReferenceSeed {
  readonly signature: string
  readonly timestamp: string
  readonly scope: string
  readonly key: Buffer
}

const LEAST_CHUNK_BYTES = 8192
const LONGEST_LINE_BYTES = 1024

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')

function signatureOver(seed: ReferenceSeed, what: string, parts: readonly string[]): string {
  const lines = [`AWS4-HMAC-SHA256-${what}`, seed.timestamp, seed.scope, ...parts]
  return createHmac('sha256', seed.key).update(lines.join('\n')).digest('hex')
}

/** The value that the trailer must hold for this data. */
export function checksumText(name: string, data: Buffer): string {
  if (name === 'x-amz-checksum-sha256') return createHash('sha256').update(data).digest('base64')
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(data))
  return bytes.toString('base64')
}

/** A body rightly framed; `spell` writes each chunk's size. */
export function framed(
  chunks: readonly Buffer[],
  form: ChunkedForm,
  writing: { readonly seed: ReferenceSeed; readonly spell: (size: number) => string; readonly trailerEnd: string },
): Buffer {
  const { seed, spell, trailerEnd } = writing
  const parts: Buffer[] = []
  let previous = seed.signature
  for (const chunk of [...chunks, Buffer.alloc(0)]) {
    previous = signatureOver(seed, 'PAYLOAD', [previous, sha256(''), sha256(chunk)])
    parts.push(Buffer.from(`${spell(chunk.length)}${form.signed ? `;chunk-signature=${previous}` : ''}\r\n`))
    if (chunk.length > 0) parts.push(chunk, Buffer.from('\r\n'))
  }
  if (form.trailer !== undefined) {
    const line = `${form.trailer}:${checksumText(form.trailer, Buffer.concat(chunks))}`
    parts.push(Buffer.from(`${line}${trailerEnd}`))
    const signature = signatureOver(seed, 'TRAILER', [previous, sha256(`${line}\n`)])
    if (form.signed) parts.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`))
  }
  return Buffer.concat([...parts, Buffer.from('\r\n')])
}

/** The data of a body that is exactly right in every respect; undefined for every other. */
export function decodedByOthers(wire: Buffer, form: ChunkedForm, seed: ReferenceSeed): Buffer | undefined {
  const found = chunksOf(wire, form, seed)
  if (found === undefined) return undefined
  const { chunks, rest, signature } = found
  const data = Buffer.concat(chunks)
  const isSized = chunks.slice(0, -1).every(({ length }) => length >= LEAST_CHUNK_BYTES)
  if (!isSized || data.length !== form.decodedLength) return undefined
  const end = form.trailer === undefined ? rest : afterTrailers(rest, { form, data, seed, previous: signature })
  return end === '\r\n' ? data : undefined
}

interface Chunks {
  readonly chunks: readonly Buffer[]
  /** What follows the last chunk's head, latin1 text. */
  readonly rest: string
  /** The last chunk's. */
  readonly signature: string
}

function chunksOf(wire: Buffer, { signed }: ChunkedForm, seed: ReferenceSeed): Chunks | undefined {
  const text = wire.toString('latin1')
  const chunks: Buffer[] = []
  let previous = seed.signature
  for (let at = 0; ; ) {
    const head = headAt(text, at)
    if (head === undefined || (head.signature !== undefined) !== signed) return undefined
    const start = at + head.length
    const data = wire.subarray(start, start + head.size)
    const expected = signed ? signatureOver(seed, 'PAYLOAD', [previous, sha256(''), sha256(data)]) : ''
    if (data.length !== head.size || (head.signature ?? '') !== expected) return undefined
    previous = expected
    if (head.size === 0) return { chunks, rest: text.slice(start), signature: expected }
    at = start + head.size + 2
    if (text.slice(at - 2, at) !== '\r\n') return undefined
    chunks.push(data)
  }
}

interface Head {
  readonly size: number
  readonly signature: string | undefined
  /** With its line end. */
  readonly length: number
}

function headAt(text: string, at: number): Head | undefined {
  const end = text.indexOf('\n', at) + 1
  if (end === 0 || end - at > LONGEST_LINE_BYTES) return undefined
  const found = /^ *([0-9a-fA-F]{1,16}) *(?:;chunk-signature=([0-9a-f]{64}))?\r\n$/.exec(text.slice(at, end))
  return found === null ? undefined : { size: Number(`0x${found[1]}`), signature: found[2], length: end - at }
}

interface Trailed {
  readonly form: ChunkedForm
  readonly data: Buffer
  readonly seed: ReferenceSeed
  readonly previous: string
}

/** What follows the trailer and its signature; undefined when either is wrong. */
function afterTrailers(text: string, { form, data, seed, previous }: Trailed): string | undefined {
  const name = form.trailer ?? ''
  // Some clients end the line by LF alone and put one more CR LF after it.
  const [line = '', spelled = '', padded = ''] = /^([A-Za-z0-9-]+):([^\r\n]*)(?:\r\n|\n\r\n)/.exec(text) ?? []
  const value = padded.replace(/^[ \t]+|[ \t]+$/g, '')
  const isRight = spelled.toLowerCase() === name && value === checksumText(name, data)
  if (!isRight || line.length > LONGEST_LINE_BYTES) return undefined
  const rest = text.slice(line.length)
  return form.signed ? afterSignature(rest, `${name}:${value}\n`, { seed, previous }) : rest
}

function afterSignature(
  rest: string,
  signed: string,
  { seed, previous }: Pick<Trailed, 'seed' | 'previous'>,
): string | undefined {
  const expected = signatureOver(seed, 'TRAILER', [previous, sha256(signed)])
  const [last = ''] = new RegExp(`^x-amz-trailer-signature:[ \\t]*${expected}[ \\t]*\\r\\n`, 'i').exec(rest) ?? []
  return last.includes(expected) ? rest.slice(last.length) : undefined
}
