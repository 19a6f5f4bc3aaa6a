import { childText } from '../s3/bodies/fields.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, readXml } from '../s3/xml-reader.ts'
import type { Backend } from '../upstream/backend.ts'
import { type Send, UpstreamFailure } from '../upstream/send.ts'
import { buildUpstreamRequest } from '../upstream/upstream-request.ts'

/** What to ask, and how. */
export interface StartupCheck {
  readonly backend: Backend
  readonly send: Send
  readonly now: () => Date
}

const TIME_LIMIT_MS = 10_000
const MAX_CLOCK_DIFFERENCE_MS = 60_000
const MAX_BODY_BYTES = 1024 * 1024

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['InvalidAccessKeyId', 'the backend does not know master_credentials.access_key'],
  ['SignatureDoesNotMatch', 'master_credentials.secret_key does not belong to the access key (or the region is wrong)'],
  ['AuthorizationHeaderMalformed', 'the backend does not accept master_credentials.region'],
  ['RequestTimeTooSkewed', "this machine's clock and the backend's differ too much"],
  ['AccessDenied', 'the master key may not list buckets; the proxy needs a key with full rights'],
])

/**
 * Asks the backend for its list of buckets with the master key, and says what is wrong with key, region, clock or
 * connection: an empty list means nothing. Never throws; the texts name no secret.
 */
export async function checkBackend({ backend, send, now }: StartupCheck): Promise<readonly string[]> {
  const request = { method: 'GET', bucket: undefined, key: undefined, query: [], headers: [], body: undefined }
  try {
    const response = await send(buildUpstreamRequest(request, backend, now()), AbortSignal.timeout(TIME_LIMIT_MS))
    const body = await textOf(response.body)
    return [...clockWarnings(response.headers.get('date'), now()), ...answerWarnings(response.status, body)]
  } catch (error) {
    return [unreachable(backend, error)]
  }
}

function answerWarnings(status: number, body: Buffer): string[] {
  const document = readXml(body, BACKEND_XML_LIMITS)
  if (isXmlProblem(document)) return [`the backend answers status ${status} and no S3 document: is the endpoint right?`]
  if (status === 200) {
    const isList = document.name === 'ListAllMyBucketsResult'
    return isList
      ? []
      : [`the backend answers with <${document.name}>, which is no list of buckets: is the endpoint right?`]
  }
  const code = childText(document, 'Code') ?? 'no code'
  return [MEANINGS.get(code) ?? `the backend refuses the list of buckets: status ${status}, ${code}`]
}

function clockWarnings(date: string | undefined, now: Date): string[] {
  const difference = date === undefined ? Number.NaN : Date.parse(date) - now.getTime()
  if (!(Math.abs(difference) > MAX_CLOCK_DIFFERENCE_MS)) return []
  return [
    `the backend's clock is ${Math.round(difference / 1_000)} s from this machine's; beyond 15 minutes it refuses every request`,
  ]
}

function unreachable(backend: Backend, error: unknown): string {
  const kind = error instanceof UpstreamFailure ? error.kind : 'failed'
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `the backend at ${backend.origin} cannot be asked (${kind}${cause})`
}

async function textOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
