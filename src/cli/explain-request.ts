import type { AuditEvent } from '../audit/event.ts'
import { auditFiles, findEvent } from '../audit/read-events.ts'
import type { Config } from '../config/config.ts'
import { eventWords, verdictOf } from './event-words.ts'
import { printedVerdict } from './verdict.ts'

/** A request that was, and where the answer goes. */
export interface ExplainRequestInput {
  readonly config: Pick<Config, 'file' | 'audit' | 'users' | 'groups' | 'bucketPolicies'>
  readonly requestId: string
  readonly format: 'json' | 'words'
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/**
 * `s3-iam-proxy explain REQUEST-ID`: what became of a request and why, from the configuration's audit files. Answers the
 * exit code: 0 when it was found, 1 when not, 2 when there are no files to look into.
 */
export async function explainRequest(input: ExplainRequestInput): Promise<0 | 1 | 2> {
  const { config, requestId, format, write, writeError } = input
  if (config.audit.sinks.length === 0) {
    writeError(`${config.file}: audit.sinks names no file, so nothing is known of requests that were\n`)
    return 2
  }
  const files = (await Promise.all(config.audit.sinks.map(({ path }) => auditFiles(path)))).flat()
  for (const file of files) {
    const event = await findEvent(file, requestId)
    if (event === undefined) continue
    write(format === 'json' ? `${JSON.stringify(printedEvent(event))}\n` : eventWords(event, config))
    return 0
  }
  const looked = files.length === 0 ? config.audit.sinks.map(({ path }) => `${path} (not there)`) : files
  writeError(`there is no request ${requestId} in ${looked.join(', ')}\n`)
  return 1
}

function printedEvent(event: AuditEvent) {
  const verdict = verdictOf(event)
  const none = { decision: 'None', matched: null, missing: null }
  return { request_id: event.request_id, ...(verdict === undefined ? none : printedVerdict(verdict)), event }
}
