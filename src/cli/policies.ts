import type { Config } from '../config/config.ts'
import type { NamedPolicy } from '../config/identities.ts'
import { policyJson } from '../policy/policy-json.ts'

/** Whose policies are asked for, and where the answer goes. */
export interface PoliciesInput {
  readonly config: Pick<Config, 'users' | 'groups' | 'file'>
  readonly user: string
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/**
 * `s3-iam-proxy policies`: prints every statement that a user has, whatever it came from, as policy documents in JSON.
 * Answers the exit code: 0, or 2 when there is no such user.
 */
export function policiesCommand({ config, user: name, write, writeError }: PoliciesInput): 0 | 2 {
  const user = config.users.find((each) => each.name === name)
  if (user === undefined) {
    writeError(`${config.file}: there is no user ${JSON.stringify(name)}\n`)
    return 2
  }
  const ofGroups = config.groups
    .filter((group) => user.groups.includes(group.name))
    .flatMap((group) => group.policies.map((policy) => ({ group: group.name, ...shown(policy) })))
  const answer = {
    user: name,
    policies: [...user.policies.map(shown), ...ofGroups],
    permissions_boundary: user.boundary === undefined ? null : shown(user.boundary),
  }
  write(`${JSON.stringify(answer, undefined, 2)}\n`)
  return 0
}

function shown({ name, document }: NamedPolicy) {
  return { policy: name, document: policyJson(document) }
}
