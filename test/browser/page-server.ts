import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web site of one origin whose every path is the same page. */
export interface PageServer {
  readonly origin: string
  close(): Promise<void>
}

/** Serves `page` on a free port of 127.0.0.1: each server is another origin. */
export async function servePage(page: string): Promise<PageServer> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
