import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request and the place for its answer. */
export interface Message {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

interface Connection {
  /** The one that was read last, whether or not it is its turn. */
  latest: Message
  /** The one whose turn it is. */
  current: Message
  readonly waiting: { readonly message: Message; readonly begin: () => Promise<void> }[]
}

/** Nobody who means well sends so many requests without waiting for an answer. */
const MAX_WAITING = 64

/**
 * One exchange at a time on each connection. A client may send requests ahead (RFC 9112 §9.3.2), but what becomes of them
 * depends on how those before them end: after a refusal that closes the connection they are not requests at all.
 */
export class Turns {
  readonly #connections = new WeakMap<Socket, Connection>()

  /** Begins at once when the connection is free, else once all that came before is done. `begin` must not reject. */
  take(message: Message, begin: () => Promise<void>): void {
    const { socket } = message.request
    const busy = this.#connections.get(socket)
    if (busy === undefined) {
      const connection: Connection = { latest: message, current: message, waiting: [] }
      this.#connections.set(socket, connection)
      void this.#run(socket, connection, begin)
    } else if (busy.waiting.length < MAX_WAITING) {
      busy.latest = message
      busy.waiting.push({ message, begin })
    } else {
      socket.destroy()
    }
  }

  /**
   * What follows cannot be read. Does `last` when all requests that were read whole are answered; `within` at once when
   * it is the body of the current one, which has its own answer to give.
   */
  broken(socket: Socket, { last, within }: { readonly last: () => void; readonly within: () => void }): void {
    const busy = this.#connections.get(socket)
    if (busy === undefined) last()
    else if (busy.latest.request.complete) this.#whenDone(busy, last)
    else if (busy.waiting.length > 0) this.#inPlaceOfLatest(busy, last)
    else if (busy.current.response.headersSent) socket.destroy()
    else within()
  }

  #whenDone(busy: Connection, last: () => void): void {
    busy.waiting.push({ message: busy.latest, begin: async () => last() })
  }

  #inPlaceOfLatest(busy: Connection, last: () => void): void {
    busy.waiting.pop()
    this.#whenDone(busy, last)
  }

  async #run(socket: Socket, connection: Connection, first: () => Promise<void>): Promise<void> {
    await first()
    for (let next = connection.waiting.shift(); next !== undefined; next = connection.waiting.shift()) {
      connection.current = next.message
      await next.begin()
    }
    this.#connections.delete(socket)
  }
}
