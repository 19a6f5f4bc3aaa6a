import type { HeaderList } from '../http/headers.ts'
import { trimBlanks } from './canonical-request.ts'
import {
  type AcceptedRegions,
  type ClaimFailure,
  type CredentialClaim,
  malformed,
  parseCredential,
  parseSignedHeaders,
  type Result,
} from './credential-claim.ts'
import { formatAmzDate, parseAmzDate } from './credential-scope.ts'
import { ALGORITHM } from './string-to-sign.ts'

/** What a client claims about its request: nothing here is proved yet. */
export interface ClaimedSignature extends CredentialClaim {
  readonly place: 'header' | 'query'
  /** Amz date of the string to sign; its day is that of the scope. */
  readonly timestamp: string
  /** The moment that `timestamp` names. */
  readonly signedAt: Date
  /** Lower-case names in the order given. */
  readonly signedHeaders: ReadonlySet<string>
  /** As sent; only 64 lower-case hex digits can match. */
  readonly signature: string
  /** For how long a presigned URL asks to be valid; undefined for header authentication. */
  readonly expiresSeconds: number | undefined
  /** The header whose value is the timestamp, in lower case; undefined for a presigned URL. */
  readonly dateHeader: 'x-amz-date' | 'date' | undefined
}

type Components = ReadonlyMap<string, string>

/**
 * Reads `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…` and the request's date.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
 */
export function parseHeaderSignature(
  headers: HeaderList,
  regions: AcceptedRegions,
): Result<ClaimedSignature, ClaimFailure> {
  const components = splitComponents(headers.get('authorization') ?? '')
  const credentialText = components?.get('Credential')
  const signedHeadersText = components?.get('SignedHeaders')
  const signature = components?.get('Signature')
  if (credentialText === undefined || signedHeadersText === undefined || signature === undefined) {
    return malformed('it must consist of Credential, SignedHeaders and Signature')
  }
  const credential = parseCredential(credentialText, regions)
  if (!credential.ok) return credential
  const signedHeaders = parseSignedHeaders(signedHeadersText)
  if (signedHeaders === undefined) return malformed('SignedHeaders must be a list of unique lower-case header names')
  const date = requestDate(headers)
  if (date === undefined) return { ok: false, failure: { reason: 'no-date' } }
  if (!date.timestamp.startsWith(credential.value.scope.date)) {
    return malformed('the date in the Credential is not the day of the request')
  }
  return {
    ok: true,
    value: { place: 'header', ...credential.value, ...date, signedHeaders, signature, expiresSeconds: undefined },
  }
}

/** The three `name=value` parts after the algorithm; undefined when there are others, or one twice. */
function splitComponents(authorization: string): Components | undefined {
  const components = new Map<string, string>()
  const parts = authorization.slice(ALGORITHM.length).split(',')
  if (parts.length !== 3) return undefined
  for (const part of parts) {
    const text = trimBlanks(part)
    const equals = text.indexOf('=')
    if (equals < 0) return undefined
    components.set(text.slice(0, equals), text.slice(equals + 1))
  }
  return components
}

type RequestDate = Pick<ClaimedSignature, 'timestamp' | 'signedAt' | 'dateHeader'>

function requestDate(headers: HeaderList): RequestDate | undefined {
  const amzDate = headers.get('x-amz-date')
  if (amzDate !== undefined) {
    const signedAt = parseAmzDate(amzDate)
    return signedAt === undefined ? undefined : { timestamp: amzDate, signedAt, dateHeader: 'x-amz-date' }
  }
  const date = headers.get('date')
  const signedAt = date === undefined ? undefined : (parseAmzDate(date) ?? parseHttpDate(date))
  return signedAt === undefined ? undefined : { timestamp: formatAmzDate(signedAt), signedAt, dateHeader: 'date' }
}

/** Reads `Fri, 24 May 2013 00:00:00 GMT` (RFC 1123; `+0000` for GMT is seen too). Undefined for anything else. */
export function parseHttpDate(text: string): Date | undefined {
  const gmt = text.endsWith(' +0000') ? `${text.slice(0, -6)} GMT` : text
  const date = new Date(gmt)
  // The parser of Date takes nearly anything; only what it would write itself is meant.
  return !Number.isNaN(date.getTime()) && date.toUTCString() === gmt ? date : undefined
}
