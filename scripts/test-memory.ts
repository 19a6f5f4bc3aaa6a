import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PatternBody } from '../test/memory/pattern-body.ts'
import { peakWhile, residentBytes } from '../test/memory/resident-memory.ts'
import { startDiscardingBackend } from '../test/memory/start-discarding-backend.ts'
import { transfer, type Transferred } from '../test/memory/transfer-client.ts'
import { headersOf, payloadHashOf, type UploadForm, wirePieces } from '../test/memory/upload-form.ts'
import { Lab } from '../test/support/lab.ts'
import { CALLER, type NodeProxy, startNodeProxy } from '../test/support/proxy-by-node.ts'
import { sha256Hex, sign, type SignedRequest } from '../test/support/signer.ts'

// usage: npm run test:memory [-- PATTERN] — the memory of a proxy process while 1 GiB passes through it, in each payload
// mode, and while one side is far slower than the other. PATTERN picks cases by their names.

const KIB = 1024
const MIB = 1024 * KIB
const BODY_BYTES = 1024 * MIB
const MAX_GROWTH_BYTES = 64 * MIB
const SLOW_MS = 5_000
const SLOW_BYTES_PER_SECOND = 1_000_000

interface Case {
  readonly name: string
  readonly profile: string
  /** Moves the bytes; throws when they did not arrive as they should. Gives how many moved. */
  readonly run: (proxy: NodeProxy) => Promise<number>
}

const body = new PatternBody(BODY_BYTES)

const literal: UploadForm = { kind: 'literal' }
const unsigned: UploadForm = { kind: 'unsigned' }
const chunked = (signed: 'signed' | 'unsigned', trailer: 'trailer' | '', chunkBytes: number): UploadForm => ({
  kind: 'framed',
  signed: signed === 'signed',
  trailer: trailer === 'trailer',
  chunkBytes,
})

const CASES: readonly Case[] = [
  put('PUT SHA-256', 'generic', literal),
  put('PUT UNSIGNED-PAYLOAD', 'generic', unsigned),
  put('PUT signed chunks, 64 KiB', 'generic', chunked('signed', '', 64 * KIB)),
  put('PUT signed chunks, one', 'generic', chunked('signed', '', BODY_BYTES)),
  put('PUT signed chunks + trailer, 64 KiB', 'generic', chunked('signed', 'trailer', 64 * KIB)),
  put('PUT signed chunks + trailer, one', 'generic', chunked('signed', 'trailer', BODY_BYTES)),
  put('PUT unsigned chunks + trailer, 1 MiB', 'generic', chunked('unsigned', 'trailer', MIB)),
  put('PUT unsigned chunks + trailer, one', 'generic', chunked('unsigned', 'trailer', BODY_BYTES)),
  put('PUT signed chunks + trailer, 64 KiB', 'aws', chunked('signed', 'trailer', 64 * KIB)),
  put('PUT unsigned chunks + trailer, 1 MiB', 'aws', chunked('unsigned', 'trailer', MIB)),
  put('PUT unsigned chunks + trailer, one', 'aws', chunked('unsigned', 'trailer', BODY_BYTES)),
  { name: 'GET', profile: 'generic', run: download },
  { name: 'PUT to a backend of 1 MB/s', profile: 'generic', run: slowUpload },
  { name: 'GET by a client of 1 MB/s', profile: 'generic', run: slowDownload },
]

function put(name: string, profile: string, form: UploadForm): Case {
  return { name, profile, run: (proxy) => upload(proxy, form) }
}

async function upload(proxy: NodeProxy, form: UploadForm): Promise<number> {
  const { signed, contentLength } = headersOf(form, body)
  const request = signedRequest(proxy, 'PUT', 'object', { headers: signed, payloadHash: payloadHashOf(form, body) })
  const result = await transfer({ port: proxy.port, request }, wirePieces(form, body, request.seed), contentLength)
  expectWhole(result, 'sentBytes', contentLength)
  return BODY_BYTES
}

async function download(proxy: NodeProxy): Promise<number> {
  const result = await transfer({ port: proxy.port, request: signedRequest(proxy, 'GET', String(BODY_BYTES)) }, [], 0)
  expectWhole(result, 'bodyBytes', BODY_BYTES)
  return BODY_BYTES
}

async function slowUpload(proxy: NodeProxy): Promise<number> {
  const request = signedRequest(proxy, 'PUT', 'slow-object', { payloadHash: payloadHashOf(unsigned, body) })
  const options = { port: proxy.port, request, signal: AbortSignal.timeout(SLOW_MS) }
  const result = await transfer(options, wirePieces(unsigned, body, request.seed), BODY_BYTES)
  return result.sentBytes
}

async function slowDownload(proxy: NodeProxy): Promise<number> {
  const request = signedRequest(proxy, 'GET', String(BODY_BYTES))
  const pace = { readBytesPerSecond: SLOW_BYTES_PER_SECOND, signal: AbortSignal.timeout(SLOW_MS) }
  const result = await transfer({ port: proxy.port, request, ...pace }, [], 0)
  return result.bodyBytes
}

function signedRequest(
  proxy: NodeProxy,
  method: string,
  key: string,
  more: { readonly headers?: readonly (readonly [string, string])[]; readonly payloadHash?: string } = {},
): SignedRequest {
  const host = `127.0.0.1:${proxy.port}`
  return sign(CALLER, { method, host, path: `/bucket/${key}`, payloadHash: sha256Hex(''), ...more })
}

function expectWhole(result: Transferred, field: 'sentBytes' | 'bodyBytes', bytes: number): void {
  if (result.status !== 200 || result[field] !== bytes)
    throw new Error(`status ${result.status}, ${field} ${result[field]} of ${bytes}`)
}

/** One small upload and download: after them the code is loaded and the connections are there. */
async function warmUp(proxy: NodeProxy): Promise<void> {
  const small = new PatternBody(64 * KIB)
  const request = signedRequest(proxy, 'PUT', 'warm', { payloadHash: payloadHashOf(literal, small) })
  const sent = await transfer({ port: proxy.port, request }, small.slices(small.length), small.length)
  expectWhole(sent, 'sentBytes', small.length)
  const got = await transfer({ port: proxy.port, request: signedRequest(proxy, 'GET', '65536') }, [], 0)
  expectWhole(got, 'bodyBytes', 65_536)
  await sleep(500)
}

/** A fresh proxy for each case: memory that one case left behind would hide what the next one takes. */
async function measure(lab: Lab, backendPort: number, { name, profile, run }: Case): Promise<boolean> {
  const proxy = await startNodeProxy(lab, backendPort, profile)
  try {
    await warmUp(proxy)
    const idle = residentBytes(proxy.running.pid)
    // The digests of the body are the client's business and must not count as transfer time.
    if (name.startsWith('PUT')) void [body.sha256Hex(), body.crc32cBase64()]
    const startedAt = performance.now()
    let moved = 0
    const peak = await peakWhile(proxy.running.pid, async () => {
      moved = await run(proxy)
    })
    const seconds = (performance.now() - startedAt) / 1_000
    const ok = peak - idle <= MAX_GROWTH_BYTES
    row([
      `${name} (${profile})`,
      seconds.toFixed(1),
      (moved / seconds / 1e6).toFixed(0),
      mib(idle),
      mib(peak),
      mib(peak - idle),
      ok ? 'ok' : 'FAIL',
    ])
    return ok
  } catch (error) {
    row([`${name} (${profile})`, '', '', '', '', '', `FAIL: ${error instanceof Error ? error.message : String(error)}`])
    return false
  } finally {
    await proxy.running.stop(5_000)
  }
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1)
}

function row([name = '', ...cells]: readonly string[]): void {
  console.log(`${name.padEnd(48)}${cells.map((cell) => cell.padStart(10)).join('')}`)
}

async function main(): Promise<void> {
  const pattern = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? ''
  const directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-memory-'))
  mkdirSync(join(directory, 'processes'))
  const lab = new Lab(directory)
  const outcomes: boolean[] = []
  try {
    const backendPort = await startDiscardingBackend(lab)
    row([
      '1 GiB through the proxy (profile)',
      'seconds',
      'MB/s',
      'idle MiB',
      'peak MiB',
      'growth',
      `max ${mib(MAX_GROWTH_BYTES)}`,
    ])
    for (const one of CASES)
      if (new RegExp(pattern).test(`${one.name} (${one.profile})`)) outcomes.push(await measure(lab, backendPort, one))
  } finally {
    await lab.close()
    rmSync(directory, { recursive: true, force: true })
  }
  const passed = outcomes.filter(Boolean).length
  console.log(`${passed} passed, ${outcomes.length - passed} failed`)
  process.exitCode = passed === outcomes.length && passed > 0 ? 0 : 1
}

await main()
