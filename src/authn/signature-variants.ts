import { type HeaderPair, HeaderList } from '../http/headers.ts'
import type { SignedParts } from '../sigv4/canonical-forms.ts'
import { SigningKeys } from '../sigv4/credential-scope.ts'
import type { ClaimedSignature } from '../sigv4/parse-signature.ts'
import { UNSIGNED_PAYLOAD } from '../sigv4/payload-hash.ts'
import { uriEncodePath } from '../sigv4/uri-encode.ts'
import { verifySignature } from '../sigv4/verify.ts'

/** What the proxy itself is called, and what it accepts. */
export interface VariantOptions {
  /** Public host names. */
  readonly hostnames: readonly string[]
  readonly regions: readonly string[]
}

/** A signature that did not verify. */
export interface FailedSignature {
  readonly claim: ClaimedSignature
  readonly parts: SignedParts
  readonly secretKey: string
}

interface Variant {
  /** How the client differs, to be put behind "it verifies". */
  readonly words: string
  readonly claim?: Partial<ClaimedSignature>
  readonly parts?: Partial<SignedParts>
}

const DAY_MS = 86_400_000
const USUAL_PORTS: readonly string[] = ['', ':80', ':443', ':8080', ':8443', ':9000']
const ENCODINGS: readonly string[] = ['', 'identity', 'gzip', 'gzip, deflate', 'gzip,gzip(gfe)']
const OFTEN_CHANGED: readonly string[] = ['accept-encoding', 'connection', 'content-length', 'expect', 'user-agent']

/**
 * The known way of getting a signature wrong that explains this one, in words, or undefined. For the log alone: what
 * matches here opens nothing. Each way is tried by itself.
 */
export function matchingVariant(failed: FailedSignature, options: VariantOptions): string | undefined {
  const keys = new SigningKeys(1)
  for (const variant of variants(failed, options)) {
    const claim = { ...failed.claim, ...variant.claim }
    const parts = { ...failed.parts, ...variant.parts }
    if (verifySignature(claim, parts, keys.derive(failed.secretKey, claim.scope))) return variant.words
  }
  return undefined
}

function* variants({ claim, parts }: FailedSignature, options: VariantOptions): Generator<Variant> {
  yield* hostVariants(parts, options)
  yield* pathVariants(parts)
  yield* headerVariants(claim, parts)
  for (const payloadHash of [UNSIGNED_PAYLOAD, EMPTY_SHA256]) {
    yield { words: `with the payload hash ${payloadHash}`, parts: { payloadHash } }
  }
  for (const region of new Set([...options.regions, 'us-east-1', 'auto', ''])) {
    yield {
      words: `for the region "${region}" in place of "${claim.scope.region}"`,
      claim: { scope: { ...claim.scope, region } },
    }
  }
  for (const offset of [-DAY_MS, DAY_MS]) {
    const date = new Date(claim.signedAt.getTime() + offset).toISOString().slice(0, 10).replaceAll('-', '')
    yield { words: `for the day ${date} in place of ${claim.scope.date}`, claim: { scope: { ...claim.scope, date } } }
  }
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function* hostVariants({ headers, hostCandidates }: SignedParts, { hostnames }: VariantOptions): Generator<Variant> {
  const sent = headers.get('host') ?? ''
  const names = [sent.replace(/:\d+$/, ''), ...hostnames, 'localhost', '127.0.0.1']
  const known = new Set(hostCandidates)
  for (const name of new Set(names)) {
    for (const port of USUAL_PORTS) {
      const host = `${name}${port}`
      if (!known.has(host)) yield { words: `for the host ${host}`, parts: { hostCandidates: [host] } }
    }
  }
}

function* pathVariants({ path }: SignedParts): Generator<Variant> {
  yield { words: 'with the path encoded twice', parts: { path: uriEncodePath(path) } }
  const single = path.replaceAll(/\/{2,}/g, '/')
  if (single !== path) yield { words: 'with // in the path made one /', parts: { path: single, rawPath: single } }
}

function* headerVariants(claim: ClaimedSignature, { headers }: SignedParts): Generator<Variant> {
  const signed = [...claim.signedHeaders]
  for (const name of OFTEN_CHANGED.filter((each) => claim.signedHeaders.has(each))) {
    const signedHeaders = new Set(signed.filter((each) => each !== name))
    yield { words: `without the header ${name} among the signed ones`, claim: { signedHeaders } }
  }
  if (!claim.signedHeaders.has('accept-encoding')) return
  for (const value of ENCODINGS) {
    const changed = replaced(headers, 'accept-encoding', value)
    yield { words: `with accept-encoding: "${value}", which arrived as another one`, parts: { headers: changed } }
  }
}

function replaced(headers: HeaderList, name: string, value: string): HeaderList {
  const pairs: HeaderPair[] = [...headers.names()]
    .filter((each) => each !== name)
    .flatMap((each) => headers.all(each).map((text): HeaderPair => [each, text]))
  return new HeaderList([...pairs, [name, value]])
}
