import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { asMaster, isAlive } from '../support/backend.ts'
import type { Answer } from '../support/exchange.ts'
import { Lab } from '../support/lab.ts'
import { type RunningProxy, startProxy } from '../support/proxy.ts'
import type { S3Caller } from '../support/s3-caller.ts'
import { DELETING_ROWS, OPERATION_ROWS, type OperationRow, REFUSED_ROWS } from './operation-rows.ts'

const run = inject('run')
const root = { accessKey: 'WILDCARD-ACCESS-KEY', secretKey: 'wildcard-secret-key-0123456789', buckets: ['*'] }

test('the rows are those of the operation table, 1 to 114', () => {
  expect(OPERATION_ROWS.map(({ row }) => row)).toEqual(Array.from({ length: 114 }, (_, i) => i + 1))
})

describe.runIf(run.backend !== undefined).each(['ceph', 'generic'] as const)(
  'every row under profile %s',
  (profile) => {
    const lab = new Lab(run.directory)
    let proxy: RunningProxy
    let master: S3Caller
    beforeAll(async () => {
      if (run.backend === undefined) return
      master = asMaster(run.backend)
      proxy = await startProxy(lab, {
        backend: run.backend,
        users: [root],
        scheme: 'http',
        certificates: run.certificates,
        profile,
      })
    })
    afterAll(() => lab.close())

    for (const row of OPERATION_ROWS) {
      const refused = REFUSED_ROWS[profile].has(row.row)
      const outcome = refused ? 'is refused here' : (DELETING_ROWS.get(row.row) ?? 'leaves all there')
      test(`${row.row} ${row.name}: ${refused || outcome === 'leaves all there' ? outcome : `deletes the ${outcome}`}`, async () => {
        const stage = await setStage(master, `row-${row.row}-${profile}`)
        proxy.backendSaw.forget()
        const answers = await perform(proxy.as(root), row, stage)
        const seen = proxy.backendSaw.lines()
        if (refused) {
          expect(seen).toEqual([])
          for (const answer of answers) expect(REFUSALS.get(row.row) ?? [501]).toContain(answer.status)
        } else {
          expectSentAsItself(row, seen)
        }
        await expectStanding(master, row, stage)
        if (run.backend !== undefined) expect(await isAlive(run.backend)).toBe(true)
      })
    }
  },
)

/**
 * Statuses other than 501: no rule allows the preflight, a form is not signed by a header, and WriteGetObjectResponse is
 * not even a bucket's name.
 */
const REFUSALS: ReadonlyMap<number, readonly number[]> = new Map([
  [3, [400, 405, 501]],
  [4, [403]],
  [87, [400]],
])

/** A bucket with two objects and an upload begun, and an empty one: a Ceph deletes a bucket by mistake only when empty. */
interface Stage {
  readonly full: string
  readonly empty: string
  readonly uploadId: string
}

async function setStage(master: S3Caller, stem: string): Promise<Stage> {
  const stage = { full: `${stem}-full`, empty: `${stem}-empty` }
  await master.makeBucket(stage.full)
  await master.makeBucket(stage.empty)
  await master.put(stage.full, 'witness', 'as it was')
  await master.put(stage.full, 'target', 'as it was')
  const begun = await master.call({ method: 'POST', bucket: stage.full, key: 'target', query: [['uploads', '']] })
  return { ...stage, uploadId: /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? '' }
}

async function perform(caller: S3Caller, row: OperationRow, stage: Stage): Promise<Answer[]> {
  const buckets = row.at === 'bucket' ? [stage.full, stage.empty] : [stage.full]
  const answers: Answer[] = []
  for (const bucket of buckets) {
    const fill = (text: string) => text.replaceAll('{bucket}', bucket).replaceAll('{uploadId}', stage.uploadId)
    const query = fill(row.query ?? '')
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('=', 2))
    const path = row.row === 3 ? { path: '/WriteGetObjectResponse' } : {}
    answers.push(
      await caller.call({
        method: row.method,
        ...(row.at === 'service' ? path : { bucket }),
        ...(row.at === 'object' ? { key: 'target' } : {}),
        query: query.map(([name = '', value = '']) => [name, value] as const),
        headers: Object.entries(row.headers ?? {}).map(([name, value]) => [name, fill(value)] as const),
        body: fill(row.body ?? ''),
      }),
    )
  }
  return answers
}

/** Rows that are answered here, once the backend has said that the bucket is there. */
const ASKED_FOR_BY_HEAD: ReadonlySet<number> = new Set([5, 8, 15, 18, 19, 25])

/** The backend saw this operation and, beside reads that decided about it, no other. */
function expectSentAsItself(row: OperationRow, seen: readonly string[]): void {
  const [selector] = (row.query ?? '').split('&').map((pair) => pair.split('=')[0])
  const method = ASKED_FOR_BY_HEAD.has(row.row) ? 'HEAD' : row.method
  const itself = (line: string) => {
    const [sentMethod, target = ''] = line.split(' ')
    const names = (target.split('?')[1] ?? '').split('&').map((pair) => pair.split('=')[0])
    return sentMethod === method && (method === 'HEAD' || selector === '' || names.includes(selector ?? ''))
  }
  expect(seen.filter(itself)).not.toEqual([])
  expect(seen.filter((line) => !itself(line) && !/^(GET|HEAD) /.test(line))).toEqual([])
}

async function expectStanding(master: S3Caller, row: OperationRow, stage: Stage): Promise<void> {
  const deletes = DELETING_ROWS.get(row.row)
  expect(await master.exists(stage.full), 'the full bucket').toBe(true)
  expect((await master.read(stage.full, 'witness')).body.toString()).toBe('as it was')
  expect(await master.exists(stage.empty), 'the empty bucket').toBe(deletes !== 'empty bucket')
  expect(await master.exists(stage.full, 'target'), 'the target').toBe(deletes !== 'target')
}
