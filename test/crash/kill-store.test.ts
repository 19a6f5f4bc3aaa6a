import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Journal } from '../../store/journal.ts'
import type { JournalRecord } from '../../store/records.ts'
import type { Answer } from '../support/exchange.ts'
import type { S3Caller } from '../support/s3-caller.ts'
import { confirmed, EMPTY, filesOf, type KeyState } from './expected-state.ts'
import { KilledStore } from './killed-store.ts'
import { observe, type Place } from './observed-state.ts'
import { type Change, Dice, randomChange } from './random-change.ts'

const KILLS = 50
const SEED = 20_261_123
/** Each changes one key at a time, so that of every key it is known what may be there. */
const WORKERS = 6
const MAX_ACKNOWLEDGED_BEFORE_KILL = 40
const MAX_WAIT_MS = 30
/** Enough for the store to rewrite its journal. */
const HISTORY_RECORDS = 10_100
const PLAIN = 'plain'
const VERSIONED = 'versioned'

interface TrackedKey {
  readonly place: Place
  state: KeyState
  /** The change that was not answered. */
  pending: Change | undefined
}

let folder = ''
let store: KilledStore
const dice = new Dice(SEED)
const workers = Array.from({ length: WORKERS }, (_, worker) => {
  const bucket = worker % 2 === 0 ? PLAIN : VERSIONED
  return ['a', 'b'].map((name): TrackedKey => {
    return { place: { bucket, key: `worker ${worker}/${name}` }, state: EMPTY, pending: undefined }
  })
})
const keys = workers.flat()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's3-store-crash-'))
  store = new KilledStore(folder)
  const caller = await store.start()
  for (const bucket of [PLAIN, VERSIONED]) await caller.makeBucket(bucket)
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  await caller.call({ method: 'PUT', bucket: VERSIONED, query: [['versioning', '']], body })
  await store.kill()
})
afterAll(async () => {
  await store.kill()
  await rm(folder, { recursive: true, force: true })
})

/** Makes changes until the store does not answer any more. */
async function work(caller: S3Caller, own: readonly TrackedKey[], acknowledged: () => void): Promise<void> {
  for (;;) {
    const at = dice.below(own.length)
    const [key, other] = [own[at], own[1 - at]]
    if (key === undefined || other === undefined) return
    const isVersioned = key.place.bucket === VERSIONED
    const change = randomChange(dice, { place: key.place, isVersioned, state: key.state, other })
    key.pending = change
    const answer = await caller.call(change.call).catch(() => undefined)
    if (answer === undefined || !isWhole(answer)) return
    if (answer.status >= 300) throw new Error(`${change.name}: ${answer.status} ${answer.body.toString()}`)
    key.state = change.after(idIn(answer))
    key.pending = undefined
    acknowledged()
  }
}

function isWhole({ status, headers, body }: Answer): boolean {
  return status === 204 || (status > 0 && headers.get('content-length') === String(body.length))
}

function idIn({ headers, body }: Answer): string | undefined {
  return /<UploadId>([^<]*)</.exec(body.toString())?.[1] ?? headers.get('x-amz-version-id')
}

/** Compares all that the store tells with what was acknowledged, and takes over what became of unanswered changes. */
async function verify(caller: S3Caller): Promise<{ readonly made: number; readonly unmade: number }> {
  const counts = { made: 0, unmade: 0 }
  for (const key of keys) {
    const { place, state, pending } = key
    const observed = await observe(caller, place)
    const before = confirmed(state, observed)
    const after = pending && confirmed(pending.after(undefined), observed)
    const found = before ?? after
    if (found === undefined) {
      const told = JSON.stringify({ place, acknowledged: state, unanswered: pending?.name, observed }, undefined, 1)
      throw new Error(`the store lost or invented something: ${told}`)
    }
    if (pending !== undefined) counts[before === undefined ? 'made' : 'unmade'] += 1
    key.state = found
    key.pending = undefined
  }
  expect(await readdir(join(folder, 'tmp'))).toEqual([])
  const files = (await readdir(join(folder, 'data'), { recursive: true })).filter((name) => name.includes('/'))
  expect(files.length).toBe(keys.reduce((sum, { state }) => sum + filesOf(state), 0))
  return counts
}

/** Makes the journal long, so that the store rewrites it at its next change. */
async function addHistory(): Promise<void> {
  const records = Array.from({ length: HISTORY_RECORDS }, (_, i): JournalRecord => {
    return i % 2 === 0
      ? { op: 'bucket-create', bucket: 'history', createdMs: i }
      : { op: 'bucket-delete', bucket: 'history' }
  })
  const journal = await Journal.open(join(folder, 'journal'), 'never', () => undefined)
  await journal.append(records)
  await journal.close()
}

/** Lets all workers change things, and kills the store in the midst of it. */
async function writeUntilKilled(caller: S3Caller): Promise<number> {
  let acknowledged = 0
  const enough = 1 + dice.below(MAX_ACKNOWLEDGED_BEFORE_KILL)
  let killed: Promise<void> | undefined
  const kill = (): Promise<void> => delay(dice.below(MAX_WAIT_MS)).then(() => store.kill())
  const count = (): void => {
    acknowledged += 1
    if (acknowledged >= enough) killed ??= kill()
  }
  await Promise.all(workers.map((own) => work(caller, own, count)))
  await killed
  return acknowledged
}

test(`nothing that was acknowledged is lost and nothing is half there after ${KILLS} kills during writes`, async () => {
  const sums = { acknowledged: 0, made: 0, unmade: 0 }
  for (let round = 0; round < KILLS; round++) {
    if (round % 3 === 2) await addHistory()
    const caller = await store.start()
    const { made, unmade } = await verify(caller)
    sums.made += made
    sums.unmade += unmade
    sums.acknowledged += await writeUntilKilled(caller)
  }
  await verify(await store.start())
  console.log(
    `${KILLS} kills: ${sums.acknowledged} changes acknowledged; of the unanswered ones ${sums.made} made, ${sums.unmade} not`,
  )
  expect(sums.acknowledged).toBeGreaterThan(KILLS)
}, 300_000)
