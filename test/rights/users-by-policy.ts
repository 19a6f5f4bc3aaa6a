import { REGION } from '../support/proxy-in-process.ts'
import type { SigningKey } from '../support/signer.ts'

/** A right on what it is a right on: `['s3:GetObject', 'a-bkt/k']`. */
export type Right = readonly [action: string, on: string]

/** Users of a test, one for each policy that is asked for; all are asked for before the proxy starts. */
export class UsersByPolicy {
  readonly #users = new Map<string, { readonly key: SigningKey; readonly statements: readonly unknown[] }>()

  /** The key of the user who has these statements and nothing else. */
  having(...statements: readonly unknown[]): SigningKey {
    const name = JSON.stringify(statements)
    const known = this.#users.get(name)
    if (known !== undefined) return known.key
    const number = String(this.#users.size).padStart(4, '0')
    const key = { accessKey: `RIGHTSKEY${number}`, secretKey: `rights-secret/${number}`, region: REGION }
    this.#users.set(name, { key, statements })
    return key
  }

  /** The user who has exactly these rights. */
  withExactly(rights: readonly Right[]): SigningKey {
    return this.having(...rights.map(([action, on]) => allow([action], on)))
  }

  /** The user who has everything but that right; the same action on everything else is theirs. */
  withAllBut([action, on]: Right): SigningKey {
    const elsewhere = { Effect: 'Allow', Action: action, NotResource: `arn:aws:s3:::${on}` }
    return this.having({ Effect: 'Allow', NotAction: action, Resource: '*' }, elsewhere)
  }

  /** For the configuration. */
  get configured(): readonly Readonly<Record<string, unknown>>[] {
    return [...this.#users.values()].map(({ key, statements }) => ({
      name: key.accessKey.toLowerCase(),
      access_key: key.accessKey,
      secret_key: key.secretKey,
      inline_policy: { Version: '2012-10-17', Statement: statements },
    }))
  }
}

/** `Allow` of the actions on a bucket or key, by name. */
export function allow(actions: readonly string[], on: string): Readonly<Record<string, unknown>> {
  return { Effect: 'Allow', Action: actions, Resource: `arn:aws:s3:::${on}` }
}
