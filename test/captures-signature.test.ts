import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type AuthnOptions, authenticate } from '../src/authn/authenticate.ts'
import { staticCredentials } from '../src/authn/credentials.ts'
import { AuthenticationRefusal } from '../src/authn/refusals.ts'
import type { HeaderPair } from '../src/http/headers.ts'
import { S3Error } from '../src/s3/errors.ts'
import { parseS3Request } from '../src/s3/request.ts'
import { parseAmzDate, SigningKeys } from '../src/sigv4/credential-scope.ts'
import { parseHttpDate } from '../src/sigv4/parse-signature.ts'

// Requests of real clients, replayed with the clock stopped at the moment they were signed.

interface Capture {
  readonly client: string
  readonly auth: 'header-v4' | 'presigned-v4' | 'header-v2'
  readonly method: string
  readonly target: string
  readonly headers: readonly HeaderPair[]
}

const captures: readonly Capture[] = readFileSync(new URL('./fixtures/captures.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line): Capture => JSON.parse(line))
const sigV4 = captures.filter(({ auth }) => auth !== 'header-v2')
const sigV2 = captures.filter(({ auth }) => auth === 'header-v2')

const signal = new AbortController().signal
const options: AuthnOptions = {
  regions: '*',
  proxyRegion: 'us-east-1',
  maxSkewMs: 60_000,
  presignedMaxExpirySeconds: 604_800,
  keys: new SigningKeys(8),
  credentials: staticCredentials([
    {
      accessKey: 'AKIACAPTURE0000000',
      secretKey: 'capturesecretkey0123456789abcdefghijklmn',
      principal: { type: 'User', name: 'capture', arn: 'arn:aws:iam::0:user/capture', accountId: '0', tags: new Map() },
    },
  ]),
}

/** The blanks around a value belong to the line, not to the value: HTTP servers take them away. */
const rawHeaders = (capture: Capture): string[] => capture.headers.flatMap(([name, value]) => [name, value.trim()])

function header(capture: Capture, name: string): string | undefined {
  return capture.headers.find(([other]) => other.toLowerCase() === name)?.[1].trim()
}

function signedAt(capture: Capture): Date {
  const text = /[?&]X-Amz-Date=([^&]+)/.exec(capture.target)?.[1] ?? header(capture, 'x-amz-date') ?? ''
  return parseAmzDate(text) ?? parseHttpDate(header(capture, 'date') ?? '') ?? new Date(0)
}

/** `welcome`, or how the request is refused. */
async function outcome(capture: Capture, now = signedAt(capture)): Promise<string> {
  try {
    const { method, target: url } = capture
    const raw = { method, url, rawHeaders: rawHeaders(capture), httpVersion: '1.1', forwardedHost: undefined }
    const reading = { hostnames: ['s3.local'], reservedBuckets: new Set<string>(), ignoreHeaders: new Set<string>() }
    await authenticate(parseS3Request(raw, reading), options, now, signal)
    return 'welcome'
  } catch (error) {
    if (error instanceof S3Error) return `${error.status} ${error.code}`
    throw error
  }
}

const describeCapture = ({ client, method, target }: Capture): string => `${client}: ${method} ${target}`

describe('captures', () => {
  test('are all there', () => {
    expect([sigV4.length, sigV2.length]).toEqual([302, 2])
  })

  test('signed with version 4 verify', async () => {
    const refused: string[] = []
    for (const capture of sigV4) {
      const result = await outcome(capture)
      if (result !== 'welcome') refused.push(`${describeCapture(capture)} → ${result}`)
    }
    expect(refused).toEqual([])
  })

  test('signed with version 2 are refused and told why', async () => {
    for (const capture of sigV2) expect(await outcome(capture)).toBe('400 InvalidRequest')
  })

  test('do not verify for another secret', async () => {
    const [capture] = sigV4
    const credential = await options.credentials.find('AKIACAPTURE0000000', signal)
    if (capture === undefined || credential === undefined) throw new Error('no capture')
    const { method, target: url } = capture
    const raw = { method, url, rawHeaders: rawHeaders(capture), httpVersion: '1.1', forwardedHost: undefined }
    const reading = { hostnames: [], reservedBuckets: new Set<string>(), ignoreHeaders: new Set<string>() }
    const credentials = staticCredentials([{ ...credential, secretKey: 'another' }])
    const request = parseS3Request(raw, reading)
    const attempt = authenticate(request, { ...options, credentials }, signedAt(capture), signal)
    await expect(attempt).rejects.toThrow(AuthenticationRefusal)
  })
})

/** Another character at one place in the middle, of the same kind, so that the text goes on being readable as before. */
function flip(text: string): string {
  const places = [...text.matchAll(/[a-z0-9]/gi)].map(({ index }) => index)
  const place = places[places.length >> 1]
  if (place === undefined) return `${text}x`
  const old = text.charAt(place)
  const fresh = /[0-8a-eg-yA-EG-Y]/.test(old) ? String.fromCharCode(old.charCodeAt(0) + 1) : old === '9' ? '8' : 'a'
  return `${text.slice(0, place)}${fresh}${text.slice(place + 1)}`
}

const withTarget = (capture: Capture, target: string): Capture => ({ ...capture, target })
const withHeader = (capture: Capture, name: string, change: (value: string) => string): Capture => ({
  ...capture,
  headers: capture.headers.map(([other, value]): HeaderPair => [other, other === name ? change(value) : value]),
})

function signedNames(capture: Capture): readonly string[] {
  const text = /SignedHeaders=([^,&\s]*)/.exec(header(capture, 'authorization') ?? capture.target)?.[1] ?? ''
  return decodeURIComponent(text).split(';')
}

const flipSignature = (text: string): string =>
  text.replace(
    /Signature=([0-9a-f]{64})/,
    (_whole, hex: string) => `Signature=${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}`,
  )

/** Methods that may be sent with the same body. */
const OTHER_METHOD: Readonly<Record<string, string>> = { GET: 'HEAD', HEAD: 'GET', POST: 'PUT' }

/** A second later: still a moment, and within the skew that is allowed. */
const flipDate = (text: string): string =>
  text.replace(/\dZ$/, (end) => (end === '9Z' ? '8Z' : `${Number(end[0]) + 1}Z`))

/** The capture with one byte changed, once for each of its signed parts. */
function* spoiled(capture: Capture): Generator<readonly [part: string, capture: Capture]> {
  const mark = capture.target.indexOf('?')
  const path = mark < 0 ? capture.target : capture.target.slice(0, mark)
  const query = mark < 0 ? '' : capture.target.slice(mark)
  yield ['method', { ...capture, method: OTHER_METHOD[capture.method] ?? 'POST' }]
  yield ['path', withTarget(capture, flip(path) + query)]
  yield ['query', withTarget(capture, `${path}${query === '' ? '?x' : flip(query)}`)]
  if (capture.auth === 'presigned-v4') yield ['signature', withTarget(capture, flipSignature(capture.target))]
  const names = new Set(signedNames(capture))
  for (const [name] of capture.headers) {
    if (names.has(name.toLowerCase()))
      yield [name, withHeader(capture, name, name.toLowerCase() === 'x-amz-date' ? flipDate : flip)]
    if (name.toLowerCase() === 'authorization') yield ['signature', withHeader(capture, name, flipSignature)]
  }
}

/** What changes that are to be refused came to: the refusals by kind, and the changes that passed. */
async function judge(changes: (capture: Capture) => Iterable<readonly [part: string, capture: Capture]>) {
  const passed: string[] = []
  const refused = new Map<string, number>()
  for (const capture of sigV4) {
    for (const [part, changed] of changes(capture)) {
      const result = await outcome(changed, signedAt(capture))
      if (result === 'welcome') passed.push(`${part} of ${describeCapture(capture)}`)
      refused.set(result, (refused.get(result) ?? 0) + 1)
    }
  }
  return { passed, refused }
}

test('one byte changed in any signed part refuses a request', async () => {
  const { passed, refused } = await judge(spoiled)
  expect(passed).toEqual([])
  // Nearly all of them are changes that nothing but the signature can tell.
  expect(refused.get('403 SignatureDoesNotMatch')).toBeGreaterThan(2700)
})

test('a signed header taken away refuses a request', async () => {
  const { passed } = await judge(function* (capture) {
    for (const name of signedNames(capture)) {
      yield [name, { ...capture, headers: capture.headers.filter(([other]) => other.toLowerCase() !== name) }]
    }
  })
  expect(passed).toEqual([])
})

test('an x-amz-* header put in refuses a request, in header or query', async () => {
  const { passed, refused } = await judge(function* (capture) {
    yield ['header', { ...capture, headers: [...capture.headers, ['X-Amz-Grant-Read', ' id=1']] }]
    const mark = capture.target.includes('?') ? '&' : '?'
    yield ['parameter', withTarget(capture, `${capture.target}${mark}x-amz-grant-read=id%3D1`)]
  })
  expect(passed).toEqual([])
  expect([...refused]).toEqual([
    ['403 AccessDenied', 302],
    ['403 SignatureDoesNotMatch', 302],
  ])
})
