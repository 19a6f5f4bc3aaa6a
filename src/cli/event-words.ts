import type { AuditCheck, AuditContext, AuditEvent } from '../audit/event.ts'
import type { Config } from '../config/config.ts'
import { objectArn } from '../policy/arn.ts'
import type { Decision } from '../policy/decision.ts'
import { refusalWords } from './refusal-words.ts'
import { shown, shownValue, type Verdict } from './verdict.ts'
import { verdictWords } from './verdict-words.ts'

/** What became of a request and why, in plain words, whole lines. */
export function eventWords(event: AuditEvent, config: Pick<Config, 'users' | 'groups' | 'bucketPolicies'>): string {
  return `${headline(event)}${reason(event, config)}${readings(event)}`
}

/** What decided on a request: its first refusal, else its first check; undefined when the policies were not asked. */
export function verdictOf(event: AuditEvent): Verdict | undefined {
  const check = event.checks.find(({ decision }) => decision !== 'Allow') ?? event.checks[0]
  const verdict = check === undefined ? undefined : asVerdict(check, event.context)
  return verdict !== undefined && isAboutAnyKey(event, verdict) ? { ...verdict, pattern: verdict.resource } : verdict
}

/** The context of an event is that of all its checks; of what is listed there is but one. */
function asVerdict(check: AuditCheck, context: Partial<AuditContext> = {}): Verdict | undefined {
  const { action, resource, decision, matched, missing } = check
  const statement = matched === null ? undefined : { ...matched, sid: matched.sid ?? undefined }
  const read = decisionOf(decision, statement, missing)
  const prefix = context['s3:prefix'] ?? undefined
  if (read === undefined || prefix === undefined) return read && { action, resource, decision: read }
  return { action, resource, decision: { ...read, context: [{ key: 's3:prefix', value: prefix }] } }
}

function decisionOf(
  effect: AuditCheck['decision'],
  matched: Decision['matched'],
  missing: AuditCheck['missing'] | undefined,
): Decision | undefined {
  if (effect === 'ImplicitDeny') return { effect, matched: undefined, missing: missing ?? 'identity' }
  return effect === 'None' || matched === undefined ? undefined : { effect, matched }
}

function headline(event: AuditEvent): string {
  const { operation, bucket, key, status, error_code: code } = event
  const what = operation ?? 'a request that names no operation'
  const target = bucket === null ? '' : ` of ${bucket}${key === null ? '' : `/${key}`}`
  const answer = status === 0 ? 'the connection ended before an answer' : `status ${status}`
  return (
    `${event.request_id}: ${shown(what)}${shown(target)} at ${event.time} from ${shown(event.source_ip)}` +
    ` by ${caller(event)}; ${answer}${code === null ? '' : `, ${shown(code)}`}\n`
  )
}

function caller({ principal, access_key: accessKey }: AuditEvent): string {
  if (principal?.type === 'User') return `the user ${shown(principal.name)} (key ${shown(accessKey ?? '')})`
  if (principal?.type === 'Anonymous') return 'a caller without a key'
  return accessKey === null ? 'a caller who was not proved' : `a caller who was not proved (key ${shown(accessKey)})`
}

function reason(event: AuditEvent, config: Pick<Config, 'users' | 'groups' | 'bucketPolicies'>): string {
  const verdict = verdictOf(event)
  if (verdict === undefined) return refusalWords(event)
  const user = event.principal?.type === 'User' ? event.principal.name : undefined
  const words = verdict.pattern !== undefined ? ANY_KEY : ''
  const more = verdict.decision.effect === 'Allow' && event.status >= 400 ? refusalWords(event) : ''
  return `${verdictWords(verdict, { config, user })}${words}${more}${otherRefusals(event, verdict)}`
}

const ANY_KEY =
  'No body was read: the policies allow this on no key of the bucket at all. Name the keys that are meant in place of *.\n'

/** Refused before the body that names the keys was read. */
function isAboutAnyKey({ operation, bucket }: AuditEvent, { resource, decision }: Verdict): boolean {
  const byBody = operation === 'DeleteObjects' || operation === 'PostObject'
  return byBody && decision.effect !== 'Allow' && resource === objectArn(bucket ?? '', '*')
}

const MAX_LISTED = 20

function otherRefusals({ checks }: AuditEvent, first: Verdict): string {
  const others = checks.filter(
    ({ decision, action, resource }) =>
      decision !== 'Allow' && (action !== first.action || resource !== first.resource),
  )
  if (others.length === 0) return ''
  const lines = others.slice(0, MAX_LISTED).map(({ action, resource, decision, matched }) => {
    const by = matched === null ? '' : ` by policy ${shown(matched.policy)}, statement ${matched.index}`
    return `  ${decision}${by}: ${shown(action)} on ${shown(resource)}\n`
  })
  const rest = others.length > MAX_LISTED ? `  and ${others.length - MAX_LISTED} more\n` : ''
  return `Refused beside it:\n${lines.join('')}${rest}`
}

function readings({ context }: Partial<AuditEvent>): string {
  const entries = Object.entries(context ?? {})
  if (entries.length === 0) return ''
  const lines = entries.map(([key, values]) => `  ${shown(key)}: ${values?.map(shownValue).join(', ') ?? 'absent'}\n`)
  return `Condition keys that were read:\n${lines.join('')}`
}
