import type { AuditEvent } from '../audit/event.ts'
import { auditFiles, readEvents } from '../audit/read-events.ts'
import { type CanonicalDifference, canonicalDifferences } from './canonical-differences.ts'
import { type ClientRequest, signedAt } from './client-request.ts'
import { type ReceivedLines, receivedLines } from './received-lines.ts'

/** A refused request of which it was recorded what arrived. */
export interface FailedRequest {
  readonly event: AuditEvent
  readonly lines: ReceivedLines
}

/** A request as the client tells of it beside the one that arrived. */
export interface ComparedRequest {
  readonly client: ClientRequest
  readonly failed: FailedRequest
  readonly differences: readonly CanonicalDifference[]
}

/** What the audit files hold that may be compared. */
export interface FoundRequests {
  /** How many requests there are of which it was recorded what arrived. */
  readonly recorded: number
  readonly newest: FailedRequest | undefined
  /** Those that may be one of the client's. */
  readonly matching: readonly { readonly client: ClientRequest; readonly failed: FailedRequest }[]
}

/** Marks the events that have it recorded; searched for without reading the JSON. */
const NEEDLE = '"canonical_request"'

/** Looks for the requests that a client tells of: those of the same moment, and of the same key where it names one. */
export async function findFailed(paths: readonly string[], clients: readonly ClientRequest[]): Promise<FoundRequests> {
  const matching: { readonly client: ClientRequest; readonly failed: FailedRequest }[] = []
  let newest: FailedRequest | undefined
  let recorded = 0
  for (const path of paths) {
    for (const file of await auditFiles(path)) {
      for await (const event of readEvents(file, NEEDLE)) {
        const lines = receivedLines(event.received)
        if (lines === undefined) continue
        const failed = { event, lines }
        recorded += 1
        if (newest === undefined || event.time >= newest.event.time) newest = failed
        matching.push(...clients.filter((client) => mayBe(client, failed)).map((client) => ({ client, failed })))
      }
    }
  }
  return { recorded, newest, matching }
}

function mayBe(client: ClientRequest, { event, lines }: FailedRequest): boolean {
  const at = signedAt(client)
  if (client.accessKey !== undefined && client.accessKey !== event.access_key) return false
  return at === undefined || at === lines.timestamp
}

/** The newest of the matching requests; of several of one moment the one that says it is this one, or that differs least. */
export function newestMatch({ matching }: FoundRequests): ComparedRequest | undefined {
  return matching
    .map(({ client, failed }) => compared(client, failed))
    .sort(
      (a, b) =>
        order(b.failed.lines.timestamp, a.failed.lines.timestamp) ||
        likeness(b) - likeness(a) ||
        a.differences.length - b.differences.length ||
        order(b.failed.event.time, a.failed.event.time),
    )[0]
}

/** Of what a client tells, that which is most likely that request. */
export function closestTo(failed: FailedRequest, clients: readonly ClientRequest[]): ComparedRequest | undefined {
  const isSameMoment = (client: ClientRequest): number => (signedAt(client) === failed.lines.timestamp ? 0 : 1)
  return clients
    .map((client) => compared(client, failed))
    .sort((a, b) => isSameMoment(a.client) - isSameMoment(b.client) || a.differences.length - b.differences.length)[0]
}

function compared(client: ClientRequest, failed: FailedRequest): ComparedRequest {
  return { client, failed, differences: canonicalDifferences(client, failed.lines) }
}

/** The AWS SDKs give each request an id of its own, which nothing on the way changes. */
function likeness({ client, failed }: ComparedRequest): -1 | 0 | 1 {
  const ids = [client, failed.lines].map(({ headers }) => headers.get('amz-sdk-invocation-id'))
  if (ids.includes(undefined)) return 0
  return ids[0] === ids[1] ? 1 : -1
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
