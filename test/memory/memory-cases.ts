import { framedLength } from '../support/chunked-body.ts'
import { CALLER, type NodeProxy } from '../support/proxy-by-node.ts'
import { sha256Hex, sign, type SignedRequest, UNSIGNED_PAYLOAD } from '../support/signer.ts'
import { PatternBody } from './pattern-body.ts'
import { transfer, type Transferred } from './transfer-client.ts'
import { headersOf, payloadHashOf, type UploadForm, wirePieces } from './upload-form.ts'

const KIB = 1024
const MIB = 1024 * KIB
/** The largest object that S3 takes in one PUT. */
const LARGEST_PUT_BYTES = 5 * 1024 * MIB
const SLOW_MS = 5_000
const SLOW_BYTES_PER_SECOND = 1_000_000
const PARALLEL_UPLOADS = 200
const PARALLEL_BODY_BYTES = 16 * MIB

/** How much memory a case may take: beyond what the idle process holds, or in all. */
export interface MemoryBound {
  readonly of: 'growth' | 'peak'
  readonly bytes: number
}

/** One thing to do with a fresh proxy while its memory is watched. */
export interface MemoryCase {
  readonly name: string
  readonly profile: string
  readonly bound: MemoryBound
  /** What the client must know before it sends, such as digests: its own business, and no part of the transfer. */
  readonly prepare: () => void
  /** Moves the bytes; throws when they did not arrive as they should. Gives how many moved. */
  readonly run: (proxy: NodeProxy) => Promise<number>
}

const ONE_TRANSFER: MemoryBound = { of: 'growth', bytes: 64 * MIB }
const MANY_TRANSFERS: MemoryBound = { of: 'peak', bytes: 300 * MIB }

export const literal: UploadForm = { kind: 'literal' }
const unsigned: UploadForm = { kind: 'unsigned' }
const chunked = (signed: 'signed' | 'unsigned', trailer: 'trailer' | '', chunkBytes: number): UploadForm => ({
  kind: 'framed',
  signed: signed === 'signed',
  trailer: trailer === 'trailer',
  chunkBytes,
})

/** Every case for objects of `bodyBytes`, a multiple of 1 MiB. */
export function memoryCases(bodyBytes: number): readonly MemoryCase[] {
  const body = new PatternBody(bodyBytes)
  const one = (name: string, run: (proxy: NodeProxy) => Promise<number>): MemoryCase => ({
    name,
    profile: 'generic',
    bound: ONE_TRANSFER,
    prepare: () => undefined,
    run,
  })
  const put = (name: string, form: UploadForm, profile = 'generic'): MemoryCase => ({
    ...one(`PUT ${name}`, (proxy) => upload(proxy, body, form)),
    profile,
    prepare: () => void [body.sha256Hex(), body.crc32cBase64()],
  })
  return [
    put('SHA-256', literal),
    put('UNSIGNED-PAYLOAD', unsigned),
    put('signed chunks, 64 KiB', chunked('signed', '', 64 * KIB)),
    put('signed chunks, one', chunked('signed', '', bodyBytes)),
    put('signed chunks + trailer, 64 KiB', chunked('signed', 'trailer', 64 * KIB)),
    put('signed chunks + trailer, one', chunked('signed', 'trailer', bodyBytes)),
    put('unsigned chunks + trailer, 1 MiB', chunked('unsigned', 'trailer', MIB)),
    put('unsigned chunks + trailer, one', chunked('unsigned', 'trailer', bodyBytes)),
    put('signed chunks + trailer, 64 KiB', chunked('signed', 'trailer', 64 * KIB), 'aws'),
    put('unsigned chunks + trailer, 1 MiB', chunked('unsigned', 'trailer', MIB), 'aws'),
    put('unsigned chunks + trailer, one', chunked('unsigned', 'trailer', bodyBytes), 'aws'),
    one('GET', (proxy) => download(proxy, bodyBytes)),
    one('PUT to a backend of 1 MB/s', (proxy) => slowUpload(proxy, body)),
    one('GET by a client of 1 MB/s', (proxy) => slowDownload(proxy, bodyBytes)),
    ...parallelCases(),
    one('refused: 5 GiB and a byte', (proxy) => refusedUpload(proxy, [], UNSIGNED_PAYLOAD)),
    one('refused: 5 GiB and a byte in chunks', (proxy) =>
      refusedUpload(proxy, decodedLength(LARGEST_PUT_BYTES + 1), 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
    ),
  ]
}

function parallelCases(): readonly MemoryCase[] {
  const body = new PatternBody(PARALLEL_BODY_BYTES)
  const forms: readonly (readonly [name: string, form: UploadForm])[] = [
    ['SHA-256', literal],
    ['signed chunks, 64 KiB', chunked('signed', '', 64 * KIB)],
    ['unsigned chunks + trailer, 1 MiB', chunked('unsigned', 'trailer', MIB)],
  ]
  return forms.map(([name, form]) => ({
    name: `${PARALLEL_UPLOADS} PUTs of 16 MiB, ${name}`,
    profile: 'generic',
    bound: MANY_TRANSFERS,
    prepare: () => void [body.sha256Hex(), body.crc32cBase64()],
    run: async (proxy) => {
      const uploads = Array.from({ length: PARALLEL_UPLOADS }, () => upload(proxy, body, form))
      return (await Promise.all(uploads)).reduce((sum, bytes) => sum + bytes, 0)
    },
  }))
}

/** One whole upload; gives the bytes of its body. */
export async function upload(proxy: NodeProxy, body: PatternBody, form: UploadForm): Promise<number> {
  const { signed, contentLength } = headersOf(form, body)
  const request = signedRequest(proxy, 'PUT', 'object', { headers: signed, payloadHash: payloadHashOf(form, body) })
  const result = await transfer({ port: proxy.port, request }, wirePieces(form, body, request.seed), contentLength)
  expectWhole(result, 'sentBytes', contentLength)
  return body.length
}

/** One whole download; gives the bytes of its body. */
export async function download(proxy: NodeProxy, bytes: number): Promise<number> {
  const result = await transfer({ port: proxy.port, request: signedRequest(proxy, 'GET', String(bytes)) }, [], 0)
  expectWhole(result, 'bodyBytes', bytes)
  return bytes
}

async function slowUpload(proxy: NodeProxy, body: PatternBody): Promise<number> {
  const request = signedRequest(proxy, 'PUT', 'slow-object', { payloadHash: payloadHashOf(unsigned, body) })
  const options = { port: proxy.port, request, signal: AbortSignal.timeout(SLOW_MS) }
  const result = await transfer(options, wirePieces(unsigned, body, request.seed), body.length)
  return result.sentBytes
}

async function slowDownload(proxy: NodeProxy, bytes: number): Promise<number> {
  const request = signedRequest(proxy, 'GET', String(bytes))
  const pace = { readBytesPerSecond: SLOW_BYTES_PER_SECOND, signal: AbortSignal.timeout(SLOW_MS) }
  const result = await transfer({ port: proxy.port, request, ...pace }, [], 0)
  return result.bodyBytes
}

const decodedLength = (bytes: number): Pairs => [
  ['content-encoding', 'aws-chunked'],
  ['x-amz-decoded-content-length', String(bytes)],
  ['x-amz-trailer', 'x-amz-checksum-crc32c'],
]

/** An upload that announces a byte too many is refused on its head: none of its body is wanted. */
async function refusedUpload(proxy: NodeProxy, headers: Pairs, payloadHash: string): Promise<number> {
  const request = signedRequest(proxy, 'PUT', 'object', { headers, payloadHash })
  const trailer = ['x-amz-checksum-crc32c', 'AAAAAA=='] as const
  const announced = LARGEST_PUT_BYTES + 1
  const contentLength = headers.length === 0 ? announced : framedLength([announced], { signed: false, trailer })
  const result = await transfer({ port: proxy.port, request }, [], contentLength)
  if (result.status !== 400) throw new Error(`status ${result.status}, not 400`)
  return 0
}

type Pairs = readonly (readonly [string, string])[]

function signedRequest(
  proxy: NodeProxy,
  method: string,
  key: string,
  more: { readonly headers?: Pairs; readonly payloadHash?: string } = {},
): SignedRequest {
  const host = `127.0.0.1:${proxy.port}`
  return sign(CALLER, { method, host, path: `/bucket/${key}`, payloadHash: sha256Hex(''), ...more })
}

function expectWhole(result: Transferred, field: 'sentBytes' | 'bodyBytes', bytes: number): void {
  if (result.status !== 200 || result[field] !== bytes)
    throw new Error(`status ${result.status}, ${field} ${result[field]} of ${bytes}`)
}
