import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SignedRequest } from '../support/signer.ts'

/** Where a request goes, and how fast its answer is read: undefined for as fast as it comes. */
export interface Transfer {
  readonly port: number
  readonly request: SignedRequest
  readonly readBytesPerSecond?: number
  /** Ends the transfer where it is; the connection is cut. */
  readonly signal?: AbortSignal
}

/** What came back: status and bytes of the body, 0 when the connection ended before. */
export interface Transferred {
  readonly status: number
  readonly bodyBytes: number
  readonly sentBytes: number
}

/**
 * Sends one request on a connection of its own, its body in pieces and no faster than the other side takes them, and
 * counts the answer's bytes. Resolves at the connection's end, whatever the reason.
 */
export async function transfer(options: Transfer, body: Iterable<Buffer>, contentLength: number): Promise<Transferred> {
  const { port, request, signal } = options
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  const answer = new AnswerCounter()
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.once('error', () => resolve())
  })
  signal?.addEventListener('abort', () => socket.destroy(), { once: true })
  const lines = [
    `${request.method} ${request.target} HTTP/1.1`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    ...(contentLength === 0 ? [] : [`content-length: ${contentLength}`]),
  ]
  socket.write(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`)
  const sending = send(socket, body, closed)
  await readAll(socket, answer, options.readBytesPerSecond)
  await closed
  return { ...answer.result(), sentBytes: await sending }
}

async function send(socket: Socket, body: Iterable<Buffer>, closed: Promise<void>): Promise<number> {
  let sent = 0
  for (const piece of body) {
    if (socket.destroyed) break
    sent += piece.length
    if (!socket.write(piece)) await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))])
  }
  return sent - socket.writableLength
}

async function readAll(socket: Socket, answer: AnswerCounter, bytesPerSecond: number | undefined): Promise<void> {
  if (bytesPerSecond === undefined) {
    socket.on('data', (bytes: Buffer) => answer.push(bytes))
    return
  }
  const startedAt = performance.now()
  let read = 0
  try {
    for await (const bytes of socket) {
      answer.push(bytes as Buffer)
      read += (bytes as Buffer).length
      await sleep(Math.max(0, (read / bytesPerSecond) * 1_000 - (performance.now() - startedAt)))
    }
  } catch {
    // Cut off: the counts say how far it got.
  }
}

class AnswerCounter {
  #head = ''
  #headDone = false
  #bodyBytes = 0

  push(bytes: Buffer): void {
    if (this.#headDone) {
      this.#bodyBytes += bytes.length
      return
    }
    this.#head += bytes.toString('latin1')
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) return
    this.#headDone = true
    this.#bodyBytes = this.#head.length - end - 4
  }

  result(): { readonly status: number; readonly bodyBytes: number } {
    return { status: this.#headDone ? Number(this.#head.split(' ')[1]) : 0, bodyBytes: this.#bodyBytes }
  }
}
