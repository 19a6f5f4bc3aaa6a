import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { asMaster, type Backend } from '../support/backend.ts'
import { Lab } from '../support/lab.ts'
import { type ProxyUser, type RunningProxy, type Scheme, startProxy } from '../support/proxy.ts'
import type { Run } from '../support/run.ts'
import type { S3Caller } from '../support/s3-caller.ts'
import type { Client, ClientReply, ClientRequest, ClientSession, ClientSetting } from './client.ts'

export const LARGE_BYTES = 100 * 1024 * 1024

/** What the checks of one client over one scheme work with. Buckets `left` and `right` exist, `fresh` does not. */
export interface ClientBench {
  readonly lab: Lab
  readonly proxy: RunningProxy
  readonly master: S3Caller
  readonly backend: Backend['kind']
  readonly buckets: {
    readonly left: string
    readonly right: string
    readonly fresh: string
    readonly other: string
    /** The named user's, too; shared by all clients of a run (see many-objects.ts). */
    readonly listed: string
  }
  /** Sessions of a user who may reach left, right and fresh; of one who may not; and of one with a wrong secret. */
  readonly named: ClientSession
  readonly stranger: ClientSession
  readonly forger: ClientSession
  /** Sends and demands success. */
  succeed(request: ClientRequest): Promise<Extract<ClientReply, { ok: true }>>
  /** A file in the lab's folder with this text. */
  write(name: string, text: string): string
  path(name: string): string
  close(): Promise<void>
}

/** Starts a proxy, makes the buckets and opens the client's sessions. */
export async function openBench(run: Run, client: Client, scheme: Scheme): Promise<ClientBench> {
  if (run.backend === undefined) throw new Error('no backend')
  const lab = new Lab(run.directory)
  const stem = `${client.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${scheme}`
  const buckets = {
    left: `${stem}-left`,
    right: `${stem}-right`,
    fresh: `${stem}-fresh`,
    other: `${stem}-other`,
    listed: 'listed-by-all',
  }
  const named = user('NAMEDUSER', [buckets.left, buckets.right, buckets.fresh, buckets.listed])
  const stranger = user('STRANGER', [buckets.other])
  const proxy = await startProxy(lab, {
    backend: run.backend,
    users: [named, stranger],
    scheme,
    certificates: run.certificates,
  })
  const master = asMaster(run.backend)
  for (const bucket of [buckets.left, buckets.right, buckets.other]) await master.makeBucket(bucket)
  // Another client may make it at the same moment: 409 is as good.
  await master.call({ method: 'PUT', bucket: buckets.listed })

  const open = ({ accessKey, secretKey }: ProxyUser, findsRegion: ClientSetting['findsRegion']) =>
    client.open({
      lab,
      endpoint: proxy.endpoint.url,
      authority: scheme === 'https' ? proxy.endpoint.authority : undefined,
      region: master.key.region,
      findsRegion,
      accessKey,
      secretKey,
    })
  const sessions = [
    await open(named, 'by asking'),
    // A refused question for the region would hide what else would have been refused.
    await open(stranger, 'in its settings'),
    await open({ ...named, secretKey: 'another-secret-key-0123456789' }, 'in its settings'),
  ] as const
  return {
    lab,
    proxy,
    master,
    backend: run.backend.kind,
    buckets,
    named: sessions[0],
    stranger: sessions[1],
    forger: sessions[2],
    succeed: async (request) => {
      const reply = await sessions[0].send(request)
      if (!reply.ok) throw new Error(`${JSON.stringify(request)}\n${reply.code}: ${reply.text}`)
      return reply
    },
    write: (name, text) => {
      const file = join(lab.directory, name)
      writeFileSync(file, text)
      return file
    },
    path: (name) => join(lab.directory, name),
    close: async () => {
      for (const session of sessions) await session.close()
      await lab.close()
    },
  }
}

function user(name: string, buckets: readonly string[]): ProxyUser {
  return { accessKey: `${name}-ACCESS-KEY`, secretKey: `${name.toLowerCase()}-secret-key-0123456789`, buckets }
}

/** Writes bytes that do not compress and are the same each time. */
export async function writeLargeFile(file: string, bytes = LARGE_BYTES): Promise<void> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16, 9))
  const zeros = Buffer.alloc(1024 * 1024)
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let sent = 0; sent < bytes; sent += zeros.length) yield cipher.update(zeros)
  }
  await pipeline(pieces(), createWriteStream(file))
}

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

export function textOf(file: string): string {
  return readFileSync(file, 'utf8')
}

/** What curl makes of a presigned URL: the status, and the answer's text. */
export async function curl(
  bench: ClientBench,
  url: string,
  args: readonly string[] = [],
): Promise<{ readonly status: number; readonly text: string }> {
  const { authority, url: endpoint } = bench.proxy.endpoint
  const trust = endpoint.startsWith('https:') && authority !== undefined ? ['--cacert', authority] : []
  const all = ['-sS', '--max-time', '60', '-w', '\n%{http_code}', ...trust, ...args, url]
  const { stdout, stderr, code } = await bench.lab.run({ file: 'curl', args: all }, 90_000)
  if (code !== 0) return { status: 0, text: stderr }
  const cut = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(cut + 1)), text: stdout.slice(0, cut) }
}
