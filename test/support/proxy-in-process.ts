import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, startApp } from '../../src/app.ts'
import type { AuditEvent } from '../../src/audit/event.ts'
import { parseConfig } from '../../src/config/load.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { ALLOWED_BACKEND_READS, type AllowedBackendRead } from './allowed-backend-reads.ts'
import { BACKEND_OWNER, BACKEND_SERVER } from './plausible-replies.ts'
import { until } from './ports.ts'
import { RawConnection, type WireAnswer } from './raw-socket.ts'
import { type BackendRequest, RecordingBackend } from './recording-backend.ts'
import { type WireRequest, wireBytes } from './wire-requests.ts'

export const REGION = 'eu-test-1'
export const MASTER = {
  accessKey: 'MASTERACCESSKEY00001',
  secretKey: 'master/secret+key/0123456789abcdef',
  region: REGION,
}

const user = (name: string) => ({
  accessKey: `${name.toUpperCase()}ACCESSKEY01`,
  secretKey: `${name}-secret-key/0123456789`,
  region: REGION,
})

/** Has a-bkt. */
export const ALICE = user('alice')
/** Has b-bkt. */
export const BOB = user('bob')
/** Has everything. */
export const ROOT = user('root')
/** Has nothing. */
export const NOBODY = user('nobody')

/** Sections of the configuration, merged over the tests' own. */
export interface StageOptions {
  readonly profile?: string
  /** Default: plain TCP. */
  readonly transport?: 'tcp' | 'tls'
  readonly more?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Keys of the top, as they are. */
  readonly plain?: Readonly<Record<string, unknown>>
  /** Further fields of the tests' users, by name; instead of the buckets that they have otherwise. */
  readonly users?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Users beside the tests' own. */
  readonly extraUsers?: readonly Readonly<Record<string, unknown>>[]
}

/** An answer when the connection ended without one. */
const CLOSED: WireAnswer = {
  status: 0,
  headers: new Map(),
  body: Buffer.alloc(0),
  code: '',
  outcome: 'closed',
  text: '',
  continued: false,
}

/** Of these no answer may hold a trace: the master key, the backend's place, what it says about itself. */
const NEVER_SHOWN = [
  MASTER.accessKey,
  MASTER.secretKey,
  BACKEND_OWNER,
  BACKEND_SERVER,
  'of-the-backend',
  'words of the backend',
]

interface StageParts {
  readonly app: App
  readonly backend: RecordingBackend
  readonly folder: string
  readonly logLines: string[]
  readonly transport: 'tcp' | 'tls'
}

/** The proxy in this process, between the tests' clients and a backend that takes note. */
export class Stage {
  readonly port: number
  readonly backend: RecordingBackend
  readonly logLines: string[]
  readonly #app: App
  readonly folder: string
  readonly #transport: 'tcp' | 'tls'
  readonly #signatures = new Set<string>()

  private constructor(parts: StageParts) {
    this.#transport = parts.transport
    this.#app = parts.app
    this.port = parts.app.port
    this.backend = parts.backend
    this.folder = parts.folder
    this.logLines = parts.logLines
  }

  static async start(options: StageOptions = {}): Promise<Stage> {
    const backend = await RecordingBackend.start()
    const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-stage-'))
    const text = JSON.stringify(configuration(options, { port: backend.port, folder }))
    const loaded = await parseConfig(text, { file: join(folder, 'config.yaml'), env: {} })
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
    const logLines: string[] = []
    const logger = createLogger({ level: 'debug', format: 'json', target: { write: (line) => logLines.push(line) } })
    const app = await startApp(loaded.config, { version: '0.0.0', logger })
    // What the proxy asks the backend at its start is no request of a test.
    await until(
      () => logLines.some((line) => line.includes('"check":"backend"')),
      5_000,
      () => logLines.join(''),
    )
    backend.reset()
    return new Stage({ app, backend, folder, logLines, transport: options.transport ?? 'tcp' })
  }

  connect(): Promise<RawConnection> {
    return RawConnection.open(this.port, this.#transport)
  }

  /** Sends one request on a connection of its own and gives the answer; outcome `closed` when there is none. */
  async send(request: WireRequest): Promise<WireAnswer> {
    return this.sendBytes(wireBytes(request), request.method)
  }

  async sendBytes(bytes: Buffer | string, method = 'GET'): Promise<WireAnswer> {
    const connection = await this.connect()
    try {
      this.#noteSignatures(bytes)
      await connection.write(bytes)
      const answer = (await connection.answer(method)) ?? CLOSED
      this.expectNoLeak(answer.text)
      return answer
    } finally {
      connection.destroy()
    }
  }

  /** No answer names the master key, the backend's address or what the backend says about itself. */
  expectNoLeak(text: string): void {
    for (const secret of [...NEVER_SHOWN, `:${this.backend.port}`])
      assert.ok(!text.includes(secret), `the answer holds ${secret}`)
  }

  async expectBackendSawNothing(): Promise<void> {
    const seen = await this.backend.settled()
    assert.deepEqual(
      seen.map(({ head }) => head),
      [],
    )
  }

  /** Every request at the backend was a read of that name, without a body. */
  async expectBackendSawOnly(read: AllowedBackendRead): Promise<void> {
    const seen = await this.backend.settled()
    assert.notEqual(seen.length, 0, 'the backend saw nothing')
    for (const { method, target, body } of seen) {
      assert.match(`${method} ${target}`, ALLOWED_BACKEND_READS[read])
      assert.equal(body.length, 0)
    }
  }

  /** Either nothing came, or one upload whose connection was destroyed before its last byte. */
  async expectBackendStoredNothing(): Promise<void> {
    for (const { state, body, declaredLength } of await this.backend.settled()) {
      assert.deepEqual({ state, isShort: body.length < (declaredLength ?? 0) }, { state: 'cut', isShort: true })
    }
  }

  /** The one request at the backend. */
  async theBackendRequest(): Promise<BackendRequest> {
    const seen = await this.backend.settled()
    const [only] = seen
    if (only === undefined || seen.length > 1) throw new Error(`the backend saw ${JSON.stringify(this.backend.lines)}`)
    return only
  }

  /** How many requests the proxy is done with; syntax that is no request does not count. */
  get requestsDone(): number {
    return this.logLines.filter((line) => line.includes('"msg":"request"')).length
  }

  /** Waits until the proxy is done with one more request than `before`. */
  async untilDone(before: number): Promise<void> {
    await until(
      () => this.requestsDone > before,
      5_000,
      () => 'the proxy is not done with the request',
    )
  }

  /** The audit lines so far, as written. */
  auditLines(): string[] {
    const text = readFileSync(join(this.folder, 'audit.jsonl'), 'utf8')
    return text.split('\n').filter((line) => line !== '')
  }

  /** The audit events so far. */
  events(): AuditEvent[] {
    return this.auditLines().map((line) => JSON.parse(line) as AuditEvent)
  }

  lastEvent(): AuditEvent {
    const line = this.auditLines().at(-1)
    if (line === undefined) throw new Error('no request was audited')
    return JSON.parse(line) as AuditEvent
  }

  /** Stops the proxy; fails when log or audit hold a secret, or a signature that a client sent. */
  async close(): Promise<void> {
    await this.#app.close(0)
    await this.backend.close()
    const written = this.logLines.join('') + readFileSync(join(this.folder, 'audit.jsonl'), 'utf8')
    rmSync(this.folder, { recursive: true, force: true })
    const secrets = [MASTER, ALICE, BOB, ROOT, NOBODY].map(({ secretKey }) => secretKey)
    for (const secret of [...secrets, ...this.#signatures]) {
      if (written.includes(secret)) throw new Error(`log or audit hold the secret ${secret}`)
    }
  }

  #noteSignatures(bytes: Buffer | string): void {
    const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1')
    for (const [, signature] of text.matchAll(/Signature=([0-9a-f]{64})/g)) {
      if (signature !== undefined) this.#signatures.add(signature)
    }
  }
}

function configuration(
  { profile = 'aws', more = {}, transport = 'tcp', plain = {}, users: rights = {}, extraUsers = [] }: StageOptions,
  { port, folder }: { readonly port: number; readonly folder: string },
): Record<string, unknown> {
  const entry = (key: typeof ALICE, buckets: readonly string[]) => {
    const name = key.accessKey.replace('ACCESSKEY01', '').toLowerCase()
    const own = rights[name] ?? { allowed_buckets: buckets }
    return { name, access_key: key.accessKey, secret_key: key.secretKey, ...own }
  }
  const fixtures = join(import.meta.dirname, '../fixtures/config')
  const certificate = { cert_file: join(fixtures, 'server.crt'), key_file: join(fixtures, 'server.key') }
  const sections: Record<string, Readonly<Record<string, unknown>>> = {
    master_credentials: {
      access_key: MASTER.accessKey,
      secret_key: MASTER.secretKey,
      endpoint: `http://127.0.0.1:${port}`,
      region: MASTER.region,
    },
    server: { listen_addr: '127.0.0.1:0', ...(transport === 'tls' ? { tls: certificate } : {}) },
    backend: { profile },
    audit: { sinks: [{ type: 'file', path: join(folder, 'audit.jsonl') }] },
  }
  for (const [name, section] of Object.entries(more)) sections[name] = { ...sections[name], ...section }
  const users = [entry(ALICE, ['a-bkt']), entry(BOB, ['b-bkt']), entry(ROOT, ['*']), entry(NOBODY, [])]
  return { ...sections, ...plain, users: [...users, ...extraUsers] }
}
