import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/**
 * What a signing key is good for: one day, one region, one service.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export interface CredentialScope {
  /** `YYYYMMDD`, UTC. */
  readonly date: string
  readonly region: string
  readonly service: string
}

/** The last part of every credential scope. */
export const SCOPE_TERMINATOR = 'aws4_request'

/** `date/region/service/aws4_request`, as it stands in the string to sign. */
export function formatScope(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/${SCOPE_TERMINATOR}`
}

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** Reads `YYYYMMDDTHHMMSSZ` (ISO 8601 basic, UTC). Undefined for another shape or a moment that no calendar has. */
export function parseAmzDate(text: string): Date | undefined {
  const match = AMZ_DATE.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hours, minutes, seconds] = match
  const date = new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
  // Some impossible moments (30 February, 24:00:00) are taken and moved on: they come out as another text.
  return !Number.isNaN(date.getTime()) && formatAmzDate(date) === text ? date : undefined
}

/** Writes `YYYYMMDDTHHMMSSZ` (UTC, whole seconds). */
export function formatAmzDate(date: Date): string {
  const iso = date.toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/**
 * Signing keys by secret and scope. A key costs four HMACs and serves a whole day, so the last used ones are kept.
 * Bounded: where any region is accepted, it is the client who chooses the scope.
 */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>()
  readonly #maxEntries: number
  #newest = ''

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  /** The signing key of that secret for that scope, as a key for HMAC-SHA256. */
  derive(secret: string, scope: CredentialScope): KeyObject {
    // The secret stands last: no part of a scope contains a line feed, so no two pairs share an entry.
    const entry = `${scope.date}\n${scope.region}\n${scope.service}\n${secret}`
    const known = this.#keys.get(entry)
    if (known !== undefined && entry === this.#newest) return known
    if (known !== undefined) this.#keys.delete(entry)
    const key = known ?? deriveSigningKey(secret, scope)
    this.#keys.set(entry, key)
    this.#newest = entry
    if (this.#keys.size > this.#maxEntries) this.#evictOldest()
    return key
  }

  /** Forgets all keys, for instance after the secrets were reloaded. */
  clear(): void {
    this.#keys.clear()
    this.#newest = ''
  }

  get size(): number {
    return this.#keys.size
  }

  #evictOldest(): void {
    const oldest = this.#keys.keys().next()
    if (oldest.done !== true) this.#keys.delete(oldest.value)
  }
}

function deriveSigningKey(secret: string, scope: CredentialScope): KeyObject {
  const day = createHmac('sha256', `AWS4${secret}`).update(scope.date).digest()
  const region = createHmac('sha256', day).update(scope.region).digest()
  const service = createHmac('sha256', region).update(scope.service).digest()
  return createSecretKey(createHmac('sha256', service).update(SCOPE_TERMINATOR).digest())
}
