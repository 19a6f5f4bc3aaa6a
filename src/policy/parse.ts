import type { Effect, PolicyDocument, PolicyVersion, Statement } from './document.ts'
import { lintStatement } from './lint.ts'
import { parseActions, parseResources } from './parse-clauses.ts'
import { parseConditions } from './parse-conditions.ts'
import { parsePrincipals } from './parse-principals.ts'
import { POLICY_SIZE_LIMITS, policySize } from './policy-size.ts'
import { fieldOf, isRecord, type PlainRecord, type PolicyPath, type PolicyProblem, Problems } from './problems.ts'
import type { PolicyKind, StatementPlace } from './statement-place.ts'

/** A document with what is doubtful about it, or everything that is wrong with it. */
export type ParsedPolicy =
  | {
      readonly document: PolicyDocument
      readonly warnings: readonly PolicyProblem[]
      /** In bytes, as JSON without blanks. */
      readonly size: number
    }
  | { readonly problems: readonly PolicyProblem[] }

const VERSIONS: readonly PolicyVersion[] = ['2012-10-17', '2008-10-17']
const EFFECTS: readonly Effect[] = ['Allow', 'Deny']
const STATEMENT_FIELDS: readonly string[] = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]
const IDENTITY: PolicyKind = { type: 'identity' }

/**
 * Reads an identity policy from a plain value (of JSON or YAML; finding duplicate keys is the reader's part). Whatever
 * is unknown, misspelt or cannot be enforced refuses the document: a statement that silently fell away might be the
 * Deny that mattered.
 * @param sizeLimit in bytes; a larger document, up to 1 MiB, has a warning
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parseIdentityPolicy(value: unknown, sizeLimit: number = POLICY_SIZE_LIMITS.managed): ParsedPolicy {
  const problems = new Problems()
  const size = policySize(value, POLICY_SIZE_LIMITS.any)
  if (size === Number.POSITIVE_INFINITY) problems.add([], 'is larger than 1 MiB, or nested too deeply')
  else if (size > sizeLimit) problems.warn([], `has ${size} bytes; AWS allows ${sizeLimit}`)
  return parseDocument(value, IDENTITY, size, problems)
}

/** What a bucket's policy is checked against. */
export interface BucketPolicyChecks {
  /** Whether there is an identity with that ARN (`arn:aws:iam::ACCOUNT:root` for an account). Default: any there is. */
  readonly knowsPrincipal?: (arn: string) => boolean
}

/**
 * Reads the policy of a bucket from a plain value, with the checks that S3 makes: every statement names principals that
 * exist, resources of this bucket, and actions that apply to them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
 */
export function parseBucketPolicy(value: unknown, bucket: string, checks: BucketPolicyChecks = {}): ParsedPolicy {
  const problems = new Problems()
  const size = policySize(value, POLICY_SIZE_LIMITS.bucket)
  if (size === Number.POSITIVE_INFINITY) problems.add([], `is larger than ${POLICY_SIZE_LIMITS.bucket} bytes`)
  const { knowsPrincipal = () => true } = checks
  return parseDocument(value, { type: 'bucket', bucket, knowsPrincipal }, size, problems)
}

function parseDocument(value: unknown, kind: PolicyKind, size: number, problems: Problems): ParsedPolicy {
  if (problems.errors.length > 0) return { problems: problems.errors }
  if (!isRecord(value)) {
    problems.add([], 'must be an object with Version and Statement')
    return { problems: problems.errors }
  }
  const isBucket = kind.type === 'bucket'
  refuseUnknownFields(value, isBucket ? ['Version', 'Id', 'Statement'] : ['Version', 'Statement'], [], problems)
  const id = fieldOf(value, 'Id')
  if (isBucket && id !== undefined && typeof id !== 'string') problems.add(['Id'], 'must be a string')
  const version = parseVersion(fieldOf(value, 'Version'), problems)
  const statements = parseStatements(fieldOf(value, 'Statement'), { kind, version, problems })
  if (problems.errors.length > 0) return { problems: problems.errors }
  return { document: { version, statements }, warnings: problems.warnings, size }
}

function parseVersion(value: unknown, problems: Problems): PolicyVersion {
  if (value === undefined) return '2008-10-17'
  const known = VERSIONS.find((version) => version === value)
  if (known === undefined) problems.add(['Version'], `must be one of ${VERSIONS.join(', ')}`)
  return known ?? '2012-10-17'
}

type DocumentPlace = Pick<StatementPlace, 'kind' | 'version' | 'problems'>

function parseStatements(value: unknown, place: DocumentPlace): Statement[] {
  const { problems } = place
  const single = isRecord(value)
  if (!single && (!Array.isArray(value) || value.length === 0)) {
    problems.add(['Statement'], 'must be a statement or a list of at least one')
    return []
  }
  const items: readonly unknown[] = single ? [value] : value
  const sids = new Set<string>()
  return items.flatMap((item, index) => {
    const path = single ? ['Statement'] : ['Statement', index]
    if (!isRecord(item)) {
      problems.add(path, 'must be an object')
      return []
    }
    const sid = parseSid(fieldOf(item, 'Sid'), { ...place, path, sids })
    return parseStatement(item, sid, { ...place, path }) ?? []
  })
}

function parseStatement(
  item: PlainRecord,
  sid: string | undefined,
  outer: DocumentPlace & { readonly path: PolicyPath },
): Statement | undefined {
  const { path, problems, kind } = outer
  const fields = kind.type === 'bucket' ? [...STATEMENT_FIELDS, 'Principal', 'NotPrincipal'] : STATEMENT_FIELDS
  refuseUnknownFields(item, fields, path, problems)
  const effect = EFFECTS.find((known) => known === fieldOf(item, 'Effect'))
  if (effect === undefined) problems.add([...path, 'Effect'], `must be ${EFFECTS.join(' or ')}`)
  const place: StatementPlace = { ...outer, effect: effect ?? 'Deny' }
  const action = parseActions(item, place)
  const resource = parseResources(item, place)
  const principal = kind.type === 'bucket' ? parsePrincipals(item, kind, place) : undefined
  const conditions = parseConditions(fieldOf(item, 'Condition'), action, place)
  if (effect === undefined || action === undefined || resource === undefined) return undefined
  const statement: Statement = {
    sid,
    effect,
    action,
    resource,
    ...(principal === undefined ? {} : { principal }),
    ...(conditions.length === 0 ? {} : { conditions }),
  }
  lintStatement(statement, place)
  return statement
}

function parseSid(
  value: unknown,
  { path, sids, kind, problems }: DocumentPlace & { readonly path: PolicyPath; readonly sids: Set<string> },
): string | undefined {
  // Tools write an empty one into every statement.
  if (value === undefined || value === '') return undefined
  const at = [...path, 'Sid']
  const isBucket = kind.type === 'bucket'
  if (typeof value !== 'string' || !(isBucket ? /^[A-Za-z0-9 ]*$/ : /^[A-Za-z0-9]*$/).test(value)) {
    problems.add(at, isBucket ? 'must be letters, digits and blanks' : 'must be letters and digits')
    return undefined
  }
  if (sids.has(value)) problems.add(at, 'is used by another statement')
  sids.add(value)
  return value
}

function refuseUnknownFields(value: PlainRecord, known: readonly string[], path: PolicyPath, problems: Problems): void {
  for (const field of Object.keys(value)) {
    if (known.includes(field)) continue
    const isPrincipal = path.length > 0 && (field === 'Principal' || field === 'NotPrincipal')
    problems.add(
      [...path, field],
      isPrincipal
        ? 'not allowed in an identity policy'
        : `unknown field; allowed are ${known.join(', ')} (case matters)`,
    )
  }
}
