import { randomUUID } from 'node:crypto'
import { type AuditFacts, auditEvent } from '../audit/event.ts'
import type { AuditSink } from '../audit/sink.ts'
import { AuthenticationRefusal } from '../authn/refusals.ts'
import { AccessDenied } from '../authz/access-denied.ts'
import { type ShadowResult, shadowResult } from '../authz/shadow-result.ts'
import type { Exchange } from '../listen/exchange.ts'
import { ClientGone } from '../listen/respond.ts'
import type { WalkRecord } from '../operations/call.ts'
import type { AccessCheck, Authenticated } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'
import type { S3Operation } from '../s3/operation.ts'
import { MasterKeyRefused } from '../s3/passed-error.ts'
import type { S3Request } from '../s3/request.ts'
import type { ReceivedRequest } from '../sigv4/received-request.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics, RequestReason, StageLabel, StatusClass } from '../telemetry/metrics.ts'
import { explanation } from './explanation.ts'
import { logFields } from './log-fields.ts'
import { reasonFor } from './reason.ts'

/** Where a walk is told of. */
export interface WalkObservers {
  readonly audit: AuditSink
  readonly logger: Logger
  readonly metrics: Metrics
  readonly now: () => Date
}

/** What is known of one request while it passes the stages, and its one audit event, one log line and its metrics. */
export class Walk implements WalkRecord {
  request: S3Request | undefined
  authenticated: Authenticated | undefined
  operation: S3Operation | undefined
  checks: readonly AccessCheck[] = []
  shadow: ShadowResult | undefined
  lateErrorCode: string | undefined
  readonly #exchange: Exchange
  readonly #observers: WalkObservers
  readonly #time: Date
  #stage: StageLabel = 'parse'
  #stageSince = performance.now()
  #failure: S3Error | undefined
  #reason: RequestReason = 'none'
  #accessKey: { readonly id: string; readonly isKnown: boolean } | undefined
  #received: ReceivedRequest | undefined
  #audited: 'not-yet' | 'written' | 'failed' = 'not-yet'

  constructor(exchange: Exchange, observers: WalkObservers) {
    this.#exchange = exchange
    this.#observers = observers
    this.#time = observers.now()
    observers.metrics.requestStarted()
  }

  /** The walk passes on to the next stage. */
  enter(stage: StageLabel): void {
    const now = performance.now()
    if (stage !== this.#stage) this.#observers.metrics.stageTook(this.#stage, (now - this.#stageSince) / 1_000)
    this.#stage = stage
    this.#stageSince = now
  }

  /** Notes why the walk ended early, and gives the error that the client may see. */
  failed(thrown: unknown): S3Error {
    const error = thrown instanceof S3Error ? thrown : new S3Error('InternalError', { cause: thrown })
    this.#failure = error
    this.#reason = reasonFor(thrown, this.#stage)
    if (thrown instanceof AccessDenied) this.checks = thrown.checks
    // Nobody was answered: a code of S3 would read as if somebody had been.
    if (thrown instanceof ClientGone) this.lateErrorCode = 'ClientDisconnected'
    if (thrown instanceof AuthenticationRefusal) this.#notProved(thrown)
    if (thrown instanceof MasterKeyRefused) {
      this.#observers.logger.error(
        { request_id: this.#exchange.id, detail: thrown.detail },
        'the backend refuses the master key',
      )
    }
    return error
  }

  #notProved({ accessKey, code, detail, received }: AuthenticationRefusal): void {
    // A key that is inactive or past its time is somebody's, which `detail` tells.
    const isKnown = code !== 'InvalidAccessKeyId' || detail !== undefined
    if (accessKey !== undefined) this.#accessKey = { id: accessKey, isKnown }
    this.#received = received
  }

  /** Writes the request's audit event, once. Rejects when it cannot be written: then the answer must not be given. */
  async audit(): Promise<void> {
    if (this.#audited !== 'not-yet') return
    this.enter('audit')
    this.#audited = 'failed'
    try {
      await this.#observers.audit.write(auditEvent(this.#facts()))
      this.#audited = 'written'
    } catch (error) {
      this.#observers.logger.error({ request_id: this.#exchange.id, err: error }, 'the audit event cannot be written')
      throw new S3Error('ServiceUnavailable', { detail: 'audit', cause: error })
    }
  }

  /** Counts and logs the request; call it when nothing of it is left to do. */
  finish(): void {
    const { metrics } = this.#observers
    const { bytesIn, bytesOut, status } = this.#exchange
    this.enter('total')
    metrics.stageTook('total', this.#durationMs() / 1_000)
    metrics.bytesMoved('in', bytesIn)
    metrics.bytesMoved('out', bytesOut)
    metrics.requestFinished({
      operation: this.#named()?.name ?? 'Unknown',
      statusClass: statusClass(status),
      reason: this.#reason,
    })
    this.shadow ??= shadowResult(this.checks)
    if (this.shadow !== undefined) metrics.shadowDiffered(this.shadow.would)
    this.#log()
  }

  #log(): void {
    const { logger } = this.#observers
    const failure = this.#failure
    const fields = logFields(this.#facts(), { reason: this.#reason, shadow: this.shadow })
    // What is not implemented was asked for by the client; every other 5xx is ours or the backend's.
    const isFault = failure !== undefined && failure.status >= 500 && failure.status !== 501
    if (isFault && this.#reason !== 'aborted') {
      logger.error({ ...fields, err: failure.cause ?? failure }, 'request')
    } else {
      logger.info(fields, 'request')
    }
  }

  #facts(): AuditFacts {
    const exchange = this.#exchange
    const { address } = this.request ?? {}
    return {
      eventId: randomUUID(),
      time: this.#time,
      requestId: exchange.id,
      principal: this.authenticated?.principal,
      accessKey: this.#keyShown(),
      sourceIp: exchange.client.address,
      userAgent: exchange.headers.get('user-agent'),
      tls: exchange.tlsVersion,
      operation: this.#named()?.name,
      bucket: address?.bucket,
      key: address?.key,
      versionId: this.request?.param('versionId'),
      checks: this.checks,
      status: exchange.status,
      errorCode: this.#errorCode(),
      detail: this.#failure === undefined ? undefined : explanation(this.#failure),
      bytesIn: exchange.bytesIn,
      bytesOut: exchange.bytesOut,
      durationMs: this.#durationMs(),
      received: this.#received,
    }
  }

  /** The row that was asked for, also where it was refused. */
  #named(): S3Operation | undefined {
    if (this.operation !== undefined || this.request === undefined) return this.operation
    const { resolved } = this.request
    return 'operation' in resolved ? resolved.operation : resolved.named
  }

  #keyShown(): { readonly id: string; readonly isKnown: boolean } | undefined {
    const verified = this.authenticated?.accessKey
    return verified === undefined ? this.#accessKey : { id: verified, isKnown: true }
  }

  #errorCode(): string | undefined {
    return this.lateErrorCode ?? this.#failure?.code
  }

  #durationMs(): number {
    return Math.round((performance.now() - this.#exchange.startedAt) * 1_000) / 1_000
  }
}

const STATUS_CLASSES: readonly StatusClass[] = ['1xx', '2xx', '3xx', '4xx', '5xx']

/** Without a status the answer never began, because the client ended the connection before. */
function statusClass(status: number): StatusClass {
  return STATUS_CLASSES[Math.floor(status / 100) - 1] ?? '4xx'
}
