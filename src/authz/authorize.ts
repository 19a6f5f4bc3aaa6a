import type { ConditionContext } from '../policy/context.ts'
import { couldAllow } from '../policy/reach.ts'
import type { Authorized } from '../proof/stages.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import { accessDemands, type AccessDemand, objectTarget } from './access-request.ts'
import { type AskedDemand, askAccess, checkOf, proveAuthorized } from './check.ts'
import { conditionContext } from './context.ts'
import { type ObjectReference, tagsName } from './object-reference.ts'
import { requestContext, type RequestFacts } from './request-context.ts'

/** A request to decide on. */
export type AuthorizationInput = RequestFacts

/** The proof, or the one thing that the policies alone cannot tell. */
export type Authorization =
  | { readonly kind: 'authorized'; readonly authorized: Authorized }
  | TagsDecide
  | {
      /**
       * All is allowed but the copying of tags. Ask the backend whether the source has any (a HEAD, with the client's
       * SSE-C headers for the source), then settle.
       */
      readonly kind: 'source-tags-decide'
      /** The proof for that HEAD: the caller may read the source. */
      readonly mayReadSource: Authorized
      /** @throws AccessDenied when the source has tags */
      readonly settle: (source: 'tagged' | 'untagged') => Authorized
    }

/** Nothing is denied, but something depends on the tags that an object has. Read them at the backend, then settle. */
export interface TagsDecide {
  readonly kind: 'tags-decide'
  readonly object: ObjectReference
  /** The proof for that one question, which the caller never sees the answer of. */
  readonly mayReadTags: Authorized
  /**
   * @param tags none for an object that is not there
   * @throws AccessDenied
   */
  readonly settle: (tags: readonly { readonly key: string; readonly value: string }[]) => Authorization
}

/**
 * Decides on a request: every action that it needs must be allowed on the resource that it touches.
 * @throws AccessDenied, an S3Error that carries all the checks
 */
export function authorize(input: AuthorizationInput): Authorization {
  const { always, ifSourceTagged } = accessDemands(input.request, input.operation, input.facts)
  const asked = askAll(input, always)
  if (asked.some(isRefused)) throw new AccessDenied(asked.map(checkOf))
  const open = tagsDecide(input, asked)
  if (open !== undefined) return open
  const checks = asked.map(checkOf)
  const authorized = proveAuthorized(input, checks)
  if (ifSourceTagged.length === 0) return { kind: 'authorized', authorized }
  const askedOfTags = askAll(input, ifSourceTagged)
  const openOfTags = askedOfTags.some(isRefused) ? undefined : tagsDecide(input, askedOfTags)
  if (openOfTags !== undefined) return openOfTags
  const tagChecks = askedOfTags.map(checkOf)
  if (!tagChecks.some(isDenied)) {
    return { kind: 'authorized', authorized: proveAuthorized(input, [...checks, ...tagChecks]) }
  }
  return {
    kind: 'source-tags-decide',
    mayReadSource: proveAuthorized(input, checks.slice(-1)),
    settle: (source) => (source === 'tagged' ? proveAuthorized(input, [...checks, ...tagChecks]) : authorized),
  }
}

function isRefused({ verdict }: AskedDemand): boolean {
  return verdict.effect === 'ExplicitDeny' || verdict.effect === 'ImplicitDeny'
}

/** The first object whose tags are still to be read. */
function tagsDecide(input: AuthorizationInput, asked: readonly AskedDemand[]): TagsDecide | undefined {
  const known = input.knownTags ?? new Map()
  const object = asked
    .filter(({ verdict }) => verdict.effect === 'Undecided')
    .map(({ demand }) => demand.object)
    .find((each) => each !== undefined && !known.has(tagsName(each)))
  if (object === undefined) return undefined
  return {
    kind: 'tags-decide',
    object,
    mayReadTags: proveAuthorized(input, []),
    settle: (tags) => authorize({ ...input, knownTags: new Map(known).set(tagsName(object), tags) }),
  }
}

/**
 * For operations whose body has a say: refuses callers to whom no body could help, so that only the others are read from.
 * It never stands in for the decision that follows.
 * @throws AccessDenied
 */
export function admitBody(input: AuthorizationInput): void {
  if (input.operation.resource !== 'body') {
    const asked = askAll(input, accessDemands(input.request, input.operation).always)
    if (asked.some(isRefused)) throw new AccessDenied(asked.map(checkOf))
    return
  }
  const bucket = input.request.address.bucket ?? ''
  const { principal } = input.authenticated
  const policies = input.source.policiesFor(principal, bucket)
  const actions = input.operation.actions.flatMap(({ plain, versioned }) => [plain, versioned ?? plain])
  const contextFor = (action: string): ConditionContext => conditionContext(input, action, () => 'unknown')
  if (actions.some((action) => couldAllow(policies, action, { principal, contextFor, bucket }))) return
  // The pattern of all keys taken for a key: not allowed either, and the answer cites what denied it.
  const anyKey = objectTarget({ bucket, key: '*', versionId: undefined })
  const demands = [...new Set(actions)].map((action) => ({ action, ...anyKey }))
  throw new AccessDenied(askAll(input, demands).map(checkOf))
}

function askAll(input: AuthorizationInput, demands: readonly AccessDemand[]): readonly AskedDemand[] {
  return demands.map((demand) => askAccess(input, demand, requestContext(input, demand.object)))
}
