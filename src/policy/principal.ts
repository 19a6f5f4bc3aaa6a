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
