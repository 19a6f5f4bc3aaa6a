import { objectArn } from '../policy/arn.ts'
import { couldAllow } from '../policy/reach.ts'
import type { AccessCheck, Authorized } from '../proof/stages.ts'
import type { S3Operation } from '../s3/operation.ts'
import type { S3Request } from '../s3/request.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import { accessDemands, type AccessDemand, type BodyFacts } from './access-request.ts'
import { type Caller, checkAccess, proveAuthorized } from './check.ts'

/** A request to decide on. */
export interface AuthorizationInput extends Caller {
  readonly request: S3Request
  readonly operation: S3Operation
  /** What the body says, where that was read already. */
  readonly facts?: BodyFacts
}

/** The proof, or for a copy the one thing that the policies alone cannot tell. */
export type Authorization =
  | { readonly kind: 'authorized'; readonly authorized: Authorized }
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

/**
 * Decides on a request: every action that it needs must be allowed on the resource that it touches.
 * @throws AccessDenied, an S3Error that carries all the checks
 */
export function authorize(input: AuthorizationInput): Authorization {
  const { always, ifSourceTagged } = accessDemands(input.request, input.operation, input.facts)
  const checks = checkAll(input, always)
  const authorized = proveAuthorized(input, checks)
  if (ifSourceTagged.length === 0) return { kind: 'authorized', authorized }
  const tagChecks = checkAll(input, ifSourceTagged)
  if (!tagChecks.some(isDenied)) {
    return { kind: 'authorized', authorized: proveAuthorized(input, [...checks, ...tagChecks]) }
  }
  return {
    kind: 'source-tags-decide',
    mayReadSource: proveAuthorized(input, checks.slice(-1)),
    settle: (source) => (source === 'tagged' ? proveAuthorized(input, [...checks, ...tagChecks]) : authorized),
  }
}

/**
 * For operations whose body decides (CreateBucket, DeleteObjects): refuses callers to whom no body could help, so that
 * only the others are read from. It never stands in for the decision that follows.
 * @throws AccessDenied
 */
export function admitBody(input: AuthorizationInput): void {
  if (input.operation.resource !== 'body') {
    proveAuthorized(input, checkAll(input, accessDemands(input.request, input.operation).always))
    return
  }
  const bucket = input.request.address.bucket ?? ''
  const policies = input.source.policiesFor(input.authenticated.principal)
  const actions = input.operation.actions.flatMap(({ plain, versioned }) => [plain, versioned ?? plain])
  if (actions.some((action) => couldAllow(policies, action, bucket))) return
  // The pattern of all keys taken for a key: not allowed either, and the answer cites what denied it.
  const anyKey = objectArn(bucket, '*')
  throw new AccessDenied(
    checkAll(
      input,
      [...new Set(actions)].map((action) => ({ action, resource: anyKey })),
    ),
  )
}

function checkAll(input: AuthorizationInput, demands: readonly AccessDemand[]): readonly AccessCheck[] {
  return demands.map((demand) => checkAccess(input, demand, (name) => input.request.param(name)))
}
