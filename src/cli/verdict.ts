import type { Config } from '../config/config.ts'
import type { NamedPolicy } from '../config/identities.ts'
import { printableJson } from '../http/printable-json.ts'
import { SERVICE_RESOURCE } from '../policy/arn.ts'
import { shownValues } from '../policy/context.ts'
import type { Decision, MatchedStatement, MissingAllow } from '../policy/decision.ts'
import type { ConditionTest, Statement } from '../policy/document.ts'
import { grantingStatement, literalPattern } from '../policy/granting-statement.ts'
import { policyJson } from '../policy/policy-json.ts'

/** A decision as commands print it in JSON. */
export interface PrintedVerdict {
  readonly decision: Decision['effect']
  readonly matched: { readonly policy: string; readonly sid: string | null; readonly index: number } | null
  readonly missing: PrintedMissing | null
}

/** What no statement allows, and in which kind of policy one is missing. */
export interface PrintedMissing {
  readonly in: MissingAllow
  readonly action: string
  readonly resource: string
  /** The smallest that would do; null where none would. */
  readonly statement: unknown
}

/** What was asked, with the answer. */
export interface Verdict {
  readonly action: string
  readonly resource: string
  /** What a statement would have to name, when that is not the resource itself. */
  readonly pattern?: string
  readonly decision: Decision
}

/** The verdict as JSON has it. */
export function printedVerdict(verdict: Verdict): PrintedVerdict {
  const { action, resource, decision } = verdict
  const { effect, matched } = decision
  const statement = effect === 'ImplicitDeny' ? missingStatement(decision.missing, verdict) : undefined
  return {
    decision: effect,
    matched: matched === undefined ? null : { ...matched, sid: matched.sid ?? null },
    missing:
      effect === 'ImplicitDeny'
        ? {
            in: decision.missing,
            action,
            resource,
            statement: statement === undefined ? null : statementJson(statement),
          }
        : null,
  }
}

/** The smallest statement that is missing in a policy of that kind; undefined where none would do. */
export function missingStatement(kind: MissingAllow, verdict: Verdict): Statement | undefined {
  const { action, resource, pattern, decision } = verdict
  // The policy of a bucket cannot be about all buckets, nor about its creation.
  const isOutOfReach = kind === 'resource' && (resource === SERVICE_RESOURCE || /^s3:CreateBucket$/i.test(action))
  if (kind === 'public_access_block' || isOutOfReach) return undefined
  const access = { action, resource, ...(pattern === undefined ? {} : { pattern }) }
  const conditions = listConditions(action, decision)
  return grantingStatement({ ...access, conditions, caller: kind === 'resource' ? 'anonymous' : 'identity' })
}

/** Where policies ask what is listed, the list that was asked for must not become one of the whole bucket. */
function listConditions(action: string, { context = [] }: Decision): readonly ConditionTest[] {
  const [prefix] = shownValues(context.find(({ key }) => key === 's3:prefix')?.value)
  if (prefix === undefined) return []
  // Of uploads each is asked about with its own key as the prefix.
  return /^s3:ListBucketMultipartUploads$/i.test(action)
    ? [{ operator: 'StringLike', key: 's3:prefix', values: [`${literalPattern(prefix)}*`] }]
    : [{ operator: 'StringEquals', key: 's3:prefix', values: [prefix.replaceAll('$', '${$}')] }]
}

/** One statement as JSON writes it. */
export function statementJson(statement: Statement): unknown {
  const { Statement: statements } = policyJson({ version: '2012-10-17', statements: [statement] })
  return Array.isArray(statements) ? statements[0] : undefined
}

/** The statement that a decision cites, as the configuration has it now; undefined when it is not there. */
export function citedStatement(
  { users, groups, bucketPolicies }: Pick<Config, 'users' | 'groups' | 'bucketPolicies'>,
  userName: string | undefined,
  { policy, index }: MatchedStatement,
): Statement | undefined {
  const user = users.find(({ name }) => name === userName)
  const held: NamedPolicy[] = [
    ...(user?.policies ?? []),
    ...groups.filter(({ name }) => user?.groups.includes(name)).flatMap(({ policies }) => policies),
    ...(user?.boundary === undefined ? [] : [user.boundary]),
    ...bucketPolicies.map(({ bucket, document }) => ({ name: `bucket-policy:${bucket}`, document })),
  ]
  return held.find(({ name }) => name === policy)?.document.statements[index]
}

/** Text of unknown origin as a terminal may show it. */
export function shown(text: string): string {
  return printableJson(JSON.stringify(text)).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\')
}

/** The same for a value in a list of them, where an empty one would not be seen. */
export function shownValue(text: string): string {
  return text === '' ? '""' : shown(text)
}

/** A value as JSON on several lines that a terminal may show. */
export function shownJson(value: unknown): string {
  return printableJson(JSON.stringify(value, undefined, 2))
}
