import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Certificates } from '../support/certificates.ts'
import type { Endpoint } from '../support/exchange.ts'
import type { Lab } from '../support/lab.ts'

/** Gives an http server an https endpoint: ends TLS and passes the bytes on as they are. */
export async function startTlsFront(lab: Lab, backend: Endpoint, certificates: Certificates): Promise<Endpoint> {
  const { hostname, port } = new URL(backend.url)
  const options = { cert: readFileSync(certificates.certificate), key: readFileSync(certificates.key) }
  const sockets = new Set<Socket>()
  const server = createServer(options, (client) => {
    const upstream = connect({ host: hostname, port: Number(port) })
    client.pipe(upstream).pipe(client)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroySoon()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  lab.onClose(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TLS server without a port')
  return { url: `https://127.0.0.1:${address.port}`, authority: certificates.authority }
}
