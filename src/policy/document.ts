/**
 * The policy language as data: what `parse.ts` produces and `compile.ts` consumes.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface PolicyDocument {
  readonly version: PolicyVersion
  readonly statements: readonly Statement[]
}

/** In 2008-10-17, which is also what a document without `Version` means, `${…}` is literal text. */
export type PolicyVersion = '2012-10-17' | '2008-10-17'

/** What a matching statement does; a Deny outweighs every Allow. */
export type Effect = 'Allow' | 'Deny'

/** One rule of a document: it matches when action, resource, principal and condition all do. */
export interface Statement {
  readonly sid: string | undefined
  readonly effect: Effect
  readonly action: ActionClause
  readonly resource: ResourceClause
  /** Of resource policies only. */
  readonly principal?: PrincipalClause
  readonly condition?: ConditionBlock
}

/** Patterns as written, such as `s3:Get*`. `NotAction` matches an action that no pattern matches. */
export interface ActionClause {
  readonly kind: 'Action' | 'NotAction'
  readonly patterns: readonly string[]
}

/** Patterns as written, such as `arn:aws:s3:::bucket/*`. `NotResource` matches a resource that no pattern matches. */
export interface ResourceClause {
  readonly kind: 'Resource' | 'NotResource'
  readonly patterns: readonly string[]
}

/** `"*"`, or values by type (`AWS`, `CanonicalUser`, …). */
interface PrincipalClause {
  readonly kind: 'Principal' | 'NotPrincipal'
  readonly values: '*' | ReadonlyMap<string, readonly string[]>
}

/** Operator → condition key → values, all as written. */
type ConditionBlock = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
