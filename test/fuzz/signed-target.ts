import { type AuthnOptions, authenticate } from '../../src/authn/authenticate.ts'
import { staticCredentials } from '../../src/authn/credentials.ts'
import { S3Error } from '../../src/s3/errors.ts'
import { parseS3Request, type S3Request } from '../../src/s3/request.ts'
import { parseAmzDate, SigningKeys } from '../../src/sigv4/credential-scope.ts'
import { parseHttpDate } from '../../src/sigv4/parse-signature.ts'
import { fault, type FuzzTarget, type Verdict } from './fuzz-target.ts'
import { mutated } from './mutate.ts'
import { type Capture, CAPTURES, HEAD_WORDS, headText, rawOf } from './request-heads.ts'

const READING = { hostnames: ['s3.local'], reservedBuckets: new Set<string>(), ignoreHeaders: new Set<string>() }
const signal = new AbortController().signal

const AUTHN: AuthnOptions = {
  regions: '*',
  proxyRegion: 'us-east-1',
  maxSkewMs: 900_000,
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

interface SignedSeed {
  readonly text: string
  readonly at: Date
  readonly signedHeaders: readonly string[]
  readonly meaning: string
}

function seedOf(capture: Capture): SignedSeed {
  const header = (wanted: string): string =>
    capture.headers.find(([name]) => name.toLowerCase() === wanted)?.[1].trim() ?? ''
  const date = /[?&]X-Amz-Date=([^&]+)/.exec(capture.target)?.[1] ?? header('x-amz-date')
  const text = headText(capture)
  const claim = `${capture.target} ${header('authorization')}`
  const names = decodeURIComponent(/SignedHeaders=([^&,\s]+)/.exec(claim)?.[1] ?? '').split(';')
  const request = parseS3Request(rawOf(text), READING)
  const at = parseAmzDate(date) ?? parseHttpDate(header('date')) ?? new Date(0)
  return { text, at, signedHeaders: names, meaning: signedMeaning(request, names) }
}

/** How many blanks stand within a value is not signed. */
const collapsed = (value: string): string => value.trim().replace(/[ \t]+/g, ' ')

/** Everything that a signature is there to protect. How a path, a query or a blank is spelled is no part of it. */
function signedMeaning(request: S3Request, signedHeaders: readonly string[]): string {
  const { method, address, query, amz, headers, resolved, copySource } = request
  const pairs = query.map(({ name, value }) => `${name}=${value}`).sort()
  // Which spelling of the host was signed does not matter, the address does.
  const values = signedHeaders.map((name) => (name === 'host' ? '' : headers.all(name).map(collapsed).join(',')))
  const asked = 'operation' in resolved ? resolved.operation.name : resolved.named?.name
  const carried = [...amz].map(([name, value]) => [name, collapsed(value)]).sort()
  return JSON.stringify([method, address.bucket, address.key, pairs, carried, values, asked, copySource])
}

const SEEDS = CAPTURES.filter(({ auth }) => auth !== 'header-v2').map(seedOf)

/** Requests of real clients, changed: whatever still verifies must mean what its signer meant. */
export const SIGNED_TARGET: FuzzTarget = {
  name: 'signed',
  share: 10,
  make(random) {
    const variant = random.below(SEEDS.length)
    return { text: mutated(SEEDS[variant]?.text ?? '', random, HEAD_WORDS), variant }
  },
  async check({ text, variant }): Promise<Verdict> {
    const seed = SEEDS[variant % SEEDS.length]
    if (seed === undefined) return 'refused'
    try {
      const request = parseS3Request(rawOf(text), READING)
      const { principal } = await authenticate(request, AUTHN, seed.at, signal)
      if (principal.type === 'Anonymous') return 'refused'
      const meaning = signedMeaning(request, seed.signedHeaders)
      return meaning === seed.meaning ? 'accepted' : fault(`meaning: ${meaning} was signed as ${seed.meaning}`)
    } catch (error) {
      if (error instanceof S3Error && error.status < 500) return 'refused'
      throw error
    }
  },
}
