import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wordsOf } from '../fuzz/mutate.ts'
import { Random } from '../fuzz/random.ts'
import { formBy } from '../support/browser-form.ts'
import { BACKEND_OWNER, BACKEND_SERVER, errorReply, httpReply } from '../support/plausible-replies.ts'
import { ALICE, BOB, MASTER, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import { randomOrder } from '../support/random-orders.ts'
import { sign, type SigningKey } from '../support/signer.ts'
import type { BackendReply, BackendRequest } from '../support/recording-backend.ts'
import {
  HOST,
  type Order,
  type Pair,
  PAYLOAD_MODES,
  presignedBy,
  signedBy,
  unsignedRequest,
  uploadBy,
  type WireRequest,
  wireBytes,
} from '../support/wire-requests.ts'

// Everything that a client can see and everything that is written, of a long and varied run before a backend that tells
// all it knows, searched for what nobody may learn.

const REQUESTS = 1_200
const SEED = 20261126

/** What a backend says that means no good: its own names, the request as it was signed, the master key. */
function everything({ method, target, headers }: BackendRequest, port: number): string {
  const signed = headers.get('authorization') ?? ''
  return [
    `<AWSAccessKeyId>${MASTER.accessKey}</AWSAccessKeyId>`,
    `<StringToSign>AWS4-HMAC-SHA256\n20261126T000000Z\nof-the-backend</StringToSign>`,
    `<SignatureProvided>${/Signature=(.*)/.exec(signed)?.[1]}</SignatureProvided>`,
    `<CanonicalRequest>${method}\nhost:127.0.0.1:${port}\n${signed}</CanonicalRequest>`,
    `<Endpoint>127.0.0.1:${port}</Endpoint><HostId>${BACKEND_SERVER}</HostId>`,
    `<Resource>${target.replaceAll('&', '&amp;')} of-the-backend</Resource>`,
    `<Owner><ID>${BACKEND_OWNER}</ID><DisplayName>${MASTER.secretKey}</DisplayName></Owner>`,
  ].join('')
}

type Mood = (request: BackendRequest, port: number) => BackendReply | undefined
const CODES = wordsOf(
  'AccessDenied ◊ NoSuchKey ◊ NoSuchBucket ◊ NoSuchUpload ◊ SignatureDoesNotMatch ◊ InvalidAccessKeyId',
  'InternalError ◊ SlowDown ◊ SomethingOfTheirs ◊ InvalidArgument ◊ PermanentRedirect ◊ BucketAlreadyExists',
)
const errorOf =
  (status: number, code: string): Mood =>
  (request, port) => ({ bytes: errorReply(status, code, everything(request, port)) })
const pageOf =
  (status: number): Mood =>
  (request, port) => ({
    bytes: httpReply(status, `<html>${everything(request, port)}</html>`, [
      ['content-type', 'text/html'],
      ['location', `http://127.0.0.1:${port}/of-the-backend`],
      ['www-authenticate', `AWS ${MASTER.accessKey}`],
    ]),
  })
/** An error with the status of a success. The bytes of an object are not looked into: they are the object. */
const lateError: Mood = (request, port) => {
  if (request.method === 'GET' && /^\/[^/]+\/[^?]+(?:\?versionId=.*)?$/.test(request.target)) return undefined
  const xml = `<Error><Code>InternalError</Code>${everything(request, port)}</Error>`
  return { bytes: httpReply(200, xml, [['content-type', 'application/xml']]) }
}
const MOODS: readonly [Mood, ...Mood[]] = [
  () => undefined,
  () => undefined,
  ...CODES.map((code, i) => errorOf([400, 403, 404, 409, 500, 503][i % 6] ?? 500, code)),
  ...[301, 307, 400, 401, 403, 404, 405, 411, 413, 429, 500, 501, 502, 503, 504].map(pageOf),
  lateError,
  (request, port) => ({
    bytes: `HTTP/1.1 200 OK\r\n${everything(request, port).replaceAll('\n', ' ')}\r\n\r\n`,
    afterwards: 'end',
  }),
  (request, port) => ({ bytes: everything(request, port), afterwards: 'end' }),
  () => ({ bytes: '', afterwards: 'reset' }),
  (request, port) => ({ bytes: errorReply(403, 'AccessDenied', everything(request, port)), when: 'head' }),
]

/** What a client may send that is as good as a key, signed along. */
const HELD: readonly Pair[] = [
  ['cookie', 'session=0123456789abcdef'],
  ['x-amz-server-side-encryption-customer-key', 'a2V5LWtleS1rZXkta2V5LWtleS1rZXkta2V5LWtleSE='],
]

/**
 * A request of somebody: rightly signed, presigned, wrongly signed, by who has no right, or by nobody.
 * @param expected told the same request rightly signed, where it is wrongly signed
 */
function anyRequest(random: Random, expected: (request: WireRequest) => void): WireRequest {
  const order = randomOrder(random)
  const user = random.pick([ROOT, ALICE, BOB, NOBODY] as const)
  const wrong = { ...user, secretKey: `${user.secretKey}x` }
  const wrongly = (sign: typeof signedBy, asked: Order): WireRequest => {
    const dated = { ...asked, date: new Date() }
    expected(sign(user, dated))
    return sign(wrong, dated)
  }
  const makers: readonly [() => WireRequest, ...(() => WireRequest)[]] = [
    () => signedBy(user, order),
    () => signedBy(ROOT, order),
    () => signedBy(ROOT, order),
    () => signedBy(ROOT, order),
    () => wrongly(signedBy, order),
    () => wrongly(signedBy, { ...order, headers: [...order.headers, ...HELD] }),
    () => wrongly(presignedBy, order),
    () => signedBy(swapped(user), order),
    () => signedBy({ ...user, region: 'elsewhere-1' }, order),
    () => presignedBy(user, order),
    () => presignedBy(user, { ...order, date: new Date(0) }),
    () => unsignedRequest(order),
    () => uploadBy(user, { mode: random.pick(PAYLOAD_MODES) ?? 'UNSIGNED-PAYLOAD' }),
    () =>
      uploadBy(user, {
        mode: 'signed chunks with a trailer',
        fault: random.oneIn(2) ? 'checksum' : 'trailer signature',
      }),
    () => formBy(user),
    () => signedBy(user, { ...order, query: [...order.query, ['unknown', 'x']] }),
  ]
  return random.pick(makers)()
}

const KEYS = [MASTER, ROOT, ALICE, BOB, NOBODY]
/** As a key id it would be a secret, too: users swap the two. */
const swapped = (user: SigningKey): SigningKey => ({ ...user, accessKey: user.secretKey.replaceAll('/', '-') })
const SECRETS = [...KEYS.map(({ secretKey }) => secretKey), MASTER.accessKey]
/** Of today, in both spellings. */
const signingKeys = (): string[] =>
  KEYS.flatMap((key) => {
    const { seed } = sign(key, { method: 'GET', host: HOST, path: '/', payloadHash: '' })
    return [seed.key.toString('hex'), seed.key.toString('base64')]
  })
const NAMES = [
  BACKEND_OWNER,
  BACKEND_SERVER,
  'of-the-backend',
  'words of the backend',
  'StringToSign',
  'CanonicalRequest',
]

describe('E7', () => {
  let stage: Stage
  const answers: { readonly request: WireRequest; readonly text: string }[] = []
  const signatures = new Set<string>()
  const outcomes = new Map<string, number>()

  beforeAll(async () => {
    stage = await Stage.start({
      more: { backend: { response_timeout: '2s' }, logging: { debug_signatures: true } },
    })
    for (let number = 0; number < REQUESTS; number++) {
      const random = new Random(SEED, number)
      const request = anyRequest(random, (right) => note(wireBytes(right).toString('latin1')))
      const mood = random.pick(MOODS)
      stage.backend.script = (seen) => {
        note(seen.head)
        return mood(seen, stage.backend.port)
      }
      note(wireBytes(request).toString('latin1'))
      const { text, outcome } = await stage.send(request)
      answers.push({ request, text })
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    // Without a backend at all, at last.
    await stage.backend.close()
    for (let number = 0; number < 20; number++) {
      const request = signedBy(ROOT, randomOrder(new Random(SEED + 1, number)))
      answers.push({ request, text: (await stage.send(request)).text })
    }
  }, 120_000)
  afterAll(() => stage.close())

  function note(text: string): void {
    for (const [, signature = ''] of text.matchAll(/ignature=([0-9a-f]{64})/g)) signatures.add(signature)
  }

  const holds = (text: string, words: Iterable<string>): string | undefined =>
    [...words].find((word) => text.includes(word))
  const address = (): string => `127.0.0.1:${stage.backend.port}`

  test('E7: the run is long and varied', () => {
    expect(signatures.size).toBeGreaterThan(REQUESTS / 2)
    expect(outcomes.size).toBeGreaterThan(25)
    for (const outcome of [
      '200',
      '204',
      '403 AccessDenied',
      '403 SignatureDoesNotMatch',
      '500 InternalError',
      '503 SlowDown',
    ])
      expect(outcomes.get(outcome)).toBeGreaterThan(3)
  })

  test('E7: what arrived under wrong signatures was recorded, so that it was looked through, too', () => {
    const recorded = stage.events().filter(({ received }) => received !== null)
    expect(recorded.length).toBeGreaterThan(30)
    for (const event of recorded) expect(event.error_code).toBe('SignatureDoesNotMatch')
    expect(recorded.some(({ received }) => received?.canonical_request.includes('\ncookie:(secret, '))).toBe(true)
  })

  test('E7: no answer, log line or audit event of a long and varied run holds a secret or names the backend', () => {
    for (const { request, text } of answers) {
      // The own signature is nothing new to who sent it; the proxy does not repeat it all the same.
      const found = holds(text, [...SECRETS, ...NAMES, ...signatures, address()])
      if (found !== undefined) throw new Error(`the answer to ${request.method} ${request.target} holds ${found}`)
    }
    const never = [...SECRETS, ...KEYS.map((key) => swapped(key).accessKey), ...signingKeys(), ...NAMES]
    for (const line of [...stage.logLines, ...stage.auditLines()]) {
      const found = holds(line, [...never, ...HELD.map(([, value]) => value), ...signatures])
      if (found !== undefined) throw new Error(`${found} stands in ${line}`)
    }
  })

  test('E7: the address of the backend is told only to operators, who need it: at the start, and when nothing listens there', () => {
    for (const line of stage.auditLines()) expect(line).not.toContain(address())
    for (const line of stage.logLines.filter((text) => text.includes(address())))
      expect(line).toMatch(/"msg":"listening"|"detail":"backend unreachable"/)
  })

  test('E7: an answer names no key id but that of who asked', () => {
    for (const { request, text } of answers) {
      const asked = wireBytes(request).toString('latin1')
      for (const { accessKey } of KEYS) if (text.includes(accessKey)) expect(asked).toContain(accessKey)
    }
  })
})
