import type { HeaderList } from '../http/headers.ts'
import { S3Error } from './errors.ts'
import { isTime } from './bodies/object-lock.ts'
import type { S3Operation } from './operation.ts'

const anyOf =
  (...values: readonly string[]) =>
  (value: string): boolean =>
    values.includes(value)

const isThere = (value: string): boolean => value !== ''

/**
 * Headers of an upload for which S3 has a closed list of values, or which are not there when they are empty. Backends read
 * some of them without case, or take an empty one for none, where conditions see another value, or any.
 */
const VALUES: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['x-amz-metadata-directive', anyOf('COPY', 'REPLACE')],
  ['x-amz-tagging-directive', anyOf('COPY', 'REPLACE')],
  ['x-amz-object-lock-mode', anyOf('GOVERNANCE', 'COMPLIANCE')],
  ['x-amz-object-lock-legal-hold', anyOf('ON', 'OFF')],
  ['x-amz-object-lock-retain-until-date', isTime],
  ['x-amz-server-side-encryption', anyOf('AES256', 'aws:kms', 'aws:kms:dsse', 'aws:fsx', 'aws:backup')],
  ['x-amz-server-side-encryption-aws-kms-key-id', isThere],
  ['x-amz-server-side-encryption-customer-algorithm', anyOf('AES256')],
  ['x-amz-storage-class', isThere],
])

/** What of a request is looked at. */
export interface SentHeaders {
  readonly amz: ReadonlyMap<string, string>
  readonly headers: HeaderList
}

/**
 * The refusal that S3 has for a value of a header which the operation takes. `If-None-Match` of a write may only be `*`:
 * with an ETag it would let what is there be overwritten. An empty condition asks nothing of some backends.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function valueRefusal(operation: S3Operation, { amz, headers }: SentHeaders): S3Error | undefined {
  for (const name of operation.requestHeaders) {
    const value = amz.get(name)
    if (value !== undefined && VALUES.get(name)?.(value) === false) return unknownValue(name)
  }
  const isRead = operation.method === 'GET' || operation.method === 'HEAD'
  const condition = (name: string): string | undefined =>
    isRead || !operation.requestHeaders.includes(name) ? undefined : headers.get(name)?.trim()
  if (condition('if-match') === '') return unknownValue('If-Match')
  if ((condition('if-none-match') ?? '*') === '*') return undefined
  return new S3Error('NotImplemented', {
    message: 'If-None-Match of a write must be *.',
    extras: [['Header', 'If-None-Match']],
  })
}

function unknownValue(header: string): S3Error {
  return new S3Error('InvalidArgument', {
    message: 'A header has a value that S3 does not know.',
    extras: [['ArgumentName', header]],
  })
}
