import type { PrincipalClause } from './document.ts'
import { accountRootArn, type Caller } from './principal.ts'

/**
 * How closely a clause names a caller. `direct`: by its own ARN or as everybody; `role`: by the role that it acts by;
 * `account`: by the account, which delegates the decision to the caller's own policies; `none`: not at all.
 */
export type PrincipalMatch = 'direct' | 'role' | 'account' | 'none'

/** A compiled `Principal` or `NotPrincipal`. */
export interface PrincipalSet {
  readonly negated: boolean
  readonly everybody: boolean
  /** ARNs; accounts as the ARN of their root. Kinds of principals that no caller is are left out. */
  readonly arns: ReadonlySet<string>
}

/** Compiles a clause. */
export function compilePrincipals({ kind, members }: PrincipalClause): PrincipalSet {
  const aws = members.filter(({ type }) => type === 'AWS').map(({ value }) => value)
  return {
    negated: kind === 'NotPrincipal',
    everybody: members.some(({ type }) => type === '*') || aws.includes('*'),
    arns: new Set(aws.filter((value) => value !== '*').map(principalArn)),
  }
}

/** The ARN that a value of `AWS` means: an account is its root, and the partitions are one and the same. */
export function principalArn(value: string): string {
  return /^\d{12}$/.test(value) ? accountRootArn(value) : value.replace(/^arn:aws-(?:cn|us-gov):/, 'arn:aws:')
}

/**
 * How a clause names a caller. A `NotPrincipal` is about everybody whom it does not list with all that the caller is:
 * its ARN, the role behind a session, and the account. One with a permissions boundary it always hits.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function matchPrincipal(set: PrincipalSet, caller: Caller, boundary: 'bounded' | 'unbounded'): PrincipalMatch {
  if (set.negated) return boundary === 'bounded' || !isListed(set, caller) ? 'direct' : 'none'
  if (set.everybody) return 'direct'
  if (caller.type === 'Anonymous') return 'none'
  if (set.arns.has(caller.arn)) return 'direct'
  if (caller.type === 'AssumedRole' && set.arns.has(caller.roleArn)) return 'role'
  return set.arns.has(accountRootArn(caller.accountId)) ? 'account' : 'none'
}

function isListed({ everybody, arns }: PrincipalSet, caller: Caller): boolean {
  if (everybody) return true
  if (caller.type === 'Anonymous') return false
  const isRoleListed = caller.type !== 'AssumedRole' || arns.has(caller.roleArn)
  return isRoleListed && arns.has(caller.arn) && arns.has(accountRootArn(caller.accountId))
}
