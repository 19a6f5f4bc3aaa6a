import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../src/audit/event.ts'
import { Random } from '../fuzz/random.ts'
import { executedRequest } from '../support/executed-request.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import { type RandomOrder, randomOrder } from '../support/random-orders.ts'
import type { BackendRequest } from '../support/recording-backend.ts'
import type { SigningKey } from '../support/signer.ts'
import { signedBy, wireBytes } from '../support/wire-requests.ts'

// What was authorised is what is carried out: random requests, read again at the backend by a reader of its own, and held
// against the audit events. AUTHORISED_SEED and AUTHORISED_REQUESTS ask for others, and for more.

const SEED = Number(process.env['AUTHORISED_SEED'] ?? 20261126)
const REQUESTS = Number(process.env['AUTHORISED_REQUESTS'] ?? 700)

/** Reads by which the proxy finds out what it answers itself. */
const ASKED_FIRST: ReadonlySet<string> = new Set(['CreateBucket', 'GetBucketLocation'])

interface Done {
  readonly order: RandomOrder
  readonly event: AuditEvent
  readonly outcome: string
  readonly backend: readonly BackendRequest[]
}

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())

/** Sends them all, one after the other. */
async function carriedOut(user: SigningKey, seed: number): Promise<Done[]> {
  const before = stage.auditLines().length
  const done: Omit<Done, 'event'>[] = []
  let connection = await stage.connect()
  for (let number = 0; number < REQUESTS; number++) {
    const order = randomOrder(new Random(seed, number))
    stage.backend.reset()
    await connection.write(wireBytes(signedBy(user, order)))
    const answer = await connection.answer(order.method)
    done.push({ order, outcome: answer?.outcome ?? 'closed', backend: [...stage.backend.requests] })
    if (answer?.headers.get('connection') !== 'close') continue
    connection.destroy()
    connection = await stage.connect()
  }
  connection.destroy()
  const events = stage.events().slice(before)
  expect(events.length).toBe(REQUESTS)
  return done.map((one, i) => ({ ...one, event: events[i] as AuditEvent }))
}

const rightsOf = ({ checks }: AuditEvent): string[] =>
  checks.filter(({ decision }) => decision === 'Allow').map(({ action, resource }) => `${action} ${resource}`)

const meant = ({ operation, bucket, key, versionId }: RandomOrder): string =>
  JSON.stringify([operation, bucket, key, versionId])

/** What is wrong with a request that was let through; undefined when it did what was authorised and meant, and nothing else. */
function faultOf({ order, event, backend }: Done): string | undefined {
  const { operation, bucket, key, version_id: version } = event
  const audited = JSON.stringify([operation, bucket, key ?? undefined, version ?? undefined])
  if (audited !== meant(order)) return `audited ${audited}`
  if (event.decision !== 'Allow') return backend.length === 0 ? undefined : 'refused, and the backend was asked'
  const faults = backend.map((request) => faultOfExecuted(request, order, rightsOf(event)))
  return faults.find((fault) => fault !== undefined)
}

function faultOfExecuted(request: BackendRequest, order: RandomOrder, granted: readonly string[]): string | undefined {
  const { operation, bucket, key, versionId, source, rights } = executedRequest(request)
  if (ASKED_FIRST.has(order.operation) && operation === 'HeadBucket' && bucket === order.bucket) return undefined
  const did = JSON.stringify([operation, bucket, key, versionId])
  if (did !== meant(order)) return `did ${did}`
  const from = source === undefined ? undefined : decodeURIComponent(source)
  if (from !== order.source) return `source ${from}`
  const missing = rights.find(({ action, resource }) => !granted.includes(`${action} ${resource}`))
  return missing === undefined ? undefined : `${missing.action} on ${missing.resource} was not asked`
}

const told = ({ order, outcome, backend }: Done): string =>
  JSON.stringify({ order, outcome, backend: backend.map(({ method, target }) => `${method} ${target}`) })

describe.each([
  ['somebody with all rights', ROOT, SEED],
  ['somebody with one bucket', ALICE, SEED + 1],
] as const)('%s', (_, user, seed) => {
  let done: readonly Done[]
  beforeAll(async () => {
    done = await carriedOut(user, seed)
  }, 120_000)

  test('what reaches the backend is what was meant, what was audited, and what was authorised', () => {
    for (const one of done) {
      const fault = faultOf(one)
      if (fault !== undefined) throw new Error(`seed ${seed}: ${fault}: ${told(one)}`)
    }
  })

  test('each operation was carried out several times, and few requests failed for another reason than rights', () => {
    const allowed = done.filter(({ event }) => event.decision === 'Allow')
    const counts = Map.groupBy(allowed, ({ order }) => order.operation)
    expect(counts.size).toBe(31)
    for (const [operation, list] of counts) expect(`${operation}: ${list.length > 2}`).toBe(`${operation}: true`)
    const odd = done.filter(
      ({ event, outcome }) => event.decision === 'Allow' && !/^2|^409 BucketAlready/.test(outcome),
    )
    expect(odd.map(told)).toEqual([])
  })
})

test('who has one bucket never touches another', async () => {
  for (const { backend, order } of await carriedOut(ALICE, SEED + 2)) {
    for (const request of backend) {
      const { rights } = executedRequest(request)
      for (const { resource } of rights) {
        if (!/^arn:aws:s3:::a-bkt(?:\/|$)/.test(resource)) throw new Error(`${resource}: ${JSON.stringify(order)}`)
      }
    }
  }
}, 120_000)
