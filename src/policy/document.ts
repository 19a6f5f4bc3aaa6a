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

/** One rule of a document: it matches when action, resource, principal and conditions all do. */
export interface Statement {
  readonly sid: string | undefined
  readonly effect: Effect
  readonly action: ActionClause
  readonly resource: ResourceClause
  /** Of resource policies only, which always have one. */
  readonly principal?: PrincipalClause
  /** All must be met. Absent when the statement has none. */
  readonly conditions?: readonly ConditionTest[]
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

/** Whom a statement of a resource policy is about; `NotPrincipal`: everybody else. */
export interface PrincipalClause {
  readonly kind: 'Principal' | 'NotPrincipal'
  readonly members: readonly PrincipalMember[]
}

/** Everybody, or an identity by its kind: `AWS`, `CanonicalUser`, `Service`, `Federated`, as written. */
export interface PrincipalMember {
  readonly type: '*' | 'AWS' | 'CanonicalUser' | 'Service' | 'Federated'
  readonly value: string
}

/** One key under one operator. It is met when a value matches or, for a negated operator, when none does. */
export interface ConditionTest {
  /** In AWS's spelling, with quantifier and suffix: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string
  /** As written. */
  readonly key: string
  /** Numbers and booleans as text. Never empty. */
  readonly values: readonly string[]
}
