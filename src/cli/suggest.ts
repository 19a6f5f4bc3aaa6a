import type { Config } from '../config/config.ts'
import { errorCode } from '../config/references.ts'
import { leastPolicy } from '../policy/least-policy.ts'
import { policyJson } from '../policy/policy-json.ts'
import { POLICY_SIZE_LIMITS, policySize } from '../policy/policy-size.ts'
import { type Recorded, recordedAccesses } from './recorded-accesses.ts'
import { type UnusedGrant, unusedGrants } from './unused-grants.ts'
import { shown, shownJson } from './verdict.ts'

/** Whose policy is to be found from which audit file, and where it goes. */
export interface SuggestInput {
  readonly config: Pick<Config, 'file' | 'users' | 'groups' | 'accountId'>
  readonly user: string
  readonly from: string
  readonly format: 'json' | 'words'
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/**
 * `s3-iam-proxy suggest`: prints the least policy that covers what a user did, and on stderr what it was granted and never
 * used. Answers the exit code: 0, 1 when the user did nothing, 2 when there is no such user or file.
 */
export async function suggestCommand(input: SuggestInput): Promise<0 | 1 | 2> {
  const { config, user, from, format, write, writeError } = input
  if (!config.users.some(({ name }) => name === user)) {
    writeError(`${config.file}: there is no user ${JSON.stringify(user)}\n`)
    return 2
  }
  const recorded = await recordedAccesses(from, user).catch((error: unknown) => errorCode(error))
  if (typeof recorded === 'string') {
    writeError(`${from}: the file cannot be read (${recorded})\n`)
    return 2
  }
  if (recorded.accesses.length === 0) {
    writeError(`${from}: has no request of ${shown(user)} that was allowed, so there is nothing to go by\n`)
    return 1
  }
  const policy = policyJson(leastPolicy(recorded.needed))
  const unused = unusedGrants(config, user, recorded.accesses)
  if (format === 'json') {
    write(`${JSON.stringify({ user, requests: recorded.requests, policy, unused })}\n`)
  } else {
    write(`${shownJson(policy)}\n`)
    writeError(remarks(recorded, policy, unused))
  }
  return 0
}

function remarks({ requests }: Recorded, policy: unknown, unused: readonly UnusedGrant[]): string {
  const size = policySize(policy, POLICY_SIZE_LIMITS.any)
  const tooLarge = size === Number.POSITIVE_INFINITY ? 'more than 1 MiB, which does not load' : `${size} bytes`
  const warning =
    size > POLICY_SIZE_LIMITS.managed ? `It has ${tooLarge}: write patterns in place of single keys.\n` : ''
  const lines = unused.map(unusedLine)
  const never = lines.length === 0 ? 'Everything that was granted was used.\n' : `Never used:\n${lines.join('')}`
  return `From ${requests} allowed request${requests === 1 ? '' : 's'}.\n${warning}${never}`
}

function unusedLine({ policy, sid, index, whole, actions, resources }: UnusedGrant): string {
  const place = `policy ${shown(policy)}, statement ${index}${sid === null ? '' : ` (Sid ${shown(sid)})`}`
  if (whole) return `  ${place}: all of it\n`
  const parts = [
    ...(actions.length === 0 ? [] : [`actions ${actions.map(shown).join(', ')}`]),
    ...(resources.length === 0 ? [] : [`resources ${resources.map(shown).join(', ')}`]),
  ]
  return `  ${place}: ${parts.join('; ')}\n`
}
