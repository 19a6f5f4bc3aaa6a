/** An identity as IAM sees it: who a request acts for. */
export type Principal =
  | {
      readonly type: 'User'
      readonly name: string
      /** `arn:aws:iam::ACCOUNT:user/NAME` */
      readonly arn: string
      readonly accountId: string
      readonly tags: ReadonlyMap<string, string>
    }
  | { readonly type: 'Anonymous' }

/** Someone who acts by a role for a while. */
export interface RoleSession {
  readonly type: 'AssumedRole'
  /** Of the session: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` */
  readonly arn: string
  /** `arn:aws:iam::ACCOUNT:role/ROLE` */
  readonly roleArn: string
  readonly accountId: string
}

/** Whoever policies can be asked about. */
export type Caller = Principal | RoleSession

/** `arn:aws:iam::ACCOUNT:root`, which stands for the account. */
export function accountRootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`
}
