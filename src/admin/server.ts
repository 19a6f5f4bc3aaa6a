import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What `GET /metrics` shows. */
export interface MetricsText {
  readonly contentType: string
  render(): Promise<string>
}

/** What the operators' listener is made from. */
export interface AdminOptions {
  /** Undefined host: every address of the machine. Port 0: any free one. */
  readonly listen: { readonly host: string | undefined; readonly port: number }
  readonly metrics: MetricsText
}

/** The running listener. */
export interface AdminServer {
  readonly address: AddressInfo
  /** Ends at once, open connections included. */
  close(): Promise<void>
}

const MAX_HEADER_BYTES = 8_192
const REQUEST_TIMEOUT_MS = 10_000

/** Opens the operators' listener: `GET /livez` and `GET /metrics`. Rejects when the address cannot be had. */
export async function startAdmin(options: AdminOptions): Promise<AdminServer> {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      answer(request, response, options.metrics).catch(() => {
        if (!response.headersSent) send(response, 500, 'internal error\n')
        else response.destroy()
      })
    },
  )
  await listen(server, options.listen)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the admin listener has no address')
  return { address, close: () => close(server) }
}

async function answer(request: IncomingMessage, response: ServerResponse, metrics: MetricsText): Promise<void> {
  // Nothing here takes a body; what comes is read away so that the connection can go on.
  request.resume()
  const path = request.url?.split('?')[0]
  if (path !== '/livez' && path !== '/metrics') return send(response, 404, 'not found\n')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return send(response, 405, 'method not allowed\n')
  }
  if (path === '/livez') return send(response, 200, 'ok\n')
  const text = await metrics.render()
  response.setHeader('content-type', metrics.contentType)
  return send(response, 200, text)
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('content-length', Buffer.byteLength(text))
  response.writeHead(status)
  response.end(text)
}

function listen(server: Server, address: AdminOptions['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: address.port, ...(address.host === undefined ? {} : { host: address.host }) }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
