import type { ContextReading } from './context.ts'

/** The statement that decided: which policy, which Sid, which place in the document. */
export interface MatchedStatement {
  readonly policy: string
  readonly sid: string | undefined
  /** Index of the statement in its policy, from 0. */
  readonly index: number
}

/**
 * The kind of policy in which an Allow is missing. `resource`: for anonymous callers nothing else could have allowed;
 * `public_access_block`: there it is, and is kept from counting for them.
 */
export type MissingAllow =
  | 'identity'
  | 'identity_and_boundary'
  | 'boundary'
  | 'session'
  | 'resource'
  | 'public_access_block'

/** What was looked at on the way. */
interface Consulted {
  /** The condition keys that the evaluation read, with their values; absent when it read none. */
  readonly context?: readonly ContextReading[]
}

/**
 * What the policies say of one access request.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export type Decision = Consulted &
  (
    | { readonly effect: 'Allow'; readonly matched: MatchedStatement }
    | { readonly effect: 'ExplicitDeny'; readonly matched: MatchedStatement }
    | { readonly effect: 'ImplicitDeny'; readonly matched: undefined; readonly missing: MissingAllow }
  )

/** What the policies say as long as the value of a condition key is unknown on which the decision depends. */
export type Undecided = Consulted & {
  readonly effect: 'Undecided'
  /** The Allow that would count if the unknown values are such. */
  readonly matched: MatchedStatement
}
