import { isS3ErrorCode, S3_ERRORS, type S3Error } from '../s3/errors.ts'

/** Of what a client is told beside the message: what names the part of the request that is at fault. */
const NAMING: ReadonlySet<string> = new Set([
  'ArgumentName',
  'BucketName',
  'Header',
  'HeadersNotSigned',
  'LocationConstraint',
])

/** A client chooses some of these texts. */
const MAX_CHARACTERS = 512

/**
 * What log and audit say of a refusal beyond its code: what is for the log alone, else what the client is told, where that is
 * more than the code says. Codes such as InvalidRequest have many reasons, and the operator did not see the answer.
 */
export function explanation({ code, detail, message, extras }: S3Error): string | undefined {
  if (detail !== undefined) return detail
  const named = extras.filter(([name]) => NAMING.has(name)).map(([name, value]) => `${name} ${value}`)
  const told = isS3ErrorCode(code) && message === S3_ERRORS[code].message ? named : [message, ...named]
  return told.length === 0 ? undefined : told.join('; ').slice(0, MAX_CHARACTERS)
}
