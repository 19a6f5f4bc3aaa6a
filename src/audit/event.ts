import { conditionKeyName } from '../policy/condition-keys.ts'
import { shownValues } from '../policy/context.ts'
import type { MatchedStatement, MissingAllow } from '../policy/decision.ts'
import type { Principal } from '../policy/principal.ts'
import type { AccessCheck } from '../proof/stages.ts'
import type { S3OperationName } from '../s3/operation.ts'
import type { ReceivedRequest } from '../sigv4/received-request.ts'

/** What is known of a request when it ends. Undefined where the request did not get that far. */
export interface AuditFacts {
  readonly eventId: string
  readonly time: Date
  /** As in the `x-amz-request-id` header of the answer. */
  readonly requestId: string
  readonly principal: Principal | undefined
  /** The key id that the request named, and whether a user has it. */
  readonly accessKey: { readonly id: string; readonly isKnown: boolean } | undefined
  readonly sourceIp: string
  readonly userAgent: string | undefined
  /** The version, such as `TLSv1.3`; undefined for plain http. */
  readonly tls: string | undefined
  readonly operation: S3OperationName | undefined
  readonly bucket: string | undefined
  readonly key: string | undefined
  readonly versionId: string | undefined
  /** Every question that was put to the policies, in order. */
  readonly checks: readonly AccessCheck[]
  /** As sent. */
  readonly status: number
  /** The S3 error code, sent or not. */
  readonly errorCode: string | undefined
  /** Why, where that says more than the code; as in the log. */
  readonly detail: string | undefined
  /** Body bytes as really moved, from and to the client. */
  readonly bytesIn: number
  readonly bytesOut: number
  readonly durationMs: number
  /** What arrived of a request whose signature was wrong, where that is asked for. */
  readonly received: ReceivedRequest | undefined
}

export type AuditDecision = 'Allow' | 'ExplicitDeny' | 'ImplicitDeny' | 'None'

/** One line of the audit log. The order of the fields is part of the format. */
export interface AuditEvent {
  readonly event_id: string
  readonly time: string
  readonly request_id: string
  readonly principal: AuditPrincipal | null
  readonly access_key: string | null
  readonly source_ip: string
  readonly user_agent: string | null
  readonly tls: string | null
  readonly operation: string | null
  readonly bucket: string | null
  readonly key: string | null
  readonly version_id: string | null
  readonly action: string | null
  readonly resources: readonly string[]
  readonly decision: AuditDecision
  readonly matched: AuditMatch | null
  readonly checks: readonly AuditCheck[]
  readonly context: AuditContext
  readonly status: number
  readonly error_code: string | null
  readonly detail: string | null
  readonly bytes_in: number
  readonly bytes_out: number
  readonly duration_ms: number
  readonly received: AuditReceived | null
}

/** What arrived under a wrong signature, without signatures and secrets; bounded. Texts are latin1. */
export interface AuditReceived {
  readonly canonical_request: string
  readonly string_to_sign: string
  /** Single lines that would have been taken, too. */
  readonly also_tried: readonly string[]
  /** Whether lines were left out. */
  readonly cut: boolean
}

export type AuditPrincipal =
  | { readonly type: 'User'; readonly name: string; readonly arn: string }
  | { readonly type: 'Anonymous' }

export interface AuditMatch {
  readonly policy: string
  readonly sid: string | null
  readonly index: number
}

export interface AuditCheck {
  readonly action: string
  readonly resource: string
  readonly decision: AuditDecision
  readonly matched: AuditMatch | null
  /** The kind of policy in which an Allow is missing; null unless the decision is ImplicitDeny. */
  readonly missing: MissingAllow | null
}

/** The condition keys that the policies asked for, as AWS writes them, with their values; null where there was none. */
export type AuditContext = Readonly<Record<string, readonly string[] | null>>

/** Users swap key and secret; of a key id that nobody has, only this much is written. */
const UNKNOWN_KEY_CHARACTERS = 4
const MAX_USER_AGENT_CHARACTERS = 1_024

/** The event of a finished request. `action`, `resources` and `matched` are those of the check that decided. */
export function auditEvent(facts: AuditFacts): AuditEvent {
  const decider = decidingCheck(facts.checks)
  return {
    event_id: facts.eventId,
    time: facts.time.toISOString(),
    request_id: facts.requestId,
    principal: facts.principal === undefined ? null : auditPrincipal(facts.principal),
    access_key: facts.accessKey === undefined ? null : shownKey(facts.accessKey),
    source_ip: facts.sourceIp,
    user_agent: orNull(facts.userAgent?.slice(0, MAX_USER_AGENT_CHARACTERS)),
    tls: orNull(facts.tls),
    operation: orNull(facts.operation),
    bucket: orNull(facts.bucket),
    key: orNull(facts.key),
    version_id: orNull(facts.versionId),
    action: orNull(decider?.action),
    resources: decider === undefined ? [] : [decider.resource],
    decision: decider?.decision.effect ?? 'None',
    matched: auditMatch(decider?.decision.matched),
    checks: facts.checks.map(auditCheck),
    context: auditContext(facts.checks),
    status: facts.status,
    error_code: orNull(facts.errorCode),
    detail: orNull(facts.detail),
    bytes_in: facts.bytesIn,
    bytes_out: facts.bytesOut,
    duration_ms: facts.durationMs,
    received: facts.received === undefined ? null : auditReceived(facts.received),
  }
}

function auditReceived({ canonicalRequest, stringToSign, alsoTried, extent }: ReceivedRequest): AuditReceived {
  return {
    canonical_request: canonicalRequest,
    string_to_sign: stringToSign,
    also_tried: alsoTried,
    cut: extent === 'cut',
  }
}

/** JSON has no undefined; a field that is not known is null, never left out. */
function orNull<T>(value: T | undefined): T | null {
  return value === undefined ? null : value
}

/** The first refusal; without one, the first check. */
function decidingCheck(checks: readonly AccessCheck[]): AccessCheck | undefined {
  return checks.find((check) => check.decision.effect !== 'Allow') ?? checks[0]
}

function auditCheck(check: AccessCheck): AuditCheck {
  const { action, resource, decision } = check
  const missing = decision.effect === 'ImplicitDeny' ? decision.missing : null
  return { action, resource, decision: decision.effect, matched: auditMatch(decision.matched), missing }
}

/** A key may have another value for each object that a request names: all of them are listed. */
function auditContext(checks: readonly AccessCheck[]): AuditContext {
  const found = new Map<string, Set<string>>()
  for (const { decision } of checks) {
    for (const { key, value } of decision.context ?? []) {
      const values = found.get(key) ?? new Set()
      found.set(key, values)
      for (const each of shownValues(value)) values.add(each)
    }
  }
  if (found.size === 0) return {}
  return Object.fromEntries(
    Array.from(found, ([key, values]) => [conditionKeyName(key), values.size === 0 ? null : [...values]]),
  )
}

function auditMatch(matched: MatchedStatement | undefined): AuditMatch | null {
  return matched === undefined ? null : { policy: matched.policy, sid: matched.sid ?? null, index: matched.index }
}

function auditPrincipal(principal: Principal): AuditPrincipal {
  return principal.type === 'User'
    ? { type: 'User', name: principal.name, arn: principal.arn }
    : { type: principal.type }
}

function shownKey(accessKey: { readonly id: string; readonly isKnown: boolean }): string {
  return accessKey.isKnown ? accessKey.id : accessKey.id.slice(0, UNKNOWN_KEY_CHARACTERS)
}
