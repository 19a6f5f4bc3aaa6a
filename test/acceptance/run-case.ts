import type { Answer } from '../support/exchange.ts'
import {
  type AcceptanceCase,
  type BucketState,
  defaultAfter,
  PLAIN_VARIANT,
  type Sent,
  type Variant,
} from './acceptance-case.ts'
import { type NormalAnswer, normalForm, type Placeholders } from './normal-form.ts'
import { type Names, type Server, send } from './side.ts'

/** The backend by itself, and the proxy before it. */
export interface Servers {
  readonly direct: Server
  readonly proxied: Server
}

/** What one side of a case said. */
export interface SideResult {
  readonly raw: Answer
  readonly answer: NormalAnswer
  /** What the backend held afterwards, by request. */
  readonly after: readonly (NormalAnswer & { readonly request: string })[]
}

let lastBucket = 0

/** Configurations that the proxy keeps itself: they are set and seen the same way as the case. */
const KEPT_BY_THE_PROXY = /^(?:policy|policyStatus|publicAccessBlock|cors)$/

/** Runs a case on buckets of its own: the stage is set and looked at directly, only the case's request goes to `server`. */
export async function runSide(
  servers: Servers,
  server: Server,
  item: AcceptanceCase,
  variant: Variant,
): Promise<SideResult> {
  lastBucket += 1
  const serial = String(lastBucket).padStart(6, '0')
  const names: Names = new Map([
    ['bucket', `acceptance-one-${serial}`],
    ['other', `acceptance-two-${serial}`],
  ])
  const stage = (sent: Sent) => {
    const isOwnWay = sent.way !== undefined || KEPT_BY_THE_PROXY.test(sent.query ?? '')
    return isOwnWay ? send(server, variant, sent, names) : send(servers.direct, PLAIN_VARIANT, sent, names)
  }
  await makeBucket(stage, '{bucket}', item.bucket ?? 'plain')
  await makeBucket(stage, '{other}', item.other ?? 'absent')
  for (const sent of item.given ?? []) {
    const answer = await stage(sent)
    if (answer.status >= 400 || answer.status === 0)
      throw new Error(`the stage could not be set: ${describe(sent)}: ${answer.status} ${answer.body.toString()}`)
  }
  const raw = await send(server, variant, item.send, names)
  const placeholders = placeholdersOf(names)
  const after: (NormalAnswer & { request: string })[] = []
  for (const sent of item.after ?? defaultAfter(item.send)) {
    const answer = await stage(sent)
    after.push({ request: describe(sent), ...normalForm(answer, sent.method, placeholders) })
  }
  return { raw, answer: normalForm(raw, item.send.method, placeholders), after }
}

/** `GET {bucket}/key?query`. */
function describe({ method, bucket = '{bucket}', key, query }: Sent): string {
  return `${method} ${bucket}${key === undefined ? '' : `/${key}`}${query === undefined ? '' : `?${query}`}`
}

async function makeBucket(stage: (sent: Sent) => Promise<Answer>, bucket: string, state: BucketState): Promise<void> {
  if (state === 'absent') return
  const headers = state === 'locked' ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {}
  const made = await stage({ method: 'PUT', bucket, headers })
  if (made.status !== 200) throw new Error(`no bucket ${bucket}: ${made.status} ${made.body.toString()}`)
  if (state !== 'versioned') return
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  const set = await stage({ method: 'PUT', bucket, query: 'versioning', body })
  if (set.status !== 200) throw new Error(`no versioning: ${set.status} ${set.body.toString()}`)
}

/** Longer texts first, so that none is cut up by a shorter one within it. */
function placeholdersOf(names: Names): Placeholders {
  const pairs = [...names].map(([name, text]) => [text, `{${name}}`] as const).filter(([text]) => text.length > 3)
  return { names: new Map(pairs.toSorted(([a], [b]) => b.length - a.length)) }
}
