import type { AccessCheck, Authorized } from '../proof/stages.ts'
import type { DeleteTarget } from '../s3/bodies/parse-delete.ts'
import { isDenied } from './access-denied.ts'
import { actionFor, isVersioned, objectTarget } from './access-request.ts'
import type { AuthorizationInput } from './authorize.ts'
import { checkAccess, proveAuthorized } from './check.ts'
import { headerActions } from './header-demands.ts'
import { requestContext } from './request-context.ts'

/** What the policies say of one object that the body names. */
export interface KeyDecision {
  readonly target: DeleteTarget
  readonly outcome: 'allowed' | 'denied'
  readonly checks: readonly AccessCheck[]
}

/** The decisions in the order of the body, and the proof for those that were allowed. */
export interface KeyDecisions {
  readonly keys: readonly KeyDecision[]
  /** Covers the allowed targets and no others. Undefined when there are none: nothing may be sent. */
  readonly authorized: Authorized | undefined
}

/**
 * Decides on each object that a DeleteObjects request names: s3:DeleteObject, or s3:DeleteObjectVersion when the entry
 * names a version, and s3:BypassGovernanceRetention when the header asks for that. None of these actions knows the tags
 * that an object has.
 */
export function decideKeys(input: AuthorizationInput, targets: readonly DeleteTarget[]): KeyDecisions {
  const { request, operation } = input
  const { bucket } = request.address
  if (bucket === undefined) throw new Error(`${operation.name} without a bucket`)
  const more = headerActions(operation.name, request.amz)
  const keys = targets.map((target): KeyDecision => {
    const own = operation.actions.map((action) => actionFor(action, isVersioned(target.versionId)))
    const on = objectTarget({ bucket, key: target.key, versionId: target.versionId })
    const specific = requestContext(input, on.object)
    const checks = [...own, ...more].map((action) => checkAccess(input, { action, ...on }, specific))
    return { target, outcome: checks.some(isDenied) ? 'denied' : 'allowed', checks }
  })
  const allowed = keys.filter((key) => key.outcome === 'allowed').flatMap((key) => key.checks)
  return { keys, authorized: allowed.length === 0 ? undefined : proveAuthorized(input, allowed) }
}
