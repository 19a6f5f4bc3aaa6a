import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { BackendQuirk } from '../src/s3/backend-quirks.ts'
import type { StoreCredential } from './authenticate.ts'
import type { FsyncMode } from './durability.ts'
import { openEngine } from './engine.ts'
import { createHandler } from './handler.ts'

/** How to start the embedded store. */
export interface StoreOptions {
  /** Folder that holds everything; created when missing. One store at a time may have it. */
  readonly path: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The only key pair that is accepted, and the region that clients must sign for. */
  readonly credential: StoreCredential
  readonly now?: (() => Date) | undefined
  /** What other backends do differently, to be imitated. */
  readonly imitate?: readonly BackendQuirk[] | undefined
  /** Base domains, lower case: `BUCKET.<one of these>` is virtual-hosted. Default: none. */
  readonly hostnames?: readonly string[] | undefined
  /** Default `always`. */
  readonly fsync?: FsyncMode | undefined
  /** Is told what the clients only see as InternalError. By default it goes to stderr. */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/** A store that listens. */
export interface RunningStore {
  readonly port: number
  /** Lets running requests finish (at most 5 s), then closes connections and files. */
  close(): Promise<void>
}

const CLOSE_GRACE_MS = 5_000
const IDLE_SWEEP_MS = 50
/** A pool of connections, such as the proxy's, should not have to open them anew all the time. */
const KEEP_ALIVE_MS = 60_000
const IDLE_TIMEOUT_MS = 5 * 60_000
const READ_BYTES = 256 * 1024

/**
 * Starts the embedded file-system S3 store on plain HTTP.
 * @throws Error when the folder or the port cannot be had, or the journal is damaged.
 */
export async function startStore(options: StoreOptions): Promise<RunningStore> {
  const engine = await openEngine(options.path, options.fsync ?? 'always')
  const { credential, now = () => new Date(), imitate = [], hostnames = [], onFault = printFault } = options
  const handle = createHandler({ engine, credential, now, quirks: new Set(imitate), hostnames, onFault })
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS, highWaterMark: READ_BYTES })
  server.setTimeout(IDLE_TIMEOUT_MS)
  server.maxHeadersCount = 0
  server.on('request', (incoming, response) => void handle(incoming, response, 'none'))
  server.on('checkContinue', (incoming, response) => void handle(incoming, response, 'continue'))
  server.on('clientError', refuseMalformed)
  try {
    const port = await listen(server, options)
    return { port, close: () => stop(server).then(() => engine.close()) }
  } catch (error) {
    await engine.close()
    throw error
  }
}

function listen(server: Server, { host, port }: StoreOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

async function stop(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  // A connection whose request ends later becomes idle later.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearTimeout(timer)
  clearInterval(sweep)
}

function printFault(error: unknown): void {
  process.stderr.write(`store: ${error instanceof Error ? error.stack : String(error)}\n`)
}

/** What is not HTTP gets a bare S3 error. */
function refuseMalformed(_error: Error, socket: Socket): void {
  if (!socket.writable) return
  const document =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>BadRequest</Code><Message>The request cannot be understood.</Message></Error>'
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/xml\r\nContent-Length: ${document.length}\r\nConnection: close\r\n\r\n${document}`,
  )
}
