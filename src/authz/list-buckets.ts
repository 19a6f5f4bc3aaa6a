import { bucketArn, SERVICE_RESOURCE } from '../policy/arn.ts'
import { findKeyGrant, mentionsAny } from '../policy/reach.ts'
import { OBJECT_ACTIONS } from '../policy/s3-actions.ts'
import type { AccessCheck, Authorized } from '../proof/stages.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import { type Caller, checkAccess, proveAuthorized } from './check.ts'
import { conditionContext } from './context.ts'

const BUCKET_ACTIONS: readonly string[] = ['s3:ListBucket', 's3:GetBucketLocation']

/** Which buckets a caller gets to see. */
export type BucketListAccess =
  | { readonly kind: 'all'; readonly authorized: Authorized }
  | {
      readonly kind: 'some'
      /** The proof for asking the backend. Its checks are empty: the grants of `grantOn` belong into the audit. */
      readonly authorized: Authorized
      /**
       * The access by which a bucket is shown, or undefined when it is not. A shown bucket is one on which something
       * is really allowed; one that is allowed by the crossing of several patterns only may be missing from the list.
       * When no bucket at all is shown, the answer is AccessDenied.
       */
      readonly grantOn: (bucket: string) => AccessCheck | undefined
      /** To throw when no bucket is shown. */
      readonly denied: AccessDenied
    }

const noParameters = (): undefined => undefined

/**
 * Decides on ListBuckets. With s3:ListAllMyBuckets the list is whole; otherwise it holds the buckets on which
 * s3:ListBucket, s3:GetBucketLocation or any action on an object is allowed. That holds where s3:ListAllMyBuckets is
 * denied, too: a Deny on all but one bucket, as people write it, is a Deny on the list of all and still leaves the one.
 * @throws AccessDenied when no bucket could be shown, before the backend is asked
 */
export function authorizeListBuckets(caller: Caller): BucketListAccess {
  const everything = checkAccess(caller, { action: 's3:ListAllMyBuckets', resource: SERVICE_RESOURCE }, noParameters)
  if (everything.decision.effect === 'Allow') return { kind: 'all', authorized: proveAuthorized(caller, [everything]) }
  const denied = new AccessDenied([everything])
  const policies = caller.source.policiesFor(caller.authenticated.principal)
  if (!mentionsAny(policies, [...BUCKET_ACTIONS, ...OBJECT_ACTIONS])) throw denied
  return { kind: 'some', authorized: proveAuthorized(caller, []), grantOn: (bucket) => grantOn(caller, bucket), denied }
}

function grantOn(caller: Caller, bucket: string): AccessCheck | undefined {
  for (const action of BUCKET_ACTIONS) {
    const check = checkAccess(caller, { action, resource: bucketArn(bucket) }, noParameters)
    if (!isDenied(check)) return check
  }
  const { principal } = caller.authenticated
  const context = conditionContext({ authenticated: caller.authenticated, param: noParameters }, '')
  return findKeyGrant(caller.source.policiesFor(principal), { principal, context, bucket })
}
