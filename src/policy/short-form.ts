import { READING, REMOVING, WRITING } from './canned-policies.ts'
import type { PolicyDocument, Statement } from './document.ts'

/** What an entry of the short form may grant. */
export const SHORT_FORM_ACCESS = ['read', 'write', 'readwrite', 'list'] as const

/** One of them. */
export type ShortFormAccess = (typeof SHORT_FORM_ACCESS)[number]

/** One entry: a bucket, or what in it begins with a prefix. Both are literal text. */
export interface ShortFormEntry {
  readonly name: string
  /** Empty: the whole bucket. */
  readonly prefix: string
  readonly access: ShortFormAccess
}

const OBJECT_ACTIONS: Readonly<Record<ShortFormAccess, readonly string[]>> = {
  read: READING,
  write: WRITING,
  readwrite: [...READING, ...WRITING, ...REMOVING],
  list: [],
}

const LISTING_ACTIONS: Readonly<Record<ShortFormAccess, readonly string[]>> = {
  read: ['ListBucket', 'ListBucketVersions'],
  write: [],
  readwrite: ['ListBucket', 'ListBucketVersions', 'ListBucketMultipartUploads'],
  list: ['ListBucket', 'ListBucketVersions'],
}

/** Whether a text stands for itself in a policy: without wildcards and variables. */
export function isLiteral(text: string): boolean {
  return !/[*?$]/.test(text)
}

/**
 * The document that `buckets: [{name, prefix, access}]` means: the object actions on the keys with the prefix, listing
 * with that prefix, and the bucket's location.
 * @throws RangeError for a name or prefix that is not literal
 */
export function shortFormPolicy(entries: readonly ShortFormEntry[]): PolicyDocument {
  return { version: '2012-10-17', statements: entries.flatMap(statementsOf) }
}

function statementsOf({ name, prefix, access }: ShortFormEntry): readonly Statement[] {
  if (!isLiteral(name) || !isLiteral(prefix)) throw new RangeError('bucket and prefix are literal texts')
  const bucket = `arn:aws:s3:::${name}`
  const listing = allow(LISTING_ACTIONS[access], bucket)
  const condition = { operator: 'StringLike', key: 's3:prefix', values: [prefix, `${prefix}*`] }
  return [
    ...allow(OBJECT_ACTIONS[access], `${bucket}/${prefix}*`),
    ...(prefix === '' ? listing : listing.map((statement) => ({ ...statement, conditions: [condition] }))),
    ...allow(['GetBucketLocation'], bucket),
  ]
}

function allow(names: readonly string[], resource: string): readonly Statement[] {
  if (names.length === 0) return []
  return [
    {
      sid: undefined,
      effect: 'Allow',
      action: { kind: 'Action', patterns: names.map((name) => `s3:${name}`) },
      resource: { kind: 'Resource', patterns: [resource] },
    },
  ]
}
