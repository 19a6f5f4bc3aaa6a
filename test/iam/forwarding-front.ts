import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Lab } from '../support/lab.ts'

/** What a load balancer says about the clients behind it. */
export interface Said {
  readonly from: string | undefined
  readonly scheme: 'https' | undefined
}

/**
 * Stands before a proxy on this machine as a load balancer would, or as a client who pretends to be one: passes requests on
 * as they are, Host included, with X-Forwarded-For and X-Forwarded-Proto added. Answers its URL; it ends with the lab.
 */
export async function startFront(lab: Lab, proxyUrl: string, said: Said): Promise<string> {
  const server = createServer((incoming, outgoing) => pass(incoming, outgoing, { proxyUrl, said }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  lab.onClose(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return `http://127.0.0.1:${address.port}`
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { proxyUrl, said }: { readonly proxyUrl: string; readonly said: Said },
): void {
  const { hostname, port } = new URL(proxyUrl)
  const { method = 'GET', url = '/', rawHeaders } = incoming
  const headers: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    // It has answered 100 Continue itself.
    if (name.toLowerCase() !== 'expect') headers.push(name, rawHeaders[at + 1] ?? '')
  }
  if (said.from !== undefined) headers.push('X-Forwarded-For', said.from)
  if (said.scheme !== undefined) headers.push('X-Forwarded-Proto', said.scheme)
  const onward = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}
