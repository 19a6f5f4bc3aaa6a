import type { Socket } from 'node:net'

/** How long, and how much, is read and thrown away after an early refusal. */
const DRAIN_MS = 5_000
const DRAIN_BYTES = 64 * 1024 * 1024

/** The connections of one listener on which an early refusal was spoken: what arrives there is no request any more. */
export class EarlyRefusals {
  readonly #refused = new WeakSet<Socket>()

  /** Whether this connection only drains after an early refusal. */
  includes(socket: Socket): boolean {
    return this.#refused.has(socket)
  }

  /** The answer under way says that the connection closes: nothing that arrives is a request any more. */
  close(socket: Socket): void {
    this.#refused.add(socket)
  }

  /**
   * Answers while the client is still sending: writes the whole answer, shuts the writing side, and goes on reading and
   * discarding for at most 5 s or 64 MiB. Node itself would destroy the socket once such an answer is flushed, and the
   * reset that follows makes many clients lose the answer.
   */
  refuse(socket: Socket, answer: Buffer): void {
    if (socket.destroyed || this.#refused.has(socket)) return
    this.#refused.add(socket)
    // Without its parser the connection cannot become a request again.
    socket.removeAllListeners('data')
    socket.setTimeout(0)
    let left = DRAIN_BYTES
    const timer = setTimeout(() => socket.destroy(), DRAIN_MS)
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left <= 0) socket.destroy()
    })
    socket.once('end', () => socket.destroySoon())
    socket.once('close', () => clearTimeout(timer))
    socket.on('error', () => socket.destroy())
    socket.end(answer)
    // A request body that filled up has stopped the reading, and the listener that would start it again left with the
    // parser: to Node a read is still under way. An empty piece ends that one.
    socket.push('')
    socket.resume()
  }
}
