import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type Fault, frame, framedLength, streamingForm } from './chunked-body.ts'
import { type Answer, type Endpoint, exchange, hostOf, type RawRequest } from './exchange.ts'
import { encodePath, sha256Hex, sign, type SigningKey, UNSIGNED_PAYLOAD } from './signer.ts'

/** How a body is protected: by the request's signature, by a digest beside it, or chunk by chunk. */
export type UploadMode =
  | 'literal SHA-256'
  | 'UNSIGNED-PAYLOAD with Content-MD5'
  | 'UNSIGNED-PAYLOAD with a checksum header'
  | 'signed chunks'
  | 'signed chunks with a trailer'
  | 'unsigned chunks with a trailer'
  | 'unsigned chunks with a trailer, HTTP-chunked'

/** What goes wrong on the way. */
export type UploadFault = Fault | 'a chunk missing' | 'a short body' | 'a cut connection'

export interface Upload {
  readonly mode: UploadMode
  readonly bucket: string
  readonly key: string
  /** Split into chunks where the mode has them. */
  readonly pieces: readonly Buffer[]
  readonly fault?: UploadFault
}

type Headers = (readonly [name: string, value: string])[]

/** PUTs an object in the given mode and, if asked, with the given fault. */
export function upload(endpoint: Endpoint, key: SigningKey, request: Upload): Promise<Answer> {
  const raw = request.mode.includes('chunks')
    ? chunkedUpload(endpoint, key, request)
    : plainUpload(endpoint, key, request)
  return exchange(endpoint, breakOff(raw, request.fault), 20_000)
}

function plainUpload(endpoint: Endpoint, key: SigningKey, request: Upload): RawRequest {
  const body = Buffer.concat(request.pieces)
  // A wrong digest is that of other bytes.
  const digested = request.fault === 'checksum' ? Buffer.from('other bytes') : body
  const headers: Headers = []
  let payloadHash = UNSIGNED_PAYLOAD
  if (request.mode === 'literal SHA-256') payloadHash = sha256Hex(digested)
  else if (request.mode === 'UNSIGNED-PAYLOAD with Content-MD5') {
    headers.push(['content-md5', createHash('md5').update(digested).digest('base64')])
  } else headers.push(['x-amz-checksum-crc32', crc32Text(digested)])
  const signed = sign(key, {
    method: 'PUT',
    host: hostOf(endpoint),
    path: encodePath(request.bucket, request.key),
    headers,
    payloadHash,
  })
  return { ...signed, headers: [...signed.headers, ['content-length', String(body.length)]], body }
}

function chunkedUpload(endpoint: Endpoint, key: SigningKey, request: Upload): RawRequest {
  const { mode, pieces, fault } = request
  const body = Buffer.concat(pieces)
  const signedChunks = mode.startsWith('signed')
  const trailer = mode.includes('trailer')
    ? (['x-amz-checksum-crc32', crc32Text(fault === 'checksum' ? Buffer.from('other bytes') : body)] as const)
    : undefined
  const headers: Headers = [
    ['content-encoding', 'aws-chunked'],
    ['x-amz-decoded-content-length', String(body.length)],
  ]
  if (trailer !== undefined) headers.push(['x-amz-trailer', trailer[0]])
  const signed = sign(key, {
    method: 'PUT',
    host: hostOf(endpoint),
    path: encodePath(request.bucket, request.key),
    headers,
    payloadHash: streamingForm({ signed: signedChunks, trailer: trailer !== undefined }),
  })
  const sent = fault === 'a chunk missing' ? pieces.slice(0, -1) : pieces
  const chunkFault =
    fault === 'a chunk missing' || fault === 'a short body' || fault === 'a cut connection' ? undefined : fault
  const framed = frame(sent, { seed: signedChunks ? signed.seed : undefined, trailer, fault: chunkFault })
  if (mode.endsWith('HTTP-chunked')) {
    const coded = Buffer.concat([
      Buffer.from(`${framed.length.toString(16)}\r\n`),
      framed,
      Buffer.from('\r\n0\r\n\r\n'),
    ])
    return { ...signed, headers: [...signed.headers, ['transfer-encoding', 'chunked']], body: coded }
  }
  const length = framedLength(
    sent.map((piece) => piece.length),
    { signed: signedChunks, trailer },
  )
  return { ...signed, headers: [...signed.headers, ['content-length', String(length)]], body: framed }
}

/** Sends two thirds of the body and then says that no more comes, or cuts the connection. */
function breakOff(request: RawRequest, fault: UploadFault | undefined): RawRequest {
  if (fault !== 'a short body' && fault !== 'a cut connection') return request
  const body = request.body ?? Buffer.alloc(0)
  const part = body.subarray(0, Math.floor((body.length * 2) / 3))
  return { ...request, body: part, afterBody: fault === 'a short body' ? 'end' : 'cut' }
}

/** The value of x-amz-checksum-crc32: base64 of the four bytes, most significant first. */
function crc32Text(data: Buffer): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(data))
  return bytes.toString('base64')
}
