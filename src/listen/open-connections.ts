import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/**
 * The connections of a server, so that none outlives it. Node does not count as idle a connection on which no request
 * has come yet, and knows nothing of one that is still in its TLS handshake: both would hold up the server's end.
 */
export class OpenConnections {
  readonly #open = new Set<Socket>()
  readonly #unused = new Set<Socket>()

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => remember(this.#open, socket))
    // With TLS, `connection` gives what is beneath, and `secureConnection` what requests come on.
    const ready = server instanceof TlsServer ? 'secureConnection' : 'connection'
    server.on(ready, (socket: Socket) => remember(this.#unused, socket))
  }

  /** A request has come on this connection. */
  used(socket: Socket): void {
    this.#unused.delete(socket)
  }

  /** Ends the connections on which no request has come. */
  endUnused(): void {
    for (const socket of this.#unused) socket.destroy()
  }

  /** Ends all. */
  endAll(): void {
    for (const socket of this.#open) socket.destroy()
  }
}

function remember(set: Set<Socket>, socket: Socket): void {
  set.add(socket)
  socket.once('close', () => set.delete(socket))
}
