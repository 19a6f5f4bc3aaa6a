import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

// A program: a backend that stores nothing. It reads bodies as fast as they come and answers 200; a GET gets as many
// bytes as the key says (`/bucket/1048576`). A key that begins with `slow` is read at 1 MB/s.
// The first line it prints is its port.

const SLOW_BYTES_PER_SECOND = 1_000_000
const PIECE = Buffer.alloc(256 * 1024, 'a piece of the object; ')

const server = createServer({ highWaterMark: 256 * 1024 }, (request, response) => {
  serve(request, response).catch(() => response.destroy())
})
server.requestTimeout = 0
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.stdin.on('end', () => process.exit(0)).resume()

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = (request.url ?? '').split('?')[0]?.split('/')[2] ?? ''
  if (request.method === 'GET') await send(response, Number(key))
  else {
    if (key.startsWith('slow')) await readSlowly(request)
    else await readAll(request)
    response.writeHead(200, { etag: '"0123456789abcdef0123456789abcdef"', 'content-length': 0 }).end()
  }
}

function readAll(request: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    request.resume().once('end', resolve).once('close', reject)
  })
}

async function readSlowly(request: IncomingMessage): Promise<void> {
  const startedAt = performance.now()
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    await sleep(Math.max(0, (bytes / SLOW_BYTES_PER_SECOND) * 1_000 - (performance.now() - startedAt)))
  }
}

async function send(response: ServerResponse, bytes: number): Promise<void> {
  if (!(bytes > 0)) {
    const body = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'
    response.writeHead(200, { 'content-type': 'application/xml' }).end(body)
    return
  }
  response.writeHead(200, { etag: '"0123456789abcdef0123456789abcdef"', 'content-length': bytes })
  for (let left = bytes; left > 0; left -= PIECE.length) {
    if (response.destroyed) return
    if (!response.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE)) await drained(response)
  }
  response.end()
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
  })
}
