import type { PolicyDocument, PrincipalClause, Statement } from './document.ts'

/** A document as the plain value that JSON writes, in AWS's order of fields; reading it again gives the same document. */
export function policyJson({ version, statements }: PolicyDocument): Readonly<Record<string, unknown>> {
  return { Version: version, Statement: statements.map(statementJson) }
}

function statementJson({ sid, effect, principal, action, resource, conditions }: Statement) {
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    ...(principal === undefined ? {} : { [principal.kind]: principalJson(principal) }),
    [action.kind]: action.patterns,
    [resource.kind]: resource.patterns,
    ...(conditions === undefined ? {} : { Condition: conditionJson(conditions) }),
  }
}

function principalJson({ members }: PrincipalClause): unknown {
  if (members.some(({ type }) => type === '*')) return '*'
  const kinds = Map.groupBy(members, ({ type }) => type)
  return Object.fromEntries(Array.from(kinds, ([type, named]) => [type, named.map(({ value }) => value)]))
}

function conditionJson(conditions: NonNullable<Statement['conditions']>): unknown {
  const operators = Map.groupBy(conditions, ({ operator }) => operator)
  return Object.fromEntries(
    Array.from(operators, ([operator, tests]) => [
      operator,
      Object.fromEntries(tests.map(({ key, values }) => [key, values])),
    ]),
  )
}
