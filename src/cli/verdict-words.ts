import type { Config } from '../config/config.ts'
import type { MatchedStatement, MissingAllow } from '../policy/decision.ts'
import { citedStatement, missingStatement, shown, shownJson, statementJson, type Verdict } from './verdict.ts'

/** Whose verdict it is: the user's name; undefined for callers without a key. */
export interface WordsInput {
  readonly config: Pick<Config, 'users' | 'groups' | 'bucketPolicies'>
  readonly user: string | undefined
}

/** The verdict in plain words, whole lines: what decided, and the smallest statement that would change a refusal. */
export function verdictWords(verdict: Verdict, input: WordsInput): string {
  const { action, resource, decision } = verdict
  const what = `${shown(action)} on ${shown(resource)}`
  if (decision.effect === 'Allow') {
    return `Allowed: ${cited(decision.matched)} allows ${what}.\n${statementShown(decision.matched, input)}`
  }
  if (decision.effect === 'ExplicitDeny') {
    return (
      `Denied: ${cited(decision.matched)} denies ${what}.\n${statementShown(decision.matched, input)}` +
      'No Allow outweighs a Deny: only a change of that statement lets this through.\n'
    )
  }
  if (decision.missing === 'public_access_block') return `Denied: ${BLOCKED} ${what}.\n`
  const { holder, place } = PLACES[decision.missing](input.user)
  const statement = missingStatement(decision.missing, verdict)
  const advice =
    statement === undefined
      ? 'None could: it is for users, and no policy of a bucket is about all buckets.\n'
      : `The smallest statement that would, in ${place}:\n${shownJson(statementJson(statement))}\n`
  return `Denied: no statement of ${holder} allows ${what}.\n${advice}`
}

const BLOCKED =
  "the bucket's policy is public, and a public access block (restrict_public_buckets) keeps it from letting in callers" +
  ' without a key, whom it allows'

/** `policy P, statement 0 (Sid Home)`; the index counts from 0. */
function cited({ policy, sid, index }: MatchedStatement): string {
  return `policy ${shown(policy)}, statement ${index}${sid === undefined ? '' : ` (Sid ${shown(sid)})`},`
}

type Place = (user: string | undefined) => { readonly holder: string; readonly place: string }

const PLACES: Readonly<Record<Exclude<MissingAllow, 'public_access_block'>, Place>> = {
  identity: (user) => ({
    holder: `the policies of ${named(user)}`,
    place: `a policy of ${named(user)} or of a group`,
  }),
  identity_and_boundary: (user) => ({
    holder: `the policies of ${named(user)}, nor of its permissions boundary,`,
    place: `a policy of ${named(user)} or of a group, and again in the permissions boundary`,
  }),
  boundary: (user) => ({
    holder: `the permissions boundary of ${named(user)}, though another policy does,`,
    place: 'the permissions boundary',
  }),
  session: () => ({ holder: 'the session policies', place: 'a session policy' }),
  resource: () => ({
    holder: "the bucket's policy, which alone lets in callers without a key,",
    place: "the bucket's policy",
  }),
}

function named(user: string | undefined): string {
  return user === undefined ? 'the caller' : `the user ${shown(user)}`
}

function statementShown(matched: MatchedStatement, { config, user }: WordsInput): string {
  const statement = citedStatement(config, user, matched)
  return statement === undefined ? '' : `${shownJson(statementJson(statement))}\n`
}
