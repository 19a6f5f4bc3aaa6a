import { S3Error } from '../../src/s3/errors.ts'
import { outgoingQuery } from '../../src/s3/parameters.ts'
import { canonicalCopySource, parseCopySource } from '../../src/s3/copy-source.ts'
import { parseS3Request, type RawRequest, type S3Request } from '../../src/s3/request.ts'
import { encode } from '../support/signer.ts'
import { fault, type FuzzTarget, type Verdict } from './fuzz-target.ts'
import { mutated } from './mutate.ts'
import { CAPTURES, HEAD_WORDS, headText, rawOf, ROW_HEADS } from './request-heads.ts'

const BASE_DOMAINS = ['s3.local', 'eu.s3.local', '127.0.0.1']
const OPTIONS = {
  hostnames: BASE_DOMAINS,
  reservedBuckets: new Set(['admin', 'minio']),
  ignoreHeaders: new Set(['x-amz-cf-id']),
}

const SEEDS = [...CAPTURES.map((capture) => headText(capture)), ...ROW_HEADS]

type Read = { readonly request: S3Request } | { readonly refusal: S3Error }

function read(raw: RawRequest): Read {
  try {
    return { request: parseS3Request(raw, OPTIONS) }
  } catch (error) {
    if (error instanceof S3Error) return { refusal: error }
    throw error
  }
}

/** What a request means; two requests with the same meaning are one to all that follows. */
function meaning({ method, path, host, address, query, amz, resolved, copySource, ...rest }: S3Request): string {
  const asked = 'operation' in resolved ? resolved.operation.name : [resolved.refusal.code, resolved.named?.name]
  const { hopByHop, ignoredAmz, contentLength, chunked } = rest
  const lists = [[...amz], [...ignoredAmz], [...hopByHop]]
  return JSON.stringify([method, path, host, address, query, asked, copySource, contentLength, chunked, lists])
}

/** Undoes percent-encoding by another way than the program does: through JavaScript's own decoder. */
function decodedByOthers(text: string): string | undefined {
  try {
    return decodeURIComponent(
      text.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`),
    )
  } catch {
    return undefined
  }
}

/** Bucket and key by a second reader, from the host and the whole path decoded first and split then. */
function addressByOthers(
  host: string,
  rawPath: string,
): readonly [bucket: string | undefined, key: string | undefined] {
  const name = host.toLowerCase().replace(/:\d+$/, '')
  const path = decodedByOthers(rawPath) ?? ''
  const filled = (text: string): string | undefined => (text === '' ? undefined : text)
  const hosted = BASE_DOMAINS.filter((base) => name.endsWith(`.${base}`)).sort((a, b) => b.length - a.length)[0]
  if (hosted !== undefined && !BASE_DOMAINS.includes(name)) {
    return [name.slice(0, -hosted.length - 1), filled(path.slice(1))]
  }
  const [, bucket = '', rest] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? []
  return [filled(bucket), filled(rest ?? '')]
}

const encodedPath = (text: string): string => text.split('/').map(encode).join('/')

/** The same request in our own spelling. */
function respelled({ address, query }: S3Request, raw: RawRequest): RawRequest {
  const { style, bucket, key } = address
  const first = style === 'path' && bucket !== undefined ? `/${encode(bucket)}` : ''
  const path = `${first}${key === undefined ? (first === '' ? '/' : '') : `/${encodedPath(key)}`}`
  const pairs = query.map(({ name, value }) => `${encode(name)}=${encode(value)}`)
  return { ...raw, url: pairs.length === 0 ? path : `${path}?${pairs.join('&')}` }
}

/** Compared without the path, in which a slash after the bucket may be there or not. */
const besidesPath = (request: S3Request): string => meaning({ ...request, path: '' })

function faultOfAddress(request: S3Request): string | undefined {
  const { address, host, target, path, resolved } = request
  const [bucket, key] = addressByOthers(host, target.path)
  if (bucket !== address.bucket || key !== address.key) {
    return `address: read as ${JSON.stringify(address)}, by others as ${JSON.stringify([bucket, key])}`
  }
  if (path !== decodedByOthers(target.path)) return `path: ${JSON.stringify(path)}`
  if (address.key === '' || (address.key !== undefined && Buffer.byteLength(address.key) > 1024))
    return 'key: its length'
  if (!('operation' in resolved) || address.bucket === undefined) return undefined
  const isPlain = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(address.bucket) && !address.bucket.includes('..')
  return isPlain && !OPTIONS.reservedBuckets.has(address.bucket)
    ? undefined
    : `bucket: ${address.bucket} is carried out`
}

const AUTHENTICATION =
  /^X-Amz-(?:Algorithm|Content-Sha256|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)$/

/** Lists, which may stand in several lines. */
const LISTS = /^x-amz-(?:optional-)?object-attributes$/

/** Every effective header stands exactly once among headers and parameters. */
function faultOfHeaders({ amz, headers, query }: S3Request): string | undefined {
  for (const [name, value] of amz) {
    const lines = headers.pairs.filter(([spelled]) => spelled.toLowerCase() === name).map(([, text]) => text.trim())
    const asHeader = LISTS.test(name) && lines.length > 0 ? [lines.join(',')] : lines
    const asParameter = query
      .filter((pair) => pair.name.toLowerCase() === name)
      .map((pair) => Buffer.from(pair.value).toString('latin1'))
    const all = [...asHeader, ...asParameter]
    const isOne = asHeader.length < 2 && all.length > 0 && all.every((text) => text.trim() === value.trim())
    if (!isOne) return `header: ${name}`
  }
  return undefined
}

/** None is lost, in whichever place it stood; what only the backend would understand is not carried out. */
function faultOfLoss({ amz, ignoredAmz, headers, query, resolved }: S3Request): string | undefined {
  const inQuery = query.map(({ name }) => name).filter((name) => !AUTHENTICATION.test(name))
  const names = [...headers.pairs.map(([name]) => name), ...inQuery].map((name) => name.toLowerCase())
  const lost = names.find((name) => name.startsWith('x-amz-') && !amz.has(name) && !ignoredAmz.has(name))
  if (lost !== undefined) return `header: ${lost} is lost`
  const backDoor = names.find((name) => /^(?:x-minio-|x-rgw-|rgwx-)/.test(name))
  return backDoor !== undefined && 'operation' in resolved ? `header: ${backDoor} is carried out` : undefined
}

/** Parameters that nobody looks at. */
const MEANINGLESS = /^(?:[Xx]-|Cache-Control$|Content-MD5$|Content-Type$)/

function faultOfQuery({ query, resolved }: S3Request): string | undefined {
  if (!('operation' in resolved)) return undefined
  const { operation } = resolved
  const { subresource, demands } = operation.selector
  for (const { name } of outgoingQuery(query, operation)) {
    const isKnown = name === subresource || demands.has(name) || operation.params.includes(name)
    if (!isKnown || /^x-amz-/i.test(name)) return `query: ${name} would leave`
  }
  const known = new Set([subresource, ...demands.keys(), ...operation.params, ...operation.ignoredParams])
  for (const { name } of query) {
    if (!known.has(name) && !MEANINGLESS.test(name)) return `query: ${name} is not known to ${operation.name}`
    if (known.has(name) && query.filter((pair) => pair.name === name).length > 1) return `query: ${name} comes twice`
  }
  return undefined
}

function faultOfSource({ copySource }: S3Request): string | undefined {
  if (copySource === undefined) return undefined
  const again = parseCopySource(canonicalCopySource(copySource))
  return JSON.stringify(again) === JSON.stringify(copySource) ? undefined : `source: ${JSON.stringify(copySource)}`
}

function faultOfSpelling(request: S3Request, raw: RawRequest): string | undefined {
  const again = read(respelled(request, raw))
  if (!('request' in again)) return `spelling: refused in our own, ${again.refusal.code}`
  const [one, other] = [besidesPath(request), besidesPath(again.request)]
  return one === other ? undefined : `spelling: ${one} became ${other}`
}

function refusedTwice(first: Read, second: Read): Verdict {
  const [one, other] = [first, second].map((each) => ('refusal' in each ? each.refusal : undefined))
  if (one === undefined || one.code !== other?.code) return fault(`unstable: ${one?.code}, then ${other?.code}`)
  return one.status >= 400 && one.status < 500 ? 'refused' : fault(`status: ${one.status} for what the client sent`)
}

/** Throws where a candidate cannot be worked out. */
function faultOfHosts({ signedHostCandidates }: S3Request): string | undefined {
  return [...signedHostCandidates].length === 0 ? 'host: no candidate' : undefined
}

/** The request reader. */
export const REQUEST_TARGET: FuzzTarget = {
  name: 'request',
  share: 40,
  make(random) {
    const text = random.pick(SEEDS) ?? ''
    const forwarded = random.oneIn(10) ? text.replace('\n-\n', '\na-bkt.s3.local\n') : text
    const withHost = random.oneIn(6) ? forwarded.replace('.s3.local', '.eu.s3.local') : forwarded
    return { text: mutated(withHost, random, HEAD_WORDS), variant: 0 }
  },
  check({ text }): Verdict {
    const raw = rawOf(text)
    const [first, second] = [read(raw), read(raw)]
    if ('refusal' in first || 'refusal' in second) return refusedTwice(first, second)
    const { request } = first
    if (meaning(request) !== meaning(second.request)) return fault('unstable: two readings differ')
    const found =
      faultOfHosts(request) ??
      faultOfAddress(request) ??
      faultOfHeaders(request) ??
      faultOfLoss(request) ??
      faultOfQuery(request) ??
      faultOfSource(request) ??
      faultOfSpelling(request, raw)
    return found === undefined ? 'accepted' : fault(found)
  },
}
