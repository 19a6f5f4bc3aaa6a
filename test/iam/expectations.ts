import { expect } from 'vitest'
import type { AuditEvent } from '../../src/audit/event.ts'
import type { PrintedMissing } from '../../src/cli/verdict.ts'
import type { Outcome } from './bench.ts'
import { type Call, NEW_TEXT } from './calls.ts'
import { CLIENTS } from './clients.ts'
import type { Explained } from './explainer.ts'
import type { Reply } from './iam-client.ts'
import type { ClientName, Details, Explanation, Holder } from './rows.ts'
import type { StoredState } from './stored-state.ts'

/** The row as one client runs it. */
export interface Expected {
  readonly client: ClientName
  readonly caller: string
  readonly call: Call
  readonly details: Details
}

/** The client shows success, and what it asked for has happened. */
export async function expectDone({ call, details }: Expected, { reply, backendSaw }: Outcome, stored: StoredState) {
  if (!reply.ok) throw new Error(`refused: ${reply.code}: ${reply.text}`)
  const { answer } = reply
  expect(errorsIn(answer)).toEqual([])
  if (details.shows !== undefined) expect(namesIn(answer)).toEqual([...details.shows].sort())
  if (details.answers !== undefined) expect(answer).toMatchObject(details.answers)
  if (details.backendSees !== undefined) expect(backendSaw).toEqual(details.backendSees)
  await expectEffect(call, answer, stored)
}

async function expectEffect({ op, params }: Call, answer: Readonly<Record<string, unknown>>, stored: StoredState) {
  const path = `${String(params['Bucket'])}/${String(params['Key'])}`
  switch (op) {
    case 'get_object':
    case 'presigned_get': {
      const text = stored.storedText(path, params['VersionId'])
      if (text !== undefined) expect(answer['Body']).toBe(text)
      return
    }
    case 'put_object':
    case 'presigned_put':
      expect(await stored.textAt(path)).toBe(NEW_TEXT)
      return
    case 'upload':
      expect((await stored.textAt(path))?.length).toBeGreaterThan(1_000_000)
      return
    case 'copy_object': {
      const source = params['CopySource']
      if (typeof source === 'string') expect(await stored.textAt(path)).toBe(stored.storedText(source, undefined))
      return
    }
    case 'delete_object':
      if (params['VersionId'] === undefined) expect(await stored.textAt(path)).toBeUndefined()
      return
    default:
  }
}

/** The client shows a refusal in its own words. */
export function expectRefused({ client, call, details }: Expected, reply: Reply): void {
  if (call.op === 'delete_objects' && reply.ok) {
    const { Objects } = call.params['Delete'] as { Objects: readonly { Key: string }[] }
    const removed = new Set((details.butRemoves ?? []).map((path) => path.slice(path.indexOf('/') + 1)))
    const left = Objects.map(({ Key }) => Key).filter((key) => !removed.has(key))
    expect(errorsIn(reply.answer)).toEqual(left.map((key) => `${key} AccessDenied`))
    return
  }
  if (reply.ok) throw new Error(`it was not refused: ${JSON.stringify(reply.answer)}`)
  const codes = details.code === undefined ? CLIENTS[client].refusals : [details.code]
  expect(codes, reply.text).toContain(reply.code)
}

/** Nothing reached the backend but what the row names; of rclone, which asks twice, also reads that the policies allow. */
export function expectBackendSaw({ client, details }: Expected, { backendSaw, events }: Outcome): void {
  const allowed = events
    .filter(({ decision }) => decision === 'Allow')
    .map(({ bucket, key }) => `/${bucket}${key === null ? '' : `/${key}`}`)
  const isAllowedRead = (line: string): boolean =>
    allowed.some((path) => [`HEAD ${path}`, `GET ${path}`].some((read) => line === read || line.startsWith(`${read}?`)))
  const seen = client === 'rclone' ? [...new Set(backendSaw.filter((line) => !isAllowedRead(line)))] : backendSaw
  expect(seen).toEqual(details.backendSees ?? [])
}

/** The requests of a call that were refused. The client's own id, where it shows one, is among them. */
export function refusedEvents({ client }: Expected, { events, reply }: Outcome): readonly AuditEvent[] {
  const refused = events.filter(
    ({ status, checks }) => status >= 400 || checks.some(({ decision }) => decision !== 'Allow'),
  )
  expect(refused.length, JSON.stringify(events)).toBeGreaterThan(0)
  const shown = reply.requestId ?? undefined
  if (client === 'boto3') expect(refused.map(({ request_id }) => request_id)).toEqual([shown])
  else if (shown !== undefined) expect(refused.map(({ request_id }) => request_id)).toContain(shown)
  return refused
}

/** One of the refused requests is explained as the row says, and all of them are explained. */
export function expectExplained(explained: readonly Explained[], explanation: Explanation, caller: string): Explained {
  for (const { exitCode } of explained) expect(exitCode).toBe(0)
  const found = explained.find((each) => isAsWanted(each, explanation))
  if (found === undefined) {
    const [first] = explained
    expect({ ...first, event: first?.event.context, words: first?.words }).toEqual(explanation)
    throw new Error('it is explained otherwise')
  }
  for (const words of wordsOf(explanation, caller)) expect(found.words).toContain(words)
  expectProposal(found, explanation)
  return found
}

function isAsWanted({ decision, matched, missing, event }: Explained, wanted: Explanation): boolean {
  if (decision !== wanted.decision) return false
  if ('words' in wanted) return true
  if (!Object.entries(wanted.context).every(([key, value]) => isRead(event.context[key], value))) return false
  if (wanted.decision === 'ExplicitDeny') return matched?.policy === wanted.policy && matched.sid === wanted.sid
  const { in: place, action, resource } = missing ?? {}
  return place === wanted.in && action === wanted.action && resource === wanted.resource
}

function isRead(values: readonly string[] | null | undefined, wanted: string | RegExp | null): boolean {
  if (wanted === null) return values === null
  const value = values?.join(' ')
  return typeof wanted === 'string' ? value === wanted : value !== undefined && wanted.test(value)
}

function shown(value: string | RegExp | null): string {
  return value === '' ? '""' : String(value ?? 'absent')
}

function wordsOf(wanted: Explanation, caller: string): readonly string[] {
  switch (wanted.decision) {
    case 'ExplicitDeny':
      return [`policy ${wanted.policy}, statement `, `(Sid ${wanted.sid}), denies `, 'No Allow outweighs a Deny']
    case 'ImplicitDeny': {
      const known = Object.entries(wanted.context).filter(([, value]) => !(value instanceof RegExp))
      const keys = known.map(([key, value]) => `${key}: ${shown(value)}\n`)
      return [`${HOLDERS[wanted.in](caller.split(':')[0] ?? '')} ${wanted.action} on ${wanted.resource}.`, ...keys]
    }
    default:
      return [wanted.words]
  }
}

const HOLDERS: Readonly<Record<Holder, (user: string) => string>> = {
  identity: (user) => `no statement of the policies of the user ${user} allows`,
  identity_and_boundary: (user) =>
    `no statement of the policies of the user ${user}, nor of its permissions boundary, allows`,
  boundary: (user) =>
    `no statement of the permissions boundary of the user ${user}, though another policy does, allows`,
  resource: () => "no statement of the bucket's policy, which alone lets in callers without a key, allows",
  public_access_block: () =>
    "the bucket's policy is public, and a public access block (restrict_public_buckets) keeps it from letting in" +
    ' callers without a key, whom it allows',
}

/** Whether a statement could let the caller in: a policy of a bucket counts or not, and is not about all buckets. */
export const isProposed = (wanted: Explanation): boolean =>
  wanted.decision === 'ImplicitDeny' &&
  wanted.in !== 'public_access_block' &&
  !(wanted.in === 'resource' && wanted.resource === 'arn:aws:s3:::*')

/** The statement names the action and the resource that are missing, for a list the prefix that was asked for, and no more. */
function expectProposal({ missing, event, words }: Explained, wanted: Explanation): void {
  if (missing === null || !isProposed(wanted)) {
    expect(missing?.statement ?? null).toBeNull()
    return
  }
  expect(words).toContain('The smallest statement that would, in ')
  expect(missing.statement).toEqual({
    Effect: 'Allow',
    ...(event.principal?.type === 'Anonymous' ? { Principal: '*' } : {}),
    Action: [missing.action],
    Resource: [missing.resource],
    ...listCondition(missing.action, event.context['s3:prefix'] ?? undefined),
  })
}

function listCondition(action: string, prefix: readonly string[] | undefined): object {
  if (prefix === undefined) return {}
  const isOfUploads = action === 's3:ListBucketMultipartUploads'
  return {
    Condition: isOfUploads
      ? { StringLike: { 's3:prefix': prefix.map((each) => `${each}*`) } }
      : { StringEquals: { 's3:prefix': prefix } },
  }
}

/** Keys, common prefixes, buckets, tags: whatever an answer names. */
function namesIn(answer: Readonly<Record<string, unknown>>): readonly string[] {
  const fields: readonly (readonly [list: string, ...names: string[]])[] = [
    ['Contents', 'Key'],
    ['Versions', 'Key'],
    ['DeleteMarkers', 'Key'],
    ['Uploads', 'Key'],
    ['CommonPrefixes', 'Prefix'],
    ['Buckets', 'Name'],
    ['TagSet', 'Key', 'Value'],
  ]
  const found = fields.flatMap(([list, ...names]) =>
    ((answer[list] ?? []) as readonly Record<string, string>[]).map((each) =>
      names.map((name) => each[name]).join('='),
    ),
  )
  return found.sort()
}

/** Of a batch: the keys that failed, with their codes. */
function errorsIn(answer: Readonly<Record<string, unknown>>): readonly string[] {
  return ((answer['Errors'] ?? []) as readonly Record<string, string>[]).map(({ Key, Code }) => `${Key} ${Code}`)
}

/** It fails, and not because it may not be. */
export function expectTold(reply: Reply, code: string): void {
  expect(reply).toMatchObject({ ok: false, code })
}

export function expectGone(path: string, text: string | undefined): void {
  expect({ path, text }).toEqual({ path, text: undefined })
}

/** What is stored is as it was. */
export function expectSame(now: string, before: string): void {
  expect(now).toBe(before)
}

export function expectPrinted(
  printed: { readonly exitCode: number | undefined; readonly text: string },
  pattern: RegExp,
) {
  expect(printed).toEqual({ exitCode: 0, text: expect.stringMatching(pattern) as string })
}

export function expectCount(found: readonly unknown[], count: number): void {
  expect(found).toHaveLength(count)
}

/** What was missing is allowed now. */
export function expectLetThrough(events: readonly AuditEvent[], missing: PrintedMissing, call: string): void {
  expect(events.length, call).toBeGreaterThan(0)
  // A list that holds nothing for the caller has no checks; who is not known has none either.
  expect(events.filter(({ decision, status }) => decision === 'None' && status >= 400)).toEqual([])
  const still = events
    .flatMap(({ checks }) => checks)
    .filter(({ decision, action }) => decision !== 'Allow' && action === missing.action)
    .filter(({ resource }) => covers(missing.resource, resource))
  expect(still, call).toEqual([])
}

/** A batch that was refused as a whole is about any key: `arn:aws:s3:::bucket/*`. */
function covers(resource: string, named: string): boolean {
  return resource === named || (resource.endsWith('/*') && named.startsWith(resource.slice(0, -1)))
}
