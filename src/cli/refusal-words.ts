import type { AuditEvent } from '../audit/event.ts'
import { shown } from './verdict.ts'

const ADVICE = (event: AuditEvent): string =>
  `docs/troubleshooting.md says what to do.\n` +
  (event.user_agent === null ? '' : `The client calls itself ${shown(event.user_agent)}.\n`)

/** ` (AccessDenied): public ACLs are blocked`; events that older versions wrote have no detail. */
function codeAndDetail({ error_code: code, detail = null }: Partial<AuditEvent>): string {
  const named = code === null || code === undefined ? '' : ` (${shown(code)})`
  return detail === null ? named : `${named}: ${shown(detail)}`
}

/** What is known of the commonest reasons to refuse before the policies are asked. */
const BY_CODE: ReadonlyMap<string, string> = new Map([
  ['SignatureDoesNotMatch', 'the signature is wrong: a wrong secret, or something changed the request on its way'],
  ['InvalidAccessKeyId', 'no user has this access key, or it is inactive or past its time'],
  ['RequestTimeTooSkewed', 'the clocks of client and proxy differ by more than limits.max_clock_skew'],
  ['AuthorizationHeaderMalformed', 'the Authorization header cannot be read, or is for another region or service'],
  ['AuthorizationQueryParametersError', 'the presigned URL cannot be read, is for another region, or lives too long'],
  ['InvalidToken', 'it has a session token, which is not accepted'],
  ['AccessDenied', 'it was not signed, not signed whole, or the URL is past its time'],
])

/** Why a request was answered with an error that no policy gave: who it was by, what it said, or what came later. */
export function refusalWords(event: AuditEvent): string {
  const { error_code: code, decision, status } = event
  if (decision === 'Allow') {
    const late = status < 400 && status > 0
    const where = late ? 'after its answer had begun' : 'by what came after: its body, the proxy, or the backend'
    return `It was allowed, and failed ${where}${codeAndDetail(event)}.\n${ADVICE(event)}`
  }
  if (code === null) return 'The policies were not asked: nothing in it needs a right.\n'
  if (event.principal === null) {
    const known = BY_CODE.get(code)
    return event.access_key === null && known === undefined
      ? `Refused before it was known who sent it: the request itself is not right${codeAndDetail(event)}.\n${ADVICE(event)}`
      : `Refused because it was not proved who sent it: ${known ?? shown(code)}.\n${detailLine(event)}${ADVICE(event)}`
  }
  return `Refused before the policies were asked, for what it asks or how${codeAndDetail(event)}.\n${ADVICE(event)}`
}

function detailLine({ detail }: Partial<AuditEvent>): string {
  return detail === null || detail === undefined ? '' : `In detail: ${shown(detail)}.\n`
}
