import { connect, createServer, type Socket } from 'node:net'

/** A load balancer that gets it wrong: what clients send passes through `change` on its way, piece by piece. */
export interface ChangingFront {
  readonly port: number
  /** Latin1 text of what the client sent, as it came; gives what is passed on. */
  change: (text: string) => string
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1 before the http server on `port`. */
export async function startChangingFront(port: number): Promise<ChangingFront> {
  const sockets = new Set<Socket>()
  const front = { change: (text: string): string => text }
  const server = createServer((client) => {
    const proxy = connect({ host: '127.0.0.1', port })
    client.on('data', (bytes: Buffer) => proxy.write(Buffer.from(front.change(bytes.toString('latin1')), 'latin1')))
    client.on('end', () => proxy.end())
    proxy.pipe(client)
    for (const [socket, other] of [
      [client, proxy],
      [proxy, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return Object.assign(front, {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
