import { connect, createServer, type Socket } from 'node:net'
import type { Lab } from './lab.ts'
import { RequestReader, type SeenRequest } from './request-reader.ts'

/** Stands before a backend, passes bytes both ways untouched, and takes note of the requests. */
export interface Recorder {
  readonly url: string
  /** The requests since the start or the last `forget`, as `METHOD target`. */
  lines(): string[]
  requests(): readonly SeenRequest[]
  forget(): void
}

/** Listens on a free port of 127.0.0.1 before the http backend at `backendUrl`, until the lab closes. */
export async function startRecorder(lab: Lab, backendUrl: string): Promise<Recorder> {
  const { hostname, port } = new URL(backendUrl)
  const seen: SeenRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const backend = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    const reader = new RequestReader(seen)
    client.on('data', (bytes: Buffer) => reader.push(bytes))
    passOn(client, backend, sockets)
    passOn(backend, client, sockets)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  lab.onClose(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    lines: () => seen.map(({ method, target }) => `${method} ${target}`),
    requests: () => [...seen],
    forget: () => {
      seen.length = 0
    },
  }
}

function passOn(from: Socket, to: Socket, sockets: Set<Socket>): void {
  sockets.add(from)
  from.setNoDelay(true)
  from.pipe(to)
  // An abort on one side must be an abort on the other: a plain end would make a cut upload look like a short one.
  from.on('error', () => to.resetAndDestroy())
  from.on('close', () => {
    sockets.delete(from)
    if (!from.readableEnded) to.resetAndDestroy()
  })
}
