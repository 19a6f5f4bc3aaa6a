import { type AdminServer, startAdmin } from './admin/server.ts'
import { openFileSink } from './audit/file-sink.ts'
import { type AuditSink, fanOut } from './audit/sink.ts'
import type { Config } from './config/config.ts'
import { handle } from './gateway.ts'
import { trustedProxyList } from './listen/client-address.ts'
import { type Listener, listen } from './listen/listener.ts'
import { syntaxAnswer } from './listen/syntax-answer.ts'
import type { PolicySource } from './authz/policy-source.ts'
import { bucketPoliciesOf } from './boot/bucket-policies.ts'
import { policySourceOf } from './boot/identities.ts'
import { buildRuntime } from './boot/runtime.ts'
import { startedFrom } from './boot/start-fault.ts'
import { openState } from './state/sqlite-state.ts'
import { checkBackend } from './boot/backend-check.ts'
import type { Logger } from './telemetry/logger.ts'
import { createMetrics, type Metrics } from './telemetry/metrics.ts'

/** A running proxy. */
export interface App {
  readonly port: number
  /** Stops accepting, lets running transfers finish within `drainMs`, writes what is left to write. */
  close(drainMs: number): Promise<void>
}

/** What the program brings along. */
export interface AppOptions {
  readonly version: string
  readonly logger: Logger
}

/** The policies of a configuration as a proxy would apply them, for questions without requests; `close` lets the state go. */
export function openPolicies(config: Config): { readonly source: PolicySource; close(): void } {
  const state = config.state === undefined ? undefined : openState({ ...config.state, readOnly: true })
  return { source: policySourceOf(config, bucketPoliciesOf(config, state)), close: () => state?.close() }
}

/** Composition root: builds everything from a configuration, opens the listeners, and asks the backend how it is. */
export async function startApp(config: Config, { version, logger }: AppOptions): Promise<App> {
  const metrics = createMetrics({ version, node: process.version })
  const { state: kept } = config
  const state = kept === undefined ? undefined : await startedFrom('state.path', () => openState(kept))
  const audit = await openAudit(config, logger)
  const { runtime, connections } = buildRuntime(config, { audit, logger, metrics, state, now: () => new Date() })
  metrics.watchBackendConnections(() => {
    const { active, open, waiting } = connections.counts()
    return { in_use: active, idle: Math.max(0, open - active), waiting }
  })
  metrics.watchAuditQueue(() => audit.pending)
  const listener = await startedFrom('server.listen_addr', () =>
    openListener(config, runtime, (exchange) => handle(exchange, runtime)),
  )
  const admin = await openAdmin(config, metrics).catch(async (error: unknown) => {
    // Or the process would serve on, half started.
    await listener.close(0)
    throw error
  })
  logger.info(
    { port: listener.port, backend: config.masterCredentials.endpoint.origin, profile: config.backend.profile },
    'listening',
  )
  void reportBackend(runtime, logger)
  return {
    port: listener.port,
    async close(drainMs) {
      await listener.close(drainMs)
      await Promise.all([connections.close(), audit.close(), admin?.close()])
      state?.close()
    },
  }
}

type Observers = { readonly metrics: Metrics; readonly logger: Logger }

function openListener(config: Config, observers: Observers, handler: Parameters<typeof listen>[1]): Promise<Listener> {
  const { metrics, logger } = observers
  const { server } = config
  const trustedProxies = trustedProxyList(server.trustedProxies)
  if (trustedProxies === undefined) throw new Error('server.trusted_proxies is not valid')
  const options = {
    ...server.listen,
    idleTimeoutMs: server.idleTimeoutMs,
    maxHeaderBytes: server.maxHeaderBytes,
    readTimeoutMs: server.readTimeoutMs,
    writeTimeoutMs: server.writeTimeoutMs,
    trustedProxies,
    tls: server.tls === undefined ? undefined : { cert: server.tls.certificate, key: server.tls.privateKey.reveal() },
  }
  return listen(options, handler, (code) => {
    metrics.requestStarted()
    metrics.requestFinished({ operation: 'Unknown', statusClass: '4xx', reason: 'syntax' })
    const { requestId, status, bytes } = syntaxAnswer(code)
    logger.info({ request_id: requestId, reason: 'syntax', status, detail: code }, 'request')
    return bytes
  })
}

async function openAdmin({ admin }: Config, metrics: Metrics): Promise<AdminServer | undefined> {
  if (admin === undefined) return undefined
  return startedFrom('admin.listen_addr', () => startAdmin({ listen: admin.listen, metrics }))
}

async function openAudit(config: Config, logger: Logger): Promise<AuditSink> {
  const sinks: AuditSink[] = []
  for (const [index, { path }] of config.audit.sinks.entries()) {
    const { sink, cutBytes } = await startedFrom(`audit.sinks[${index}].path`, () => openFileSink(path))
    if (cutBytes > 0) logger.warn({ path, cut_bytes: cutBytes }, 'an incomplete last audit line was cut off')
    sinks.push(sink)
  }
  return fanOut(sinks)
}

/** Said in the log, and served all the same: the backend may come up later. */
async function reportBackend(runtime: Parameters<typeof checkBackend>[0], logger: Logger): Promise<void> {
  const faults = await checkBackend(runtime)
  for (const fault of faults) logger.error({ check: 'backend' }, fault)
  if (faults.length === 0) logger.info({ check: 'backend' }, 'the backend accepts the master key')
}
