import { expect } from 'vitest'
import type { CheckName } from './check-table.ts'
import type { Client, ClientReply, ClientRequest } from './client.ts'
import type { Declare } from './client-checks.ts'
import { type ClientBench, curl } from './client-bench.ts'
import { SYNCED, writeFolder } from './sync-checks.ts'

/** Declares what a user meets on a bucket of others: AccessDenied in the client's words, an untouched backend. */
export function checkRefusals(declare: Declare, client: Client): void {
  const refused = (check: CheckName, request: (bench: ClientBench) => ClientRequest) => {
    // The needed operation is the same for every bench.
    declare(check, [operationOf(check)], async (bench) => {
      const before = await prepare(bench)
      const reply = await bench.stranger.send(request(bench))
      expectDenied(client, reply)
      await expectUntouched(bench, before)
    })
  }
  refused('refused: put', ({ buckets, write }) => ({
    do: 'put',
    bucket: buckets.left,
    key: 'guarded',
    file: write('intruder', 'overwritten'),
  }))
  refused('refused: get', ({ buckets, path }) => ({
    do: 'get',
    bucket: buckets.left,
    key: 'guarded',
    file: path('loot'),
  }))
  refused('refused: list', ({ buckets }) => ({ do: 'list', bucket: buckets.left, prefix: 'guard/' }))
  refused('refused: copy', ({ buckets }) => ({
    do: 'copy',
    bucket: buckets.left,
    key: 'guarded',
    toBucket: buckets.other,
    toKey: 'stolen',
  }))
  refused('refused: sync up', ({ buckets, lab }) => {
    const folder = lab.folder('intruder')
    writeFolder(folder, SYNCED)
    return { do: 'syncUp', folder, bucket: buckets.left, prefix: 'guard/' }
  })
  refused('refused: sync down', ({ buckets, lab }) => ({
    do: 'syncDown',
    bucket: buckets.left,
    prefix: 'guard/',
    folder: lab.folder('loot'),
  }))
  refused('refused: delete one', ({ buckets }) => ({ do: 'delete', bucket: buckets.left, key: 'guarded' }))
  refused('refused: delete many', ({ buckets }) => ({
    do: 'deleteMany',
    bucket: buckets.left,
    keys: ['guarded', 'none'],
  }))

  declare('refused: presigned GET', ['presignGet'], async (bench) => {
    const before = await prepare(bench)
    const reply = await bench.stranger.send({ do: 'presignGet', bucket: bench.buckets.left, key: 'guarded' })
    // Some clients ask the server before they presign, and learn it then.
    if (reply.ok) {
      const answer = await curl(bench, reply.url ?? '')
      expect(answer.status).toBe(403)
      expect(answer.text).toContain('<Code>AccessDenied</Code>')
    } else expectDenied(client, reply)
    await expectUntouched(bench, before)
  })

  declare('refused: wrong secret', ['list'], async (bench) => {
    const before = await prepare(bench)
    const reply = await bench.forger.send({ do: 'list', bucket: bench.buckets.left, prefix: 'guard/' })
    if (reply.ok) throw new Error('it was not refused')
    expect(client.forgeries, reply.text).toContain(reply.code)
    await expectUntouched(bench, before)
  })
}

const OPERATIONS: Readonly<Partial<Record<CheckName, ClientRequest['do']>>> = {
  'refused: put': 'put',
  'refused: get': 'get',
  'refused: list': 'list',
  'refused: copy': 'copy',
  'refused: sync up': 'syncUp',
  'refused: sync down': 'syncDown',
  'refused: delete one': 'delete',
  'refused: delete many': 'deleteMany',
}

function operationOf(check: CheckName): ClientRequest['do'] {
  return OPERATIONS[check] ?? 'get'
}

function expectDenied(client: Client, reply: ClientReply): void {
  if (reply.ok) throw new Error('it was not refused')
  expect(client.refusals, reply.text).toContain(reply.code)
}

async function prepare({ master, buckets, proxy }: ClientBench): Promise<string> {
  await master.put(buckets.left, 'guarded', 'as it was')
  const before = await contents(master, buckets)
  proxy.backendSaw.forget()
  return before
}

async function contents(master: ClientBench['master'], buckets: ClientBench['buckets']): Promise<string> {
  return `${await master.snapshot(buckets.left)}\n${await master.snapshot(buckets.other)}`
}

/** Nothing reached the backend but reads of the user's own bucket (rclone looks there first), and nothing changed. */
async function expectUntouched({ master, buckets, proxy }: ClientBench, before: string): Promise<void> {
  const ownReads = new RegExp(`^(HEAD|GET) /${buckets.other}[/?]`)
  expect(proxy.backendSaw.lines().filter((line) => !ownReads.test(line))).toEqual([])
  expect(await contents(master, buckets)).toBe(before)
}
