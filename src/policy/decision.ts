/** The statement that decided: which policy, which Sid, which place in the document. */
export interface MatchedStatement {
  readonly policy: string
  readonly sid: string | undefined
  /** Index of the statement in its policy, from 0. */
  readonly index: number
}

/** The kind of policy in which an Allow is missing. `resource`: for anonymous callers nothing else could have allowed. */
export type MissingAllow = 'identity' | 'boundary' | 'session' | 'resource'

/**
 * What the policies say of one access request.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export type Decision =
  | { readonly effect: 'Allow'; readonly matched: MatchedStatement }
  | { readonly effect: 'ExplicitDeny'; readonly matched: MatchedStatement }
  | { readonly effect: 'ImplicitDeny'; readonly matched: undefined; readonly missing: MissingAllow }
