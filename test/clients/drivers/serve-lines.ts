import { createInterface } from 'node:readline'
import type { ClientOperation, ClientReply, ClientRequest } from '../client.ts'

/** One function for each thing a driver can do. What it gives back is added to the reply; what it throws is the reply. */
export type Handlers = {
  readonly [K in ClientOperation]?: (
    request: Extract<ClientRequest, { readonly do: K }>,
  ) => Promise<Omit<Extract<ClientReply, { ok: true }>, 'ok'> | void>
}

/** Reads a request a line from stdin and writes a reply a line to stdout, both in JSON. */
export async function serveLines(handlers: Handlers, codeOf: (error: unknown) => string): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as ClientRequest
    // The table's type ties each name to its own request.
    const handler = handlers[request.do] as ((request: ClientRequest) => Promise<object | void>) | undefined
    process.stdout.write(`${JSON.stringify(await reply(request, handler, codeOf))}\n`)
  }
}

async function reply(
  request: ClientRequest,
  handler: ((request: ClientRequest) => Promise<object | void>) | undefined,
  codeOf: (error: unknown) => string,
): Promise<ClientReply> {
  if (handler === undefined) return { ok: false, code: 'NotOffered', text: request.do }
  try {
    return { ok: true, ...(await handler(request)) }
  } catch (error) {
    return { ok: false, code: codeOf(error), text: String(error) }
  }
}

/** A setting of the driver. */
export function setting(name: string): string {
  return process.env[`DRIVER_${name}`] ?? ''
}
