import { conditionMet } from './conditions.ts'
import { globs, type NaiveContext, unitsOf } from './glob.ts'

// The policy language, written to be obviously right. It works on documents as people write them and shares nothing with
// the program: no parser, no matcher, no index.

export interface NaiveStatement {
  readonly Effect: string
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Principal?: unknown
  readonly NotPrincipal?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface NaiveDocument {
  readonly Version?: string
  readonly Statement: NaiveStatement | readonly NaiveStatement[]
}

/** `names`: all ARNs by which the caller can be called, its account's root last; empty for an anonymous one. */
export interface NaiveCaller {
  readonly own: string | undefined
  readonly role: string | undefined
  readonly root: string | undefined
}

export interface NaiveRequest {
  readonly caller: NaiveCaller
  readonly action: string
  readonly resource: string
  readonly context: NaiveContext
}

export interface NaivePolicies {
  readonly identity: readonly NaiveDocument[]
  readonly boundary?: NaiveDocument
  readonly session?: readonly NaiveDocument[]
  readonly resource?: NaiveDocument
}

export type NaiveEffect = 'Allow' | 'ExplicitDeny' | 'ImplicitDeny'

export function naiveEffect(policies: NaivePolicies, request: NaiveRequest): NaiveEffect {
  const { identity, boundary, session, resource } = policies
  const all = [...identity, ...(session ?? []), ...[boundary, resource].filter((document) => document !== undefined)]
  const matches = (documents: readonly NaiveDocument[], effect: string, levels: readonly string[]): boolean =>
    documents.some((document) =>
      statementsOf(document).some(
        (statement) =>
          statement.Effect === effect &&
          levels.includes(principalLevel(statement, request.caller, boundary !== undefined)) &&
          statementMatches(statement, document.Version, request),
      ),
    )
  if (matches(all, 'Deny', ['own', 'role', 'account'])) return 'ExplicitDeny'
  const shared = resource === undefined ? [] : [resource]
  if (matches(shared, 'Allow', ['own'])) return 'Allow'
  const granted = matches(identity, 'Allow', ['own']) || matches(shared, 'Allow', ['role'])
  const bounded = boundary === undefined || matches([boundary], 'Allow', ['own'])
  const inSession = session === undefined || matches(session, 'Allow', ['own'])
  return granted && bounded && inSession ? 'Allow' : 'ImplicitDeny'
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

function statementsOf({ Statement }: NaiveDocument): readonly NaiveStatement[] {
  return 'Effect' in Statement ? [Statement] : Statement
}

function statementMatches(statement: NaiveStatement, version: string | undefined, request: NaiveRequest): boolean {
  const isAction = (pattern: string): boolean =>
    globs(unitsOf(pattern.toLowerCase(), undefined, new Map()) ?? [], request.action.toLowerCase())
  const isResource = (pattern: string): boolean => resourceMatches(pattern, version, request)
  const action =
    statement.Action === undefined
      ? !listOf(statement.NotAction).some(isAction)
      : listOf(statement.Action).some(isAction)
  const resource =
    statement.Resource === undefined
      ? !listOf(statement.NotResource).some(isResource)
      : listOf(statement.Resource).some(isResource)
  return action && resource && conditionMet(statement.Condition ?? {}, version, statement.Effect, request.context)
}

function resourceMatches(pattern: string, version: string | undefined, { resource, context }: NaiveRequest): boolean {
  if (pattern === '*') return true
  const six = (arn: string): string[] => {
    const pieces = arn.split(':')
    return [...pieces.slice(0, 5), pieces.slice(5).join(':')]
  }
  const wanted = six(pattern)
  const aliases = ['aws', 'aws-cn', 'aws-us-gov']
  return six(resource).every((piece, part) => {
    const units = unitsOf(wanted[part] ?? '', part === 5 ? version : undefined, context)
    if (units === undefined) return false
    if (part === 1) return aliases.includes(piece) && aliases.some((alias) => globs(units, alias))
    return globs(units, piece)
  })
}

function principalLevel(statement: NaiveStatement, caller: NaiveCaller, isBounded: boolean): string {
  const { Principal, NotPrincipal } = statement
  if (Principal === undefined && NotPrincipal === undefined) return 'own'
  const names = namesIn(Principal ?? NotPrincipal)
  const isNamed = (name: string | undefined): boolean => name !== undefined && names.includes(name)
  if (NotPrincipal !== undefined) return !isBounded && isSpared(caller, names) ? 'none' : 'own'
  if (names.includes('*') || isNamed(caller.own)) return 'own'
  if (isNamed(caller.role)) return 'role'
  return isNamed(caller.root) ? 'account' : 'none'
}

function isSpared({ own, root, role }: NaiveCaller, names: readonly string[]): boolean {
  if (names.includes('*')) return true
  return own !== undefined && [own, root, role ?? own].every((name) => names.includes(String(name)))
}

function namesIn(value: unknown): readonly string[] {
  if (value === '*') return ['*']
  const names = Reflect.get(Object(value), 'AWS') as string | readonly string[] | undefined
  return listOf(names).map((name) => (/^\d+$/.test(name) ? `arn:aws:iam::${name}:root` : name))
}
