import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { S3OperationName } from '../s3/operation.ts'

/** The table's operations, and `Unknown` for requests that ended before theirs was known. */
export type OperationLabel = S3OperationName | 'Unknown'
export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx'
/**
 * Why a request ended as it did. `none`: as the backend answered, errors of its own such as a missing key included.
 * `body`: the payload did not verify. `aborted`: the client went away.
 */
export type RequestReason =
  | 'none'
  | 'syntax'
  | 'unauthenticated'
  | 'denied'
  | 'unsupported'
  | 'body'
  | 'backend'
  | 'aborted'
  | 'limited'
  | 'internal'
export type StageLabel = 'parse' | 'authenticate' | 'authorize' | 'plan' | 'forward' | 'respond' | 'audit' | 'total'
/** Seen from the proxy: `in` from clients, `out` to clients. */
export type DirectionLabel = 'in' | 'out'
export type ConnectionState = 'in_use' | 'idle' | 'waiting'

/** The counters of the process, with closed sets of labels: nothing that a client chooses becomes a label. */
export interface Metrics {
  requestStarted(): void
  requestFinished(labels: { operation: OperationLabel; statusClass: StatusClass; reason: RequestReason }): void
  stageTook(stage: StageLabel, seconds: number): void
  bytesMoved(direction: DirectionLabel, bytes: number): void
  reloaded(result: 'success' | 'failure'): void
  /** A request on which the candidate policies would have decided otherwise. */
  shadowDiffered(would: 'allow' | 'deny' | 'unknown'): void
  /** Asked at every scrape; a later reader takes the place of an earlier one. */
  watchBackendConnections(read: () => Readonly<Record<ConnectionState, number>>): void
  /** Asked at every scrape: audit events that are not yet written. */
  watchAuditQueue(read: () => number): void
  readonly contentType: string
  /** The text of `GET /metrics`. */
  render(): Promise<string>
}

/** From half a millisecond, the proxy's own part, to a minute, a large transfer. */
const DURATION_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]

/** Makes a registry of its own; nothing is shared with other instances in the process. */
export function createMetrics(build: { readonly version: string; readonly node: string }): Metrics {
  const registry = new Registry()
  const { requests, durations, bytes, inFlight, reloads, shadow } = instruments(registry)
  buildInfo(registry, build)
  for (const result of ['success', 'failure']) reloads.inc({ result }, 0)
  for (const would of ['allow', 'deny', 'unknown']) shadow.inc({ would }, 0)
  for (const direction of ['in', 'out']) bytes.inc({ direction }, 0)
  return {
    requestStarted: () => inFlight.inc(),
    requestFinished({ operation, statusClass, reason }) {
      inFlight.dec()
      requests.inc({ operation, status_class: statusClass, reason })
    },
    stageTook: (stage, seconds) => durations.observe({ stage }, seconds),
    bytesMoved: (direction, count) => bytes.inc({ direction }, count),
    reloaded: (result) => reloads.inc({ result }),
    shadowDiffered: (would) => shadow.inc({ would }),
    ...watchedGauges(registry),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  }
}

function instruments(registry: Registry) {
  const registers = [registry]
  return {
    requests: new Counter({
      name: 's3_iam_proxy_requests_total',
      help: 'Requests answered, by operation, class of the status and reason.',
      labelNames: ['operation', 'status_class', 'reason'],
      registers,
    }),
    durations: new Histogram({
      name: 's3_iam_proxy_request_duration_seconds',
      help: 'Time that requests spent in each stage.',
      labelNames: ['stage'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers,
    }),
    bytes: new Counter({
      name: 's3_iam_proxy_bytes_total',
      help: 'Body bytes from clients (in) and to clients (out).',
      labelNames: ['direction'],
      registers,
    }),
    inFlight: new Gauge({ name: 's3_iam_proxy_in_flight', help: 'Requests being worked on.', registers }),
    reloads: new Counter({
      name: 's3_iam_proxy_reloads_total',
      help: 'Reloads of the configuration, by result.',
      labelNames: ['result'],
      registers,
    }),
    shadow: new Counter({
      name: 's3_iam_proxy_policy_shadow_differences_total',
      help: 'Requests on which policy_shadow would have decided otherwise, or may have, by what it would have done.',
      labelNames: ['would'],
      registers,
    }),
  }
}

function buildInfo(registry: Registry, build: { readonly version: string; readonly node: string }): void {
  const gauge = new Gauge({
    name: 's3_iam_proxy_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [registry],
  })
  gauge.set({ version: build.version, node: build.node }, 1)
}

/** Gauges that are asked at every scrape. A later reader takes the place of an earlier one. */
function watchedGauges(registry: Registry) {
  let connections: (() => Readonly<Record<ConnectionState, number>>) | undefined
  let auditQueue: (() => number) | undefined
  const states = new Gauge({
    name: 's3_iam_proxy_backend_connections',
    help: 'Connections to the backend in use and idle, and requests waiting for one.',
    labelNames: ['state'],
    registers: [registry],
    collect(): void {
      for (const [state, count] of Object.entries(connections?.() ?? {})) states.set({ state }, count)
    },
  })
  const queue: Gauge = new Gauge({
    name: 's3_iam_proxy_audit_queue',
    help: 'Audit events that are not yet written.',
    registers: [registry],
    collect(): void {
      queue.set(auditQueue?.() ?? 0)
    },
  })
  return {
    watchBackendConnections(read: () => Readonly<Record<ConnectionState, number>>): void {
      connections = read
    },
    watchAuditQueue(read: () => number): void {
      auditQueue = read
    },
  }
}
