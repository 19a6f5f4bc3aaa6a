import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { consoleLine } from '../../src/telemetry/console-line.ts'
import { formBy } from '../support/browser-form.ts'
import { errorReply, xmlReply } from '../support/plausible-replies.ts'
import { freePort } from '../support/ports.ts'
import { ALICE, MASTER, ROOT, Stage } from '../support/proxy-in-process.ts'
import { encode } from '../support/signer.ts'
import {
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  unsignedRequest,
  type WireRequest,
  wireBytes,
  withHeaders,
} from '../support/wire-requests.ts'

// What is written of requests, for operators and for the record: one line each, nothing that a client could forge,
// nothing that could be used again.

let stage: Stage
let adminPort: number
beforeAll(async () => {
  adminPort = await freePort()
  stage = await Stage.start({ more: { admin: { listen_addr: `127.0.0.1:${adminPort}` } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

/** The log lines and the audit lines of what is done meanwhile, as they were written. */
async function written(
  act: () => Promise<unknown>,
): Promise<{ readonly log: readonly string[]; readonly audit: readonly string[] }> {
  const [logged, audited, before] = [stage.logLines.length, stage.auditLines().length, stage.requestsDone]
  await act()
  // The line is written when the answer has left.
  await stage.untilDone(before)
  return { log: stage.logLines.slice(logged), audit: stage.auditLines().slice(audited) }
}

const FORGED = '{"level":"info","msg":"request","principal":"root","status":200}'
const TRICKS: readonly (readonly [string, string])[] = [
  ['line ends', `k\r\n${FORGED}\r\n`],
  ['a JSON break', `k","principal":"root","x":"`],
  ['terminal escapes', 'k\u001b[2J\u001b[31mred\u001b]0;title\u0007'],
  ['terminal escapes of one character', 'k\u009b2J\u009d0;title\u009c'],
  ['separators of other line readers', 'k\u2028next\u2029\u0085\u000b\u000c'],
  ['marks of direction', 'k\u202etxt.exe\u2066'],
  ['delete and backspace', 'k\u007f\u0008\u0008'],
]
const OBEYED = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

describe('E6', () => {
  const places = (trick: string): readonly (readonly [string, WireRequest])[] => [
    ['a key', signedBy(ALICE, { path: `/a-bkt/${encode(trick)}` })],
    ["another's key", signedBy(ALICE, { path: `/v-bkt/${encode(trick)}` })],
    ['a bucket', signedBy(ALICE, { path: `/${encode(trick)}` })],
    ['a version id', signedBy(ALICE, { query: [['versionId', trick]] })],
    ['a source', signedBy(ALICE, { method: 'PUT', headers: [['x-amz-copy-source', `v-bkt/${encode(trick)}`]] })],
    [
      'a key id',
      unsignedRequest({
        query: [...presigning(), ['X-Amz-Credential', `${trick}/20260101/eu-test-1/s3/aws4_request`]],
      }),
    ],
    ['signed headers', unsignedRequest({ query: [...presigning(), ['X-Amz-SignedHeaders', trick]] })],
    ['a browser form', formBy(ALICE, { fields: [['key', trick.replace(/[\r\n]/g, '')]] })],
    // As bytes: what HTTP does not allow in a header does not get so far.
    ['a user agent', withHeaders(signedBy(ALICE), ['user-agent', bytesOf(trick.replace(/[\0-\x1f\x7f]/g, ''))])],
    ['a referer', withHeaders(signedBy(ALICE), ['referer', bytesOf(trick.replace(/[\0-\x1f\x7f]/g, ''))])],
  ]
  const bytesOf = (text: string): string => Buffer.from(text).toString('latin1')
  const presigning = (): Pair[] => [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Signature', '0'.repeat(64)],
  ]

  test.each(TRICKS)(
    'E6: %s in what a client sends stay within one line, and are not obeyed by a terminal',
    async (_, trick) => {
      for (const [place, request] of places(trick)) {
        const { log, audit } = await written(() => stage.send(request))
        expect(`${place}: ${log.length} ${audit.length}`).toBe(`${place}: 1 1`)
        for (const line of [...log, ...audit]) {
          expect(line.trimEnd()).not.toMatch(OBEYED)
          expect(line).toMatch(/^\{.*\}\n?$/)
        }
        const record = JSON.parse(log[0] ?? '') as { principal?: unknown; msg: unknown }
        expect([record.msg, record.principal === 'root']).toEqual(['request', false])
        const readable = consoleLine(log[0] ?? '')
        expect(readable.slice(0, -1)).not.toMatch(OBEYED)
        expect(readable.endsWith('\n')).toBe(true)
      }
    },
  )

  test('E6: what is written keeps its meaning: the key in the audit event is the key that was asked for', async () => {
    for (const [, trick] of TRICKS) {
      await stage.send(signedBy(ALICE, { path: `/a-bkt/${encode(trick)}` }))
      expect(stage.lastEvent().key).toBe(trick)
    }
  })

  test('E6: lines have a bound, however much a client sends', async () => {
    const long = 'x'.repeat(12_000)
    for (const request of [
      withHeaders(signedBy(ALICE), ['user-agent', long]),
      unsignedRequest({ path: `/${long}` }),
      unsignedRequest({ path: `/a-bkt/${long}` }),
      unsignedRequest({ query: [['X-Amz-Credential', long]] }),
      unsignedRequest({ query: [[long, long]] }),
    ]) {
      const { log, audit } = await written(() => stage.send(request))
      for (const line of [...log, ...audit]) expect(line.length).toBeLessThan(16_384)
    }
  })
})

describe('E7', () => {
  const CUSTOMER_KEY = Buffer.alloc(32, 'customer').toString('base64')
  const TOKEN = 'FwoGZXIvYXdzEBYaDsessiontoken0123456789'
  const encryption: Pair[] = [
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-server-side-encryption-customer-key', CUSTOMER_KEY],
    ['x-amz-server-side-encryption-customer-key-md5', 'AAAAAAAAAAAAAAAAAAAAAA=='],
  ]
  const sourceEncryption = encryption.map(
    ([name, value]): Pair => [name.replace('x-amz-', 'x-amz-copy-source-'), value],
  )
  const copy: Order = { method: 'PUT', headers: [['x-amz-copy-source', 'a-bkt/k'], ...sourceEncryption] }

  const REQUESTS: readonly (readonly [string, () => WireRequest])[] = [
    ['a presigned URL that works', () => presignedBy(ALICE)],
    ['a presigned URL of somebody without the right', () => presignedBy(ALICE, { path: '/v-bkt/k' })],
    ['a presigned URL that has expired', () => presignedBy(ALICE, { date: new Date(Date.now() - 600_000) })],
    ['a presigned URL that was changed', () => ({ ...presignedBy(ALICE), method: 'DELETE' })],
    ['a presigned URL with a parameter too many', () => presignedBy(ALICE, { query: [['zzz', '1']] })],
    [
      'an Authorization header that cannot be read',
      () =>
        withHeaders(unsignedRequest(), [
          'authorization',
          `AWS4-HMAC-SHA256 Credential=a, Signature=${'ab'.repeat(32)}`,
        ]),
    ],
    ['a password', () => withHeaders(unsignedRequest(), ['authorization', 'Basic YWxpY2U6cGFzc3dvcmQ='])],
    ['an upload with the customer’s key', () => signedBy(ALICE, { method: 'PUT', body: 'x', headers: encryption })],
    ['a download with the customer’s key', () => signedBy(ALICE, { headers: encryption })],
    ['a copy with the customer’s keys', () => signedBy(ALICE, copy)],
    ['a customer’s key in a URL', () => presignedBy(ALICE, { query: encryption })],
    ['a session token', () => presignedBy(ALICE, { query: [['X-Amz-Security-Token', TOKEN]] })],
    ['a browser form', () => formBy(ALICE)],
    ['a browser form that is refused', () => formBy(ALICE, { bucket: 'v-bkt' })],
    [
      'a user who swapped key and secret',
      () => signedBy({ ...ALICE, accessKey: ALICE.secretKey.replaceAll('/', '-') }),
    ],
  ]

  /** All that must not be found again, of a request: whole signatures, keys, tokens, policies, passwords. */
  function secretsIn(request: WireRequest): string[] {
    const text = wireBytes(request).toString('latin1')
    const signatures = [...text.matchAll(/[0-9a-f]{64}/g)].map(([hex]) => hex)
    const policies = [...text.matchAll(/eyJ[A-Za-z0-9+/=]{40,}/g)].map(([policy]) => policy)
    return [
      ...signatures,
      ...policies,
      CUSTOMER_KEY,
      encode(CUSTOMER_KEY),
      TOKEN,
      'YWxpY2U6',
      ALICE.secretKey.replaceAll('/', '-'),
    ]
  }

  test.each(REQUESTS)('E7: nothing in log or audit of %s can be used again', async (_, make) => {
    const request = make()
    for (const reply of [undefined, errorReply(403, 'AccessDenied'), errorReply(500, 'InternalError')]) {
      stage.backend.script = reply === undefined ? undefined : () => ({ bytes: reply })
      const { log, audit } = await written(() => stage.send(request))
      expect([log.length > 0, audit.length]).toEqual([true, 1])
      for (const line of [...log, ...audit]) {
        for (const secret of secretsIn(request)) expect(line).not.toContain(secret)
        for (const secret of [MASTER.accessKey, MASTER.secretKey, ALICE.secretKey]) expect(line).not.toContain(secret)
      }
    }
  })
})

describe('E8', () => {
  const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  const seriesOf = (text: string): string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('s3_iam_proxy_'))
      .map((line) => line.replace(/ [^ ]+$/, ''))

  test('E8: no bucket, key, key id, method or parameter becomes a label, and the number of series stays as it is', async () => {
    const hammer = async (word: string): Promise<void> => {
      for (const request of [
        unsignedRequest({ path: `/${word}/k` }),
        signedBy(ALICE, { path: `/a-bkt/${word}` }),
        signedBy(ROOT, { path: `/${word}` }),
        signedBy({ ...ALICE, accessKey: word.toUpperCase() }),
        signedBy(ALICE, { query: [[word, word]] }),
        withHeaders(signedBy(ALICE), ['user-agent', word], ['x-custom', word]),
        signedBy(ALICE, { method: word.toUpperCase() }),
        signedBy(ALICE, { method: 'PATCH' }),
      ])
        await written(() => stage.send(request))
    }
    await hammer('word-0')
    const before = seriesOf(await metrics())
    for (let i = 1; i <= 20; i++) await hammer(`word-${i}`)
    const after = seriesOf(await metrics())
    expect(after).toEqual(before)
    expect(after.join('\n')).not.toMatch(/word|alice|root|bkt/i)
    expect(new Set(after).size).toBe(after.length)
  })
})

describe('E13', () => {
  const body = '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>v</VersionId></Object></Delete>'
  const order: Order = { method: 'POST', path: '/a-bkt', query: [['delete', '']], body }

  test('E13: a deletion of several keys is recorded key by key', async () => {
    await stage.send(signedBy(ALICE, order))
    expect(
      stage.lastEvent().checks.map(({ action, resource, decision }) => `${action} ${resource} ${decision}`),
    ).toEqual(['s3:DeleteObject arn:aws:s3:::a-bkt/a Allow', 's3:DeleteObjectVersion arn:aws:s3:::a-bkt/b Allow'])
    await stage.send(signedBy(ALICE, { ...order, path: '/v-bkt' }))
    expect(stage.lastEvent()).toMatchObject({ decision: 'ImplicitDeny', bucket: 'v-bkt' })
  })

  test('E13: a key that the backend could not delete is told to the client, whatever the status', async () => {
    stage.backend.script = () => ({
      bytes: xmlReply(
        '<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><VersionId>v</VersionId><Code>InternalError</Code><Message>words of the backend</Message></Error></DeleteResult>',
      ),
    })
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.text).toMatch(/<Error><Key>b<\/Key><VersionId>v<\/VersionId><Code>InternalError<\/Code>/)
  })
})

describe('E14', () => {
  test('E14: who may upload is decided once, at the start: a URL that expires meanwhile does not cut the upload', async () => {
    const url = presignedBy(ALICE, { method: 'PUT' }, 1)
    const request = withHeaders(url, ['content-length', '20'])
    const connection = await stage.connect()
    const before = stage.requestsDone
    await connection.write(
      wireBytes({
        ...request,
        headers: request.headers.filter(([name, value]) => name !== 'content-length' || value === '20'),
      }),
    )
    await connection.write('ten bytes.')
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    await connection.write('ten bytes.')
    expect((await connection.answer('PUT'))?.outcome).toBe('200')
    connection.destroy()
    await stage.untilDone(before)
    expect((await stage.theBackendRequest()).body.toString()).toBe('ten bytes.ten bytes.')
    // Of a moment later, the same URL is not good any more.
    stage.backend.reset()
    expect((await stage.send({ ...url, body: Buffer.alloc(0) })).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
  })
})
