import type { Pair } from '../support/wire-requests.ts'
import type { Unsigned } from './carriers.ts'

/** One condition key, in one operation that carries it, in one way in which it comes. */
export interface ConditionRow {
  readonly operation: string
  readonly key: string
  /** The action whose Allow has the condition, without `s3:`. */
  readonly action: string
  readonly carrier: string
  /** The request that carries that value; undefined: none. */
  readonly request: (value: string | undefined) => Unsigned
  /** As it is carried. */
  readonly value: string
  readonly other: string
  /** As the policy writes it, where that differs. */
  readonly written?: string
  /** Default: StringEquals. */
  readonly operator?: string
  /** Whether the action is not even asked for without the value, which then is allowed. */
  readonly asksForAction?: boolean
}

/** A key that has the value of a header. */
export interface HeaderKey
  extends Pick<ConditionRow, 'key' | 'value' | 'other'>,
    Partial<Pick<ConditionRow, 'written' | 'operator'>> {
  readonly header: string
}

const DAY_MS = 86_400_000
/** Some days from now and an hour, so that as many whole days are left while the tests run. */
export const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS + 3_600_000).toISOString()

/** `s3:x-amz-storage-class` is the header `x-amz-storage-class`. */
const plain = (header: string, value: string, other: string): HeaderKey => ({
  key: `s3:${header}`,
  header,
  value,
  other,
})

const GRANTEES = ['id="a"', 'id="b"'] as const
const SSE = 'x-amz-server-side-encryption'

/** What an upload says of the rights on its object, and what a bucket or an ACL does. */
export const ACL_KEYS: readonly HeaderKey[] = [
  plain('x-amz-acl', 'public-read', 'authenticated-read'),
  ...['full-control', 'read', 'read-acp', 'write-acp'].map((grant) => plain(`x-amz-grant-${grant}`, ...GRANTEES)),
]
/** Objects cannot be granted to be written. */
export const GRANT_WRITE: HeaderKey = plain('x-amz-grant-write', ...GRANTEES)

export const TAG_KEYS: readonly HeaderKey[] = [
  { key: 's3:RequestObjectTag/team', header: 'x-amz-tagging', value: 'team=blue', other: 'team=red', written: 'blue' },
  {
    key: 's3:RequestObjectTagKeys',
    header: 'x-amz-tagging',
    value: 'team=blue',
    other: 'colour=blue',
    written: 'team',
    operator: 'ForAnyValue:StringEquals',
  },
]

const [SOON, LATE] = [inDays(10), inDays(20)]
export const RETENTION_KEYS: readonly HeaderKey[] = [
  { ...plain('object-lock-mode', 'GOVERNANCE', 'COMPLIANCE'), header: 'x-amz-object-lock-mode' },
  {
    ...plain('object-lock-retain-until-date', SOON, LATE),
    header: 'x-amz-object-lock-retain-until-date',
    operator: 'DateEquals',
  },
  {
    key: 's3:object-lock-remaining-retention-days',
    header: 'x-amz-object-lock-retain-until-date',
    value: SOON,
    other: LATE,
    written: '10',
    operator: 'NumericEquals',
  },
]
export const HOLD_KEY: HeaderKey = {
  ...plain('object-lock-legal-hold', 'ON', 'OFF'),
  header: 'x-amz-object-lock-legal-hold',
}

/** All of which PutObject, a form, CopyObject and CreateMultipartUpload take. */
export const UPLOAD_KEYS: readonly HeaderKey[] = [
  ...ACL_KEYS,
  ...TAG_KEYS,
  ...RETENTION_KEYS,
  HOLD_KEY,
  plain('x-amz-storage-class', 'STANDARD_IA', 'GLACIER'),
  plain(SSE, 'AES256', 'aws:kms'),
  {
    ...plain(
      `${SSE}-aws-kms-key-id`,
      'arn:aws:kms:eu-test-1:000000000000:key/a',
      'arn:aws:kms:eu-test-1:000000000000:key/b',
    ),
    operator: 'ArnEquals',
  },
  {
    ...plain(`${SSE}-aws-kms-key-id`, 'a', 'b'),
    written: 'arn:aws:kms:eu-test-1:000000000000:key/a',
    operator: 'ArnEquals',
  },
  plain(`${SSE}-customer-algorithm`, 'AES256', 'AES128'),
  plain('x-amz-website-redirect-location', '/here', '/there'),
]

/** Conditions of a write, which no parameter can stand for. */
export const WRITE_CONDITION_KEYS: readonly HeaderKey[] = [
  plain('if-match', '"a"', '"b"'),
  plain('if-none-match', '*', '"b"'),
]

/** What only copies carry. */
export const COPY_SOURCE_KEY: HeaderKey = {
  ...plain('x-amz-copy-source', '/b-bkt/a%20b', 'b-bkt/other'),
  written: 'b-bkt/a b',
}
export const COPY_KEYS: readonly HeaderKey[] = [
  plain('x-amz-metadata-directive', 'COPY', 'REPLACE'),
  plain('x-amz-object-annotation-directive', 'COPY', 'EXCLUDE'),
]

export const CREATION_KEYS: readonly HeaderKey[] = [
  ...ACL_KEYS,
  GRANT_WRITE,
  plain('x-amz-object-ownership', 'ObjectWriter', 'BucketOwnerPreferred'),
  plain('x-amz-bucket-namespace', 'global', 'account-regional'),
]

/** The field of a form for a header; undefined where there is none. */
export function formField(header: string, value: string): Pair | undefined {
  if (header.startsWith('x-amz-grant-')) return undefined
  if (header === 'x-amz-acl') return ['acl', value]
  if (header !== 'x-amz-tagging') return [header, value]
  const [key, text] = value.split('=')
  return ['tagging', `<Tagging><TagSet><Tag><Key>${key}</Key><Value>${text}</Value></Tag></TagSet></Tagging>`]
}
