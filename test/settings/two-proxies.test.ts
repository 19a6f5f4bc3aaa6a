import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bucketPolicyHistory, bucketPolicyRollback } from '../../src/cli/bucket-policy.ts'
import { errorReply } from '../support/plausible-replies.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { SigningKey } from '../support/signer.ts'
import { type Order, type Pair, signedBy, unsignedRequest } from '../support/wire-requests.ts'

// Proxies that share one state: what a client sets at one of them holds at the others from the next request on.

const folder = mkdtempSync(join(tmpdir(), 's3-two-proxies-'))
const path = join(folder, 'state.sqlite')

let first: Stage
let second: Stage
let reader: Stage
beforeAll(async () => {
  // The one that only reads is there before there is anything to read.
  reader = await Stage.start({ plain: { state: { path, read_only: true } } })
  const plain = { state: { path }, multipart_owner_only: true }
  const users = { bob: { allowed_buckets: ['a-bkt'] } }
  first = await Stage.start({ plain, users })
  second = await Stage.start({ plain, users })
})
afterAll(async () => {
  for (const stage of [first, second, reader]) await stage.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  for (const stage of [first, second, reader]) stage.backend.reset()
})

const outcome = async (stage: Stage, key: SigningKey, order: Order = {}): Promise<string> =>
  (await stage.send(signedBy(key, order))).outcome
const set = (stage: Stage, what: string, body: string): Promise<string> =>
  outcome(stage, ROOT, { method: 'PUT', path: '/a-bkt', query: [[what, '']], body })
const unset = (stage: Stage, what: string): Promise<string> =>
  outcome(stage, ROOT, { method: 'DELETE', path: '/a-bkt', query: [[what, '']] })
const policy = (effect: string, name: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: effect,
        Principal: { AWS: `arn:aws:iam::000000000000:user/${name}` },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::a-bkt/*',
      },
    ],
  })

test('a bucket policy that is set at one holds at the others, and is gone when it is deleted there', async () => {
  for (const stage of [first, second, reader]) expect(await outcome(stage, NOBODY)).toBe('403 AccessDenied')
  expect(await set(first, 'policy', policy('Allow', 'nobody'))).toBe('204')
  for (const stage of [second, reader, first]) expect(await outcome(stage, NOBODY)).toBe('200')
  expect(await set(second, 'policy', policy('Deny', 'alice'))).toBe('204')
  for (const stage of [first, reader, second]) {
    expect(await outcome(stage, NOBODY)).toBe('403 AccessDenied')
    expect(await outcome(stage, ALICE)).toBe('403 AccessDenied')
  }
  expect(await unset(first, 'policy')).toBe('204')
  for (const stage of [second, reader, first]) expect(await outcome(stage, ALICE)).toBe('200')
})

test('a rollback on the command line holds at all of them', async () => {
  await set(first, 'policy', policy('Allow', 'nobody'))
  await set(second, 'policy', policy('Deny', 'alice'))
  const output: string[] = []
  const input = {
    config: { file: 'c.yaml', state: { path, readOnly: false }, bucketPolicies: [] },
    bucket: 'a-bkt',
    write: (text: string) => void output.push(text),
    writeError: (text: string) => void output.push(text),
  }
  expect(bucketPolicyHistory(input)).toBe(0)
  const versions = output.map(
    (line) => JSON.parse(line) as { version: number; policy: string | null; changed_by: string },
  )
  const wanted = versions.findLast((version) => version.policy === policy('Allow', 'nobody'))
  expect(wanted?.changed_by).toBe('arn:aws:iam::000000000000:user/root')
  expect(bucketPolicyRollback({ ...input, version: wanted?.version ?? 0, now: new Date() })).toBe(0)
  for (const stage of [second, reader, first]) {
    expect(await outcome(stage, NOBODY)).toBe('200')
    expect(await outcome(stage, ALICE)).toBe('200')
  }
  await unset(first, 'policy')
})

test('so do a public access block and CORS rules', async () => {
  const everybody = policy('Allow', 'nobody').replace('{"AWS":"arn:aws:iam::000000000000:user/nobody"}', '"*"')
  await set(first, 'policy', everybody)
  const anonymous = async (stage: Stage) => (await stage.send(unsignedRequest())).outcome
  for (const stage of [second, reader]) expect(await anonymous(stage)).toBe('200')
  const block =
    '<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>'
  expect(await set(second, 'publicAccessBlock', block)).toBe('200')
  for (const stage of [first, reader]) expect(await anonymous(stage)).toBe('403 AccessDenied')
  const rules =
    '<CORSConfiguration><CORSRule><AllowedOrigin>https://a.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'
  const preflight: Pair[] = [
    ['origin', 'https://a.example'],
    ['access-control-request-method', 'GET'],
  ]
  const asked = async (stage: Stage) =>
    (await stage.send(unsignedRequest({ method: 'OPTIONS', headers: preflight }))).status
  for (const stage of [first, second, reader]) expect(await asked(stage)).toBe(403)
  expect(await set(first, 'cors', rules)).toBe('200')
  for (const stage of [second, reader, first]) expect(await asked(stage)).toBe(200)
  for (const what of ['policy', 'publicAccessBlock', 'cors']) expect(await unset(second, what)).toBe('204')
  for (const stage of [first, reader]) expect(await asked(stage)).toBe(403)
})

test('an upload that was begun at one is its owner’s at the other, and nobody else’s', async () => {
  const part: Order = {
    method: 'PUT',
    query: [
      ['partNumber', '1'],
      ['uploadId', 'up1'],
    ],
    body: 'x',
  }
  expect(await outcome(first, ALICE, { method: 'POST', query: [['uploads', '']] })).toBe('200')
  expect(await outcome(second, BOB, part)).toBe('403 AccessDenied')
  await second.expectBackendSawNothing()
  expect(await outcome(second, ALICE, part)).toBe('200')
})

test('a bucket that is deleted at one loses its policy at the other, one that cannot be deleted keeps it', async () => {
  await set(first, 'policy', policy('Allow', 'nobody'))
  second.backend.script = ({ method }) =>
    method === 'DELETE' ? { bytes: errorReply(409, 'BucketNotEmpty') } : undefined
  expect(await outcome(second, ROOT, { method: 'DELETE', path: '/a-bkt' })).toBe('409 BucketNotEmpty')
  expect(await outcome(first, NOBODY)).toBe('200')
  second.backend.reset()
  expect(await outcome(second, ROOT, { method: 'PUT', path: '/a-bkt' })).toBe('409 BucketAlreadyOwnedByYou')
  expect(await outcome(first, NOBODY)).toBe('200')
  expect(await outcome(second, ROOT, { method: 'DELETE', path: '/a-bkt' })).toBe('204')
  for (const stage of [first, reader, second]) expect(await outcome(stage, NOBODY)).toBe('403 AccessDenied')
})

test('one that only reads refuses every change with 501, and asks the backend for none', async () => {
  for (const what of ['policy', 'publicAccessBlock', 'cors']) {
    expect(await set(reader, what, '{}')).toBe('501 NotImplemented')
    expect(await unset(reader, what)).toBe('501 NotImplemented')
  }
  await reader.expectBackendSawNothing()
})
