import type { Principal } from '../policy/principal.ts'
import { isAccessKeyId } from '../sigv4/credential-claim.ts'

/** A long-lived key pair and whom it stands for. */
export interface Credential {
  readonly accessKey: string
  readonly secretKey: string
  readonly principal: Principal
  /** False for a key that was disabled; absent means active. */
  readonly active?: boolean
  /** The key is good while now is before this moment; absent means for ever. */
  readonly notAfter?: Date
}

/** Where secrets come from. May answer at once or later; undefined for a key id that nobody has. */
export interface CredentialProvider {
  find(accessKey: string, signal: AbortSignal): Promise<Credential | undefined> | Credential | undefined
}

/**
 * A provider over a fixed list.
 * @throws RangeError when a key id can never authenticate or is listed twice, or when a secret is empty: whoever knows
 * that could sign. The message names the position in the list and no value.
 */
export function staticCredentials(list: Iterable<Credential>): CredentialProvider {
  const byAccessKey = new Map<string, Credential>()
  let position = 0
  for (const credential of list) {
    const { accessKey, secretKey } = credential
    if (!isAccessKeyId(accessKey)) throw new RangeError(`credential ${position}: not an access key id`)
    if (secretKey === '') throw new RangeError(`credential ${position}: the secret key is empty`)
    if (byAccessKey.has(accessKey)) throw new RangeError(`credential ${position}: the access key id is listed twice`)
    byAccessKey.set(accessKey, credential)
    position++
  }
  return { find: (accessKey) => byAccessKey.get(accessKey) }
}

/** Whether a key may be used at `now`. */
export function isUsable(credential: Credential, now: Date): boolean {
  return credential.active !== false && (credential.notAfter === undefined || now < credential.notAfter)
}
