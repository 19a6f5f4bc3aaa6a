import { authorize } from '../authz/authorize.ts'
import type { BodyFacts } from '../authz/body-facts.ts'
import { tagsName } from '../authz/object-reference.ts'
import type { Authorized } from '../proof/stages.ts'
import type { Call } from './call.ts'
import { questionOf } from './caller.ts'
import { objectTags } from './object-tags.ts'
import { sourceTags } from './source-tags.ts'

/** A call that may be carried out: with the proof, and with the tags that were read on the way. */
export interface AuthorizedCall {
  readonly call: Call
  readonly authorized: Authorized
}

/**
 * Puts a call to the policies, and to the backend the questions that their answer depends on: each at most once.
 * @param facts what the body says, where that has a say
 * @throws AccessDenied, or S3Error when the backend cannot say
 */
export async function authorizeCall(call: Call, facts?: BodyFacts): Promise<AuthorizedCall> {
  const { record } = call
  const knownTags = new Map(call.knownTags)
  let decided = authorize({ ...questionOf(call), knownTags, ...(facts === undefined ? {} : { facts }) })
  while (decided.kind === 'tags-decide') {
    const tags = await objectTags(call, decided.object, decided.mayReadTags)
    knownTags.set(tagsName(decided.object), tags)
    decided = decided.settle(tags)
  }
  if (decided.kind === 'authorized') {
    record.checks = decided.authorized.checks
    return { call: { ...call, knownTags }, authorized: decided.authorized }
  }
  record.checks = decided.mayReadSource.checks
  const authorized = decided.settle(await sourceTags(call, decided.mayReadSource))
  record.checks = authorized.checks
  return { call: { ...call, knownTags }, authorized }
}
