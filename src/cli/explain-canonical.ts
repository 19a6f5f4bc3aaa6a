import { readFile } from 'node:fs/promises'
import { auditFiles, findEvent } from '../audit/read-events.ts'
import type { Config } from '../config/config.ts'
import { clientRequests } from './client-requests.ts'
import type { ClientRequest } from './client-request.ts'
import { type Choice, differenceWords } from './difference-words.ts'
import { closestTo, type ComparedRequest, type FailedRequest, findFailed, newestMatch } from './failed-requests.ts'
import { receivedLines } from './received-lines.ts'
import { shown } from './verdict.ts'

/** A client's debug output, the request it may be about, and where the answer goes. */
export interface ExplainCanonicalInput {
  readonly config: Pick<Config, 'file' | 'audit' | 'logging'>
  /** What the client printed. */
  readonly file: string
  /** Undefined: the newest recorded request that fits. */
  readonly requestId: string | undefined
  readonly format: 'json' | 'words'
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

const MAX_FILE_BYTES = 256 * 1024 * 1024

const LOOKED_FOR =
  'no signed request is found in it. What is looked for: a canonical request (method, path, query, headers as name:value, ' +
  'an empty line, their names joined by ";", the payload hash; one line each), as `aws --debug`, boto3 with ' +
  "boto3.set_stream_logger('') and others print it; or the head of a signed request, as `rclone -vv --dump auth`, " +
  '`mc --debug` and `curl -v` print it'

/**
 * `s3-iam-proxy explain --canonical FILE`: what differs between the request that a client signed and the one that arrived.
 * Answers the exit code: 0 when they are the same, 1 when they differ, 2 when there is nothing to compare.
 */
export async function explainCanonical(input: ExplainCanonicalInput): Promise<0 | 1 | 2> {
  const { config, file, format, write, writeError } = input
  try {
    if (config.audit.sinks.length === 0) {
      throw new CannotCompare(`${config.file}: audit.sinks names no file, so nothing is known of requests that were`)
    }
    const clients = await requestsIn(file)
    const { compared, choice } = await found(input, clients)
    write(
      format === 'json' ? `${JSON.stringify(printed(compared, choice))}\n` : differenceWords(compared, file, choice),
    )
    return compared.differences.length === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof CannotCompare)) throw error
    writeError(`${error.message}\n`)
    return 2
  }
}

/** Says in its message why there is nothing to compare. */
class CannotCompare extends Error {}

async function requestsIn(file: string): Promise<readonly ClientRequest[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new CannotCompare(`${file}: ${error instanceof Error ? error.message : 'it cannot be read'}`)
  })
  if (bytes.length > MAX_FILE_BYTES) throw new CannotCompare(`${file}: it is larger than 256 MiB; cut out the request`)
  const clients = clientRequests(bytes)
  if (clients.length === 0) throw new CannotCompare(`${file}: ${LOOKED_FOR}`)
  return clients
}

type Found = { readonly compared: ComparedRequest; readonly choice: Choice }

async function found(input: ExplainCanonicalInput, clients: readonly ClientRequest[]): Promise<Found> {
  const { requestId } = input
  const compared = requestId === undefined ? await newestOf(input, clients) : await namedOf(input, requestId, clients)
  return { compared, choice: requestId === undefined ? 'newest' : 'named' }
}

async function newestOf(
  { config }: ExplainCanonicalInput,
  clients: readonly ClientRequest[],
): Promise<ComparedRequest> {
  const paths = config.audit.sinks.map(({ path }) => path)
  const requests = await findFailed(paths, clients)
  if (requests.newest === undefined) throw new CannotCompare(`${nothingRecorded(paths)}${howToRecord(config)}`)
  const compared = newestMatch(requests)
  if (compared === undefined) {
    const { event, lines } = requests.newest
    throw new CannotCompare(
      `none of the ${requests.recorded} recorded requests is of a moment and key that the file names; the newest is ` +
        `${event.request_id}, signed ${shown(lines.timestamp)} with ${shown(event.access_key ?? '')}: name it to compare it all the same`,
    )
  }
  return compared
}

async function namedOf(
  { config }: ExplainCanonicalInput,
  requestId: string,
  clients: readonly ClientRequest[],
): Promise<ComparedRequest> {
  const compared = closestTo(await namedRequest(config, requestId), clients)
  if (compared === undefined) throw new Error('no request to compare')
  return compared
}

async function namedRequest(config: ExplainCanonicalInput['config'], requestId: string): Promise<FailedRequest> {
  const files = (await Promise.all(config.audit.sinks.map(({ path }) => auditFiles(path)))).flat()
  for (const file of files) {
    const event = await findEvent(file, requestId)
    if (event === undefined) continue
    const lines = receivedLines(event.received)
    if (lines !== undefined) return { event, lines }
    throw new CannotCompare(
      event.error_code === 'SignatureDoesNotMatch'
        ? `what arrived of ${requestId} was not recorded${howToRecord(config)}`
        : `${requestId} was not refused for its signature (${event.error_code ?? 'it succeeded'}): leave --canonical out`,
    )
  }
  throw new CannotCompare(
    `there is no request ${requestId} in ${config.audit.sinks.map(({ path }) => path).join(', ')}`,
  )
}

const nothingRecorded = (paths: readonly string[]): string =>
  `in ${paths.join(', ')} there is no request of which it was recorded what arrived`

/** Forms and the chunks of a body have signatures of their own, which no canonical request belongs to. */
function howToRecord({ logging }: ExplainCanonicalInput['config']): string {
  return logging.debugSignatures
    ? ' (logging.debug_signatures is true: repeat the request; forms and the chunks of a body are not recorded)'
    : ': set logging.debug_signatures: true, start the proxy again, and repeat the request'
}

function printed({ client, failed, differences }: ComparedRequest, choice: Choice) {
  return {
    request_id: failed.event.request_id,
    chosen: choice,
    line: client.line,
    told: client.told,
    same: differences.length === 0,
    differences: differences.map(({ part, name, client: mine, received, cause }) => ({
      part,
      name: name ?? null,
      client: mine ?? null,
      received: received ?? null,
      cause,
    })),
    whole: failed.lines.extent === 'whole',
  }
}
