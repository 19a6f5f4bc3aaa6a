import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuditFacts, auditEvent } from '../audit/event.ts'
import { explainRequest } from './explain-request.ts'
import type { AccessCheck } from '../proof/stages.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-explain-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'audit.jsonl')

const check = (effect: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny', action: string, key: string): AccessCheck => ({
  action,
  resource: `arn:aws:s3:::b/${key}`,
  decision:
    effect === 'ImplicitDeny'
      ? { effect, matched: undefined, missing: 'identity', context: [{ key: 'aws:sourceip', value: ['192.0.2.1'] }] }
      : { effect, matched: { policy: 'P', sid: 'Own', index: 0 } },
})

const base: AuditFacts = {
  eventId: 'e',
  time: new Date('2027-01-01T00:00:00Z'),
  requestId: 'R',
  principal: { type: 'User', name: 'alice', arn: 'a', accountId: '1', tags: new Map() },
  accessKey: { id: 'AK', isKnown: true },
  sourceIp: '192.0.2.1',
  userAgent: 'aws-cli',
  tls: undefined,
  operation: 'GetObject',
  bucket: 'b',
  key: 'k',
  versionId: undefined,
  checks: [],
  status: 403,
  errorCode: 'AccessDenied',
  detail: undefined,
  bytesIn: 0,
  bytesOut: 0,
  durationMs: 1,
  received: undefined,
}

const facts: readonly Partial<AuditFacts>[] = [
  { requestId: 'ALLOWED', status: 200, errorCode: undefined, checks: [check('Allow', 's3:GetObject', 'k')] },
  { requestId: 'MISSING', checks: [check('ImplicitDeny', 's3:GetObject', 'k')] },
  { requestId: 'DENIED', checks: [check('Allow', 's3:GetObject', 'k'), check('ExplicitDeny', 's3:PutObject', 'k')] },
  {
    requestId: 'MANY',
    operation: 'DeleteObjects',
    checks: [check('ImplicitDeny', 's3:DeleteObject', 'x'), check('ExplicitDeny', 's3:DeleteObject', 'y\u001b[2J')],
  },
  { requestId: 'ANYKEY', operation: 'DeleteObjects', checks: [check('ImplicitDeny', 's3:DeleteObject', '*')] },
  { requestId: 'SIGNATURE', principal: undefined, errorCode: 'SignatureDoesNotMatch' },
  {
    requestId: 'UNKNOWNKEY',
    principal: undefined,
    accessKey: { id: 'secret', isKnown: false },
    errorCode: 'InvalidAccessKeyId',
  },
  {
    requestId: 'SYNTAX',
    principal: undefined,
    accessKey: undefined,
    operation: undefined,
    bucket: undefined,
    key: undefined,
    status: 400,
    errorCode: 'InvalidURI',
  },
  { requestId: 'UNSUPPORTED', status: 501, errorCode: 'NotImplemented' },
  {
    requestId: 'BLOCKED',
    detail: 'public ACLs are blocked\u001b[2J',
    checks: [check('Allow', 's3:PutObjectAcl', 'k')],
  },
  {
    requestId: 'FORGED',
    principal: undefined,
    errorCode: 'SignatureDoesNotMatch',
    detail: 'verifies with another host',
  },
  { requestId: 'BACKEND', status: 503, errorCode: 'ServiceUnavailable', checks: [check('Allow', 's3:GetObject', 'k')] },
]

beforeAll(() => {
  writeFileSync(path, facts.map((each) => `${JSON.stringify(auditEvent({ ...base, ...each }))}\n`).join(''))
})

async function run(requestId: string, format: 'json' | 'words' = 'words', sinks = [{ type: 'file' as const, path }]) {
  const output = { out: '', err: '' }
  const exitCode = await explainRequest({
    config: { file: 'c.yaml', audit: { sinks }, users: [], groups: [], bucketPolicies: [] },
    requestId,
    format,
    write: (text) => void (output.out += text),
    writeError: (text) => void (output.err += text),
  })
  return { exitCode, ...output }
}

test.each([
  ['ALLOWED', 'Allowed: policy P, statement 0 (Sid Own), allows s3:GetObject on arn:aws:s3:::b/k'],
  ['MISSING', 'no statement of the policies of the user alice allows s3:GetObject on arn:aws:s3:::b/k'],
  ['MISSING', '"Action": [\n    "s3:GetObject"\n  ]'],
  ['MISSING', 'aws:SourceIp: 192.0.2.1'],
  ['DENIED', 'policy P, statement 0 (Sid Own), denies s3:PutObject'],
  ['MANY', 'ExplicitDeny by policy P, statement 0: s3:DeleteObject on arn:aws:s3:::b/y\\u001b[2J'],
  ['ANYKEY', 'on no key of the bucket at all'],
  ['ANYKEY', '"arn:aws:s3:::b/*"'],
  ['SIGNATURE', 'not proved who sent it: the signature is wrong'],
  ['UNKNOWNKEY', '(key secr)'],
  ['UNKNOWNKEY', 'no user has this access key'],
  ['SYNTAX', 'the request itself is not right (InvalidURI)'],
  ['UNSUPPORTED', 'before the policies were asked, for what it asks or how (NotImplemented)'],
  ['BACKEND', 'It was allowed, and failed by what came after'],
  ['BLOCKED', 'its body, the proxy, or the backend (AccessDenied): public ACLs are blocked\\u001b[2J.\n'],
  ['FORGED', 'In detail: verifies with another host.\n'],
])('the request %s is told in plain words: %s', async (requestId, expected) => {
  const { exitCode, out } = await run(requestId)
  expect(exitCode).toBe(0)
  expect(out).toContain(expected)
})

test('JSON has the decision, what matched or is missing, and the event', async () => {
  const { out } = await run('MISSING', 'json')
  expect(JSON.parse(out)).toMatchObject({
    request_id: 'MISSING',
    decision: 'ImplicitDeny',
    matched: null,
    missing: { in: 'identity', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
    event: { request_id: 'MISSING', status: 403 },
  })
  expect(JSON.parse((await run('SIGNATURE', 'json')).out)).toMatchObject({ decision: 'None', matched: null })
})

test('a request that is not there ends with 1, and a configuration without audit files with 2', async () => {
  expect(await run('NOTTHERE')).toMatchObject({
    exitCode: 1,
    out: '',
    err: `there is no request NOTTHERE in ${path}\n`,
  })
  expect((await run('X', 'words', [{ type: 'file', path: join(folder, 'no') }])).err).toContain('(not there)')
  expect(await run('ALLOWED', 'words', [])).toMatchObject({ exitCode: 2 })
})
