import type { AuditFacts } from '../audit/event.ts'
import type { ShadowResult } from '../authz/shadow-result.ts'
import type { LogFields } from '../telemetry/logger.ts'
import type { RequestReason } from '../telemetry/metrics.ts'

/** What the log holds beyond the audit. */
export interface LoggedBeside {
  readonly reason: RequestReason
  readonly shadow: ShadowResult | undefined
}

/** The fields of a request's log line. What is not known is left out. */
export function logFields(facts: AuditFacts, { reason, shadow }: LoggedBeside): LogFields {
  const { principal, checks } = facts
  const decider = checks.find(({ decision }) => decision.effect !== 'Allow') ?? checks[0]
  return {
    request_id: facts.requestId,
    source_ip: facts.sourceIp,
    principal: principal?.type === 'User' ? principal.name : principal?.type.toLowerCase(),
    operation: facts.operation,
    bucket: facts.bucket,
    key: facts.key,
    decision: decider?.decision.effect ?? 'None',
    matched: decider?.decision.matched,
    shadow,
    reason,
    status: facts.status,
    error_code: facts.errorCode,
    detail: facts.detail,
    bytes_in: facts.bytesIn,
    bytes_out: facts.bytesOut,
    duration_ms: facts.durationMs,
  }
}
