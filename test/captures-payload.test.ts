import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { authenticate, type AuthnOptions } from '../src/authn/authenticate.ts'
import { staticCredentials } from '../src/authn/credentials.ts'
import type { PayloadPlan } from '../src/payload/payload-plan.ts'
import { planPayload } from '../src/payload/plan.ts'
import { type BodyReport, verifiedBody } from '../src/payload/verified-body.ts'
import { S3Error } from '../src/s3/errors.ts'
import { parseS3Request } from '../src/s3/request.ts'
import { parseAmzDate, SigningKeys } from '../src/sigv4/credential-scope.ts'
import { inPieces } from './support/chunked-wire.ts'

// The bodies of real clients' requests, verified with the clock stopped at the moment they were signed.

interface Capture {
  readonly client: string
  readonly auth: 'header-v4' | 'presigned-v4' | 'header-v2'
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** After HTTP chunking was taken off; null when it was too long to keep. */
  readonly body_b64: string | null
}

const captures: readonly Capture[] = readFileSync(new URL('./fixtures/captures.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line): Capture => JSON.parse(line))
  .filter(({ auth }) => auth !== 'header-v2')

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

const header = ({ headers }: Capture, wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1].trim()

const title = ({ client, method, target }: Capture): string => `${client}: ${method} ${target}`

async function planOf(capture: Capture): Promise<PayloadPlan> {
  const { method, target: url } = capture
  const rawHeaders = capture.headers.flatMap(([name, value]) => [name, value.trim()])
  const raw = { method, url, rawHeaders, httpVersion: '1.1', forwardedHost: undefined }
  const reading = { hostnames: ['s3.local'], reservedBuckets: new Set<string>(), ignoreHeaders: new Set<string>() }
  const request = parseS3Request(raw, reading)
  // Some are refused for their bucket's name or their operation; their bodies are read as if they were not.
  const row = 'operation' in request.resolved ? request.resolved.operation : request.resolved.named
  if (row === undefined) throw new Error(`no operation: ${title(capture)}`)
  const date = /[?&]X-Amz-Date=([^&]+)/.exec(url)?.[1] ?? header(capture, 'x-amz-date') ?? ''
  const signal = new AbortController().signal
  const { seed } = await authenticate(request, options, parseAmzDate(date) ?? new Date(0), signal)
  return planPayload(request, row, seed, { storesChecksums: true })
}

async function verify(plan: PayloadPlan, wire: Buffer): Promise<{ data: Buffer; report: BodyReport }> {
  const body = verifiedBody(inPieces(wire, 50), plan)
  const slices: Buffer[] = []
  for await (const slice of body) slices.push(slice)
  return { data: Buffer.concat(slices), report: body.report }
}

const wireOf = ({ body_b64 }: Capture): Buffer => Buffer.from(body_b64 ?? '', 'base64')
const isFramed = (capture: Capture): boolean =>
  header(capture, 'x-amz-content-sha256')?.startsWith('STREAMING-') === true
const announced = (capture: Capture): string | undefined =>
  header(capture, isFramed(capture) ? 'x-amz-decoded-content-length' : 'content-length')
/** Whether the whole body is there, and is planned. */
const isKept = (capture: Capture): boolean =>
  capture.target !== '/bkt/mgcrc' &&
  capture.body_b64 !== null &&
  (isFramed(capture) || wireOf(capture).length === Number(header(capture, 'content-length') ?? 0))

describe('the bodies of real clients', () => {
  test('are planned, but for four whose checksum header is empty', async () => {
    const refused: string[] = []
    for (const capture of captures)
      await planOf(capture).catch((error: unknown) => refused.push(`${title(capture)}: ${error}`))
    const emptyHeader = 'minio-go 7: PUT /bkt/mgcrc: S3Error: The value of x-amz-checksum-crc32c is not valid.'
    expect(refused).toEqual([emptyHeader, emptyHeader, emptyHeader, emptyHeader])
  })

  test('verify to the length that was announced', async () => {
    const kept = captures.filter(isKept)
    for (const capture of kept) {
      const { data, report } = await verify(await planOf(capture), wireOf(capture)).catch((cause: unknown) => {
        throw new Error(title(capture), { cause })
      })
      expect(data.length, title(capture)).toBe(Number(announced(capture) ?? 0))
      expect(report.wireBytes).toBe(wireOf(capture).length)
    }
    expect(kept.filter(isFramed).length).toBe(26)
    expect(kept.length).toBeGreaterThan(250)
  })

  test('do not verify with one bit changed anywhere, so the last byte stays here', async () => {
    const passed: string[] = []
    for (const capture of captures.filter((each) => isKept(each) && isFramed(each))) {
      const plan = await planOf(capture)
      const wire = wireOf(capture)
      for (let at = 0; at < wire.length; at += 1) {
        const changed = Buffer.from(wire)
        changed.writeUInt8(wire.readUInt8(at) ^ (1 << (at % 5)), at)
        await verify(plan, changed).then(
          () => passed.push(`${title(capture)} at ${at}`),
          (error: unknown) => expect(error).toBeInstanceOf(S3Error),
        )
      }
    }
    expect(passed).toEqual([])
  })
})
