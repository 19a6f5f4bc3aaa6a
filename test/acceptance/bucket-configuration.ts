import type { AcceptanceCase, BackendName, BucketState, Sent } from './acceptance-case.ts'
import { missingBucket } from './requests.ts'

/** A configuration of a bucket: the query parameter that names it, and a document that is one. */
export interface BucketConfiguration {
  readonly query: string
  readonly document: string
  /** How to set it, where that is not a PUT of the document. */
  readonly set?: Sent
  /** Backends that take a write to a bucket that is not there, by method. */
  readonly lenientOnMissingBucket?: Readonly<Record<string, readonly BackendName[]>>
  /** What the bucket must be. */
  readonly bucket?: BucketState
}

const on = (bucket: BucketState | undefined): Pick<AcceptanceCase, 'bucket'> => (bucket === undefined ? {} : { bucket })

function missing(send: Sent, { lenientOnMissingBucket }: BucketConfiguration): AcceptanceCase {
  return missingBucket(send, { contraryOn: lenientOnMissingBucket?.[send.method] ?? [] })
}

function setting({ query, document, set }: BucketConfiguration): Sent {
  // Some backends demand a digest, even of what is signed.
  return set ?? { method: 'PUT', query, headers: { 'content-md5': '{md5}' }, body: document }
}

/** Reads a configuration that was set, and of a bucket that is not there. */
export function reads(configuration: BucketConfiguration, more: Partial<AcceptanceCase> = {}): AcceptanceCase[] {
  const send = { method: 'GET', query: configuration.query }
  return [
    { name: 'what was set', kind: 'good', ...on(configuration.bucket), given: [setting(configuration)], send, ...more },
    missingBucket(send),
  ]
}

/** Reads where nothing was set: an error on most backends. */
export function readsNothing(
  configuration: Pick<BucketConfiguration, 'query'>,
  more: Partial<AcceptanceCase> = {},
): AcceptanceCase {
  return { name: 'nothing set', kind: 'bad', send: { method: 'GET', query: configuration.query }, ...more }
}

/** Sets a configuration; then documents that are none. */
export function writes(configuration: BucketConfiguration, more: Partial<AcceptanceCase> = {}): AcceptanceCase[] {
  const send = setting(configuration)
  return [
    { name: 'a configuration', kind: 'good', ...on(configuration.bucket), send, ...more },
    {
      name: 'a body that is no XML',
      kind: 'bad',
      ...on(configuration.bucket),
      send: { ...send, body: 'no XML <at all' },
    },
    missing(send, configuration),
  ]
}

/** Deletes a configuration that was set, one that was not, and one of a bucket that is not there. */
export function deletes(configuration: BucketConfiguration, more: Partial<AcceptanceCase> = {}): AcceptanceCase[] {
  const send = { method: 'DELETE', query: configuration.query }
  return [
    { name: 'what was set', kind: 'good', ...on(configuration.bucket), given: [setting(configuration)], send, ...more },
    { name: 'nothing set', kind: 'good', ...on(configuration.bucket), send, ...more },
    missing(send, configuration),
  ]
}
