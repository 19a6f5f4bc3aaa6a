import type { Effect, PolicyDocument, PolicyVersion, Statement } from './document.ts'
import { parseActions, parseResources } from './parse-clauses.ts'
import { isRecord, type PolicyPath, type PolicyProblem, Problems, type PlainRecord } from './problems.ts'

/** A document with what is doubtful about it, or everything that is wrong with it. */
export type ParsedPolicy =
  | { readonly document: PolicyDocument; readonly warnings: readonly PolicyProblem[] }
  | { readonly problems: readonly PolicyProblem[] }

const VERSIONS: readonly PolicyVersion[] = ['2012-10-17', '2008-10-17']
const EFFECTS: readonly Effect[] = ['Allow', 'Deny']
const DOCUMENT_FIELDS: readonly string[] = ['Version', 'Statement']
const STATEMENT_FIELDS: readonly string[] = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource']

/** Fields of the language that an identity policy may not have, or that cannot be enforced: never read past. */
const REFUSED_FIELDS: ReadonlyMap<string, string> = new Map([
  ['Principal', 'not allowed in an identity policy'],
  ['NotPrincipal', 'not allowed in an identity policy'],
  ['Condition', 'conditions are not supported yet'],
])

/**
 * Reads an identity policy from a plain value (of JSON or YAML; finding duplicate keys is the reader's part). Whatever
 * is unknown, misspelt or cannot be enforced refuses the document: a statement that silently fell away might be the
 * Deny that mattered.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parseIdentityPolicy(value: unknown): ParsedPolicy {
  const problems = new Problems()
  if (!isRecord(value)) {
    problems.add([], 'must be an object with Version and Statement')
    return { problems: problems.errors }
  }
  refuseUnknownFields(value, DOCUMENT_FIELDS, [], problems)
  const version = parseVersion(value.Version, problems)
  const statements = parseStatements(value.Statement, version, problems)
  if (problems.errors.length > 0) return { problems: problems.errors }
  return { document: { version, statements }, warnings: problems.warnings }
}

function parseVersion(value: unknown, problems: Problems): PolicyVersion {
  if (value === undefined) return '2008-10-17'
  const known = VERSIONS.find((version) => version === value)
  if (known === undefined) problems.add(['Version'], `must be one of ${VERSIONS.join(', ')}`)
  return known ?? '2012-10-17'
}

function parseStatements(value: unknown, version: PolicyVersion, problems: Problems): Statement[] {
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
    return parseStatement(item, { version, path, sids }, problems) ?? []
  })
}

interface StatementPlace {
  readonly version: PolicyVersion
  readonly path: PolicyPath
  /** Those of the statements before. */
  readonly sids: Set<string>
}

function parseStatement(item: PlainRecord, place: StatementPlace, problems: Problems): Statement | undefined {
  refuseUnknownFields(item, STATEMENT_FIELDS, place.path, problems)
  const sid = parseSid(item.Sid, place, problems)
  const effect = EFFECTS.find((known) => known === item.Effect)
  if (effect === undefined) problems.add([...place.path, 'Effect'], `must be ${EFFECTS.join(' or ')}`)
  const action = parseActions(item, place.path, problems)
  const resource = parseResources(item, place.version, place.path, problems)
  if (effect === undefined || action === undefined || resource === undefined) return undefined
  return { sid, effect, action, resource }
}

function parseSid(value: unknown, place: StatementPlace, problems: Problems): string | undefined {
  if (value === undefined) return undefined
  const path = [...place.path, 'Sid']
  if (typeof value !== 'string' || !/^[A-Za-z0-9]*$/.test(value)) {
    problems.add(path, 'must be letters and digits')
    return undefined
  }
  if (place.sids.has(value)) problems.add(path, 'is used by another statement')
  place.sids.add(value)
  return value
}

function refuseUnknownFields(value: PlainRecord, known: readonly string[], path: PolicyPath, problems: Problems): void {
  for (const field of Object.keys(value)) {
    if (known.includes(field)) continue
    const reason = path.length > 0 ? REFUSED_FIELDS.get(field) : undefined
    problems.add([...path, field], reason ?? `unknown field; allowed are ${known.join(', ')} (case matters)`)
  }
}
