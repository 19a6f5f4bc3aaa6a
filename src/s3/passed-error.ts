import { isS3ErrorCode, S3_ERRORS, S3Error, type S3ErrorCode, type S3ErrorOptions } from './errors.ts'

/** What of an error that the backend reported may be shown: a code, and always our own words for it. */
export interface PassedError {
  readonly code: string
  readonly message: string
}

// They speak of the master key or the proxy's own request, never of the client's.
const MASTER_KEY_CODES: ReadonlySet<string> = new Set([
  'AccountProblem',
  'AllAccessDisabled',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'CredentialsNotSupported',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidPayer',
  'InvalidSecurity',
  'InvalidToken',
  'MissingSecurityHeader',
  'NotSignedUp',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UserSuspended',
])

const REDIRECT_CODES: ReadonlySet<string> = new Set(['PermanentRedirect', 'Redirect', 'TemporaryRedirect'])

// Other servers' names for what S3 calls otherwise.
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['SlowDownRead', 'SlowDown'],
  ['SlowDownWrite', 'SlowDown'],
])

/** Whether the backend refused the proxy itself: wrong master key, clock or region. */
function isMasterKeyRefusal(code: string): boolean {
  return MASTER_KEY_CODES.has(code)
}

/**
 * The error of a backend as a client may see it. The backend's own text, which can hold its hosts, key ids and strings
 * to sign, never passes; a code that is unknown passes as long as it is a plain word.
 */
export function passedError(backendCode: string): PassedError {
  const code = SYNONYMS.get(backendCode) ?? backendCode
  if (isMasterKeyRefusal(code) || REDIRECT_CODES.has(code)) {
    return { code: 'InternalError', message: S3_ERRORS.InternalError.message }
  }
  if (isS3ErrorCode(code)) return { code, message: S3_ERRORS[code].message }
  if (/^[A-Za-z]{3,64}$/.test(code)) return { code, message: 'The storage backend refused the request.' }
  return { code: 'InternalError', message: S3_ERRORS.InternalError.message }
}

/**
 * The backend refused the proxy itself. The client sees InternalError; whoever logs must be loud, since nothing works
 * until the master key, the clock or the region is put right.
 */
export class MasterKeyRefused extends S3Error {
  constructor(reason: string) {
    super('InternalError', { detail: `the backend refused the master credential: ${reason}` })
  }
}

/**
 * A backend's error as the error that the client gets.
 * @param backendCode content of the backend's `<Code>`
 * @param options what beside the code may pass; `status` is taken for codes that are not in the table of errors, and
 *   where it is a client error in place of the table's
 */
export function passedS3Error(backendCode: string, options: S3ErrorOptions = {}): S3Error {
  if (isMasterKeyRefusal(backendCode)) return new MasterKeyRefused(backendCode)
  const { code, message } = passedError(backendCode)
  const detail = options.detail ?? `backend: ${printable(backendCode)}`
  if (code === 'InternalError' || code === 'SlowDown')
    return new S3Error(code, { ...options, detail, status: S3_ERRORS[code].status })
  const known = isS3ErrorCode(code)
  if (!known && !isClientError(options.status)) return new S3Error('InternalError', { detail })
  const status = isClientError(options.status) || !known ? options.status : S3_ERRORS[code].status
  // A word of the backend's own vocabulary stands outside the table; it is only ever printed.
  return new S3Error(code as S3ErrorCode, { ...options, message, detail, ...(status === undefined ? {} : { status }) })
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 401
}

function printable(text: string): string {
  return text.slice(0, 64).replace(/[^\x20-\x7e]/g, '?')
}
