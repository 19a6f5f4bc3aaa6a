import { afterAll, beforeAll, expect, test } from 'vitest'
import { formBy } from '../support/browser-form.ts'
import { REGION, Stage } from '../support/proxy-in-process.ts'
import { sha256Hex } from '../support/signer.ts'
import { type Order, presignedBy, signedBy, uploadBy, withHeaders, type Pair } from '../support/wire-requests.ts'
import type { Unsigned } from './carriers.ts'
import { UsersByPolicy } from './users-by-policy.ts'

// The condition keys that every request has: who asks, when, from where, how it was signed. Written from AWS's pages "AWS
// global condition context keys" and "Signature Version 4 authentication specific policy keys".

type Condition = readonly [operator: string, key: string, value: string]

interface Row {
  readonly what: string
  readonly request: Unsigned
  readonly met: Condition
  readonly unmet: Condition
  /** Default: plain TCP. */
  readonly over?: 'tls'
}

const users = new UsersByPolicy()
const MINUTES_MS = 60_000
const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTES_MS)
const get =
  (order: Order = {}): Unsigned =>
  (user) =>
    signedBy(user, order)
const saying =
  (...pairs: readonly Pair[]): Unsigned =>
  (user) =>
    withHeaders(signedBy(user), ...pairs)
const old = (user: Parameters<Unsigned>[0]) => presignedBy(user, { date: ago(5) }, 3_600)
const elsewhere: Unsigned = (user) => signedBy({ ...user, region: 'us-east-1' })

/** A value that is met, and one that is not, of the same operator. */
const row = (
  what: string,
  request: Unsigned,
  key: string,
  [met, unmet]: readonly [string, string],
  operator = 'StringEquals',
): Row => ({
  what,
  request,
  met: [operator, key, met],
  unmet: [operator, key, unmet],
})

const YEAR = new Date().getUTCFullYear()
const ROWS: readonly Row[] = [
  row(
    'a request of its time',
    get(),
    'aws:CurrentTime',
    [`${YEAR - 1}-01-01T00:00:00Z`, `${YEAR + 2}-01-01`],
    'DateGreaterThan',
  ),
  row('a request of its time', get(), 'aws:EpochTime', ['1700000000', '4000000000'], 'DateGreaterThan'),
  row('a request without a proxy', get(), 'aws:SourceIp', ['127.0.0.0/8', '203.0.113.0/24'], 'IpAddress'),
  row(
    'a request by a trusted proxy',
    saying(['x-forwarded-for', '198.51.100.1, 203.0.113.9']),
    'aws:SourceIp',
    ['203.0.113.9', '198.51.100.1'],
    'IpAddress',
  ),
  row(
    'a request by a trusted proxy',
    saying(['x-forwarded-for', '2001:db8::1']),
    'aws:SourceIp',
    ['2001:db8::/32', '127.0.0.1'],
    'IpAddress',
  ),
  row('a request over plain TCP', get(), 'aws:SecureTransport', ['false', 'true'], 'Bool'),
  row(
    'a request that came to a trusted proxy by https',
    saying(['x-forwarded-proto', 'https'], ['x-forwarded-for', '203.0.113.9']),
    'aws:SecureTransport',
    ['true', 'false'],
    'Bool',
  ),
  { ...row('a request over TLS', get(), 'aws:SecureTransport', ['true', 'false'], 'Bool'), over: 'tls' },
  { ...row('a request over TLS', get(), 's3:TlsVersion', ['1.2', '1.4'], 'NumericGreaterThanEquals'), over: 'tls' },
  row(
    'a program that tells its name',
    saying(['user-agent', 'backup/2.1']),
    'aws:UserAgent',
    ['backup/*', 'Backup/*'],
    'StringLike',
  ),
  row(
    'a page that is told',
    saying(['referer', 'https://site.example/a']),
    'aws:Referer',
    ['https://site.example/*', 'https://evil.example/*'],
    'StringLike',
  ),
  row('a user', get(), 'aws:PrincipalType', ['User', 'Anonymous']),
  row('a user', get(), 'aws:PrincipalAccount', ['000000000000', '111122223333']),
  row(
    'a user',
    get(),
    'aws:PrincipalArn',
    ['arn:aws:iam::000000000000:user/rightskey*', 'arn:aws:iam::111122223333:user/*'],
    'ArnLike',
  ),
  row('a user', get(), 'aws:username', ['rightskey*', 'alice'], 'StringLike'),
  row('a user', get(), 'aws:userid', ['rightskey*', 'alice'], 'StringLike'),
  row('a user', get(), 'aws:PrincipalIsAWSService', ['false', 'true'], 'Bool'),
  row('a user', get(), 'aws:ViaAWSService', ['false', 'true'], 'Bool'),
  row('a bucket', get(), 'aws:ResourceAccount', ['000000000000', '111122223333']),
  row('a bucket', get(), 's3:ResourceAccount', ['000000000000', '111122223333']),
  row('a signature for another accepted region', elsewhere, 'aws:RequestedRegion', ['us-east-1', REGION]),
  row('a signature', get(), 'aws:RequestedRegion', [REGION, 'us-east-1']),
  row('a signature in the header', get(), 's3:authType', ['REST-HEADER', 'REST-QUERY-STRING']),
  row('a presigned URL', (user) => presignedBy(user), 's3:authType', ['REST-QUERY-STRING', 'REST-HEADER']),
  row('a form', (user) => formBy(user), 's3:authType', ['POST', 'REST-HEADER']),
  row('a signature in the header', get(), 's3:signatureversion', ['AWS4-HMAC-SHA256', 'AWS']),
  row('a presigned URL', (user) => presignedBy(user), 's3:signatureversion', ['AWS4-HMAC-SHA256', 'AWS']),
  row('a form', (user) => formBy(user), 's3:signatureversion', ['AWS4-HMAC-SHA256', 'AWS']),
  row('a presigned URL of five minutes ago', old, 's3:signatureAge', ['360000', '240000'], 'NumericLessThan'),
  row(
    'a form of five minutes ago',
    (user) => formBy(user, { date: ago(5) }),
    's3:signatureAge',
    ['360000', '240000'],
    'NumericLessThan',
  ),
  row('a signature in the header, which has no age', get(), 's3:signatureAge', ['true', 'false'], 'Null'),
  row('a body with its digest', get({ method: 'PUT', body: 'x' }), 's3:x-amz-content-sha256', [
    sha256Hex('x'),
    'UNSIGNED-PAYLOAD',
  ]),
  row('a body without a digest', (user) => uploadBy(user, { mode: 'UNSIGNED-PAYLOAD' }), 's3:x-amz-content-sha256', [
    'UNSIGNED-PAYLOAD',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  ]),
  row('a body in signed chunks', (user) => uploadBy(user, { mode: 'signed chunks' }), 's3:x-amz-content-sha256', [
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'UNSIGNED-PAYLOAD',
  ]),
]

const CASES = ROWS.map((each) => {
  const made = ([operator, key, value]: Condition) => {
    const Condition = { [operator]: { [key]: value } }
    return each.request(users.having({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition }))
  }
  return { ...each, met: made(each.met), unmet: made(each.unmet), name: each.met.slice(0, 2).join(' ') }
})

const stages = new Map<string, Stage>()
beforeAll(async () => {
  const more = { server: { trusted_proxies: ['127.0.0.0/8'], regions: [REGION, 'us-east-1'] } }
  for (const transport of ['tcp', 'tls'] as const) {
    stages.set(transport, await Stage.start({ extraUsers: users.configured, more, transport }))
  }
})
afterAll(async () => {
  for (const stage of stages.values()) await stage.close()
})

test.each(CASES)('$name holds for $what, and another value does not', async ({ met, unmet, over = 'tcp' }) => {
  const stage = stages.get(over)
  if (stage === undefined) throw new Error(`no stage over ${over}`)
  stage.backend.reset()
  expect((await stage.send(unmet)).outcome).toBe('403 AccessDenied')
  await stage.expectBackendSawNothing()
  expect((await stage.send(met)).outcome).toMatch(/^20[04]$/)
})

test('what somebody who is no trusted proxy says of where a request came from is not believed', async () => {
  const stage = await Stage.start({ extraUsers: users.configured })
  const Condition = { IpAddress: { 'aws:SourceIp': '203.0.113.9' } }
  const user = users.having({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition })
  expect((await stage.send(saying(['x-forwarded-for', '198.51.100.1, 203.0.113.9'])(user))).outcome).toBe(
    '403 AccessDenied',
  )
  await stage.expectBackendSawNothing()
  await stage.close()
})
