import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { wireHead, type WireRequest } from '../support/wire-requests.ts'

const PIECE = Buffer.alloc(256 * 1024, 'the bytes of an object; ')

/** A client on a connection of its own that reads and writes only when the test says so, and keeps count. */
export class PacedClient {
  readonly socket: Socket
  readonly #parts: Buffer[] = []
  #received = 0

  private constructor(socket: Socket) {
    this.socket = socket
    socket.pause()
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.length
      // The start is enough to see the head.
      if (this.#parts.length < 4) this.#parts.push(bytes)
    })
    // A listener would start the flow.
    socket.pause()
  }

  /** Connects and sends the head of a request; nothing is read yet. */
  static async send(port: number, request: WireRequest): Promise<PacedClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    const client = new PacedClient(socket)
    socket.write(wireHead(request))
    return client
  }

  get received(): number {
    return this.#received
  }

  /** Latin1 text of what came first. */
  get start(): string {
    return Buffer.concat(this.#parts).toString('latin1')
  }

  get status(): number {
    return Number(this.start.split(' ')[1] ?? 0)
  }

  /** Bytes of the answer after its head. */
  get bodyBytes(): number {
    return this.#received - (this.start.indexOf('\r\n\r\n') + 4)
  }

  /** Bytes of the body that the other side has taken (or the system holds for it). */
  sent = 0

  /** Writes `bytes` bytes of a body, as fast as they are taken. Resolves early when the connection breaks. */
  async write(bytes: number): Promise<void> {
    for (let left = bytes; left > 0 && !this.socket.destroyed; ) {
      const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE
      await new Promise<void>((resolve) => this.socket.write(piece, () => resolve()))
      left -= piece.length
      this.sent += piece.length
    }
  }

  /** Reads from now on. */
  read(): void {
    this.socket.resume()
  }

  cut(): void {
    this.socket.resetAndDestroy()
  }

  /** Reads to the connection's end. */
  async over(): Promise<'ended' | 'reset'> {
    const { socket } = this
    if (!socket.destroyed) {
      socket.resume()
      await new Promise<void>((resolve) => socket.once('close', () => resolve()))
    }
    return socket.readableEnded && socket.errored === null ? 'ended' : 'reset'
  }
}

/** Waits until a count has not moved for a while, and gives it. */
export async function standstill(count: () => number, forMs = 300, waitMs = 8_000): Promise<number> {
  const deadline = Date.now() + waitMs
  let last = count()
  let since = Date.now()
  while (Date.now() - since < forMs) {
    if (Date.now() > deadline) throw new Error(`still moving after ${waitMs} ms: ${count()}`)
    await sleep(20)
    if (count() !== last) {
      last = count()
      since = Date.now()
    }
  }
  return last
}
