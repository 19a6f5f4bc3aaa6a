import type { Config } from '../config/config.ts'
import type { NamedPolicy } from '../config/identities.ts'
import { statedContext } from '../authz/stated-context.ts'
import { compilePolicy } from '../policy/compile.ts'
import type { ActionClause, PolicyDocument, ResourceClause, Statement } from '../policy/document.ts'
import { evaluate } from '../policy/evaluate.ts'
import type { Principal } from '../policy/principal.ts'

/** Of a statement that allows something, what was never used. */
export interface UnusedGrant {
  readonly policy: string
  readonly sid: string | null
  readonly index: number
  /** Whether none of it was. */
  readonly whole: boolean
  /** The patterns, as written, that no access matched. */
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

interface Access {
  readonly action: string
  readonly resource: string
}

/**
 * What a user's own policies and those of its groups allow and no access made use of. Conditions are left aside: a
 * statement counts as used when its actions and resources were.
 */
export function unusedGrants(
  { users, groups, accountId }: Pick<Config, 'users' | 'groups' | 'accountId'>,
  name: string,
  accesses: readonly Access[],
): readonly UnusedGrant[] {
  const user = users.find((each) => each.name === name)
  if (user === undefined) return []
  const arn = `arn:aws:iam::${accountId}:user/${name}`
  const principal: Principal = { type: 'User', name, arn, accountId, tags: new Map(Object.entries(user.tags)) }
  const ofGroups = groups.filter((group) => user.groups.includes(group.name)).flatMap(({ policies }) => policies)
  return [...new Set([...user.policies, ...ofGroups])].flatMap((policy) => unusedIn(policy, principal, accesses))
}

function unusedIn({ name, document }: NamedPolicy, principal: Principal, accesses: readonly Access[]): UnusedGrant[] {
  return document.statements.flatMap((statement, index): UnusedGrant[] => {
    if (statement.effect !== 'Allow') return []
    const isUsed = (action: ActionClause, resource: ResourceClause): boolean =>
      matchesAny(document, { sid: undefined, effect: 'Allow', action, resource }, { principal, accesses })
    const { action, resource, sid = null } = statement
    const place = { policy: name, sid, index }
    if (!isUsed(action, resource)) {
      return [{ ...place, whole: true, actions: action.patterns, resources: resource.patterns }]
    }
    const actions =
      action.kind === 'NotAction'
        ? []
        : action.patterns.filter((each) => !isUsed({ ...action, patterns: [each] }, resource))
    const resources =
      resource.kind === 'NotResource'
        ? []
        : resource.patterns.filter((each) => !isUsed(action, { ...resource, patterns: [each] }))
    return actions.length + resources.length === 0 ? [] : [{ ...place, whole: false, actions, resources }]
  })
}

function matchesAny(
  { version }: PolicyDocument,
  statement: Statement,
  { principal, accesses }: { readonly principal: Principal; readonly accesses: readonly Access[] },
): boolean {
  const identity = [compilePolicy({ version, statements: [statement] }, 'one statement')]
  const accountId = principal.type === 'User' ? principal.accountId : ''
  const caller = { principal, now: new Date(0), accountId, region: '' }
  return accesses.some(({ action, resource }) => {
    const context = statedContext(caller, action, new Map())
    return evaluate({ identity }, { principal, action, resource, context }).effect === 'Allow'
  })
}
