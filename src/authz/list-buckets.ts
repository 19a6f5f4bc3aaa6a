import { bucketArn, SERVICE_RESOURCE } from '../policy/arn.ts'
import type { ConditionContext } from '../policy/context.ts'
import { evaluate, type PolicySet } from '../policy/evaluate.ts'
import { findKeyGrant, mentionsAny, possibleGrant } from '../policy/reach.ts'
import { OBJECT_ACTIONS } from '../policy/s3-actions.ts'
import type { AccessCheck, Authorized, Decision } from '../proof/stages.ts'
import { AccessDenied } from './access-denied.ts'
import { checkAccess, proveAuthorized } from './check.ts'
import type { Caller } from './circumstances.ts'
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
       * is really allowed, by some request of this caller from where it is; one that is allowed by the crossing of
       * several patterns only may be missing from the list. When no bucket at all is shown, the answer is AccessDenied.
       */
      readonly grantOn: (bucket: string) => AccessCheck | undefined
      /** To throw when no bucket is shown. */
      readonly denied: AccessDenied
    }

/** What the request that a grant is for may say is open: a prefix, a tag. Who asks from where is not. */
const anyRequest: ConditionContext = () => 'unknown'
const noRequest: ConditionContext = () => undefined

const EVERYTHING = { action: 's3:ListAllMyBuckets', resource: SERVICE_RESOURCE, object: undefined }

/**
 * Decides on ListBuckets. With s3:ListAllMyBuckets the list is whole; otherwise it holds the buckets on which
 * s3:ListBucket, s3:GetBucketLocation or any action on an object is allowed. That holds where s3:ListAllMyBuckets is
 * denied, too: a Deny on all but one bucket, as people write it, is a Deny on the list of all and still leaves the one.
 * @throws AccessDenied when no bucket could be shown, before the backend is asked
 */
export function authorizeListBuckets(caller: Caller): BucketListAccess {
  // What a candidate would do shows in the buckets that it would show, not in this one right.
  const { shadow: _, ...everything } = checkAccess(caller, EVERYTHING, noRequest)
  if (everything.decision.effect === 'Allow') return { kind: 'all', authorized: proveAuthorized(caller, [everything]) }
  const denied = new AccessDenied([everything])
  const { principal } = caller.authenticated
  const { grantOn, mayNameBuckets } = bucketListUnder(caller, (bucket) => caller.source.policiesFor(principal, bucket))
  if (!mayNameBuckets()) throw denied
  return { kind: 'some', authorized: proveAuthorized(caller, []), grantOn, denied }
}

/** What some policies let a caller see of the list of buckets. */
export interface BucketListRights {
  /** Of s3:ListAllMyBuckets. */
  readonly everything: Decision
  /** Whether they could show some bucket, were it there. Errs towards yes. */
  readonly mayNameBuckets: () => boolean
  readonly grantOn: (bucket: string) => AccessCheck | undefined
}

/**
 * The rights that the policies give which `policiesOf` says bear on a bucket, or (undefined) on the account. Proves
 * nothing: policies may be asked that are not in force.
 */
export function bucketListUnder(
  caller: Caller,
  policiesOf: (bucket: string | undefined) => PolicySet,
): BucketListRights {
  const { principal } = caller.authenticated
  const ofAccount = policiesOf(undefined)
  const { action, resource } = EVERYTHING
  const context = conditionContext(caller, action, noRequest)
  return {
    everything: evaluate(ofAccount, { principal, action, resource, context }),
    mayNameBuckets() {
      // Callers without a key see nothing; the policies of buckets count for the others.
      const mayBeNamed = principal.type !== 'Anonymous' && caller.source.hasBucketPolicies === true
      return mayBeNamed || mentionsAny(ofAccount, [...BUCKET_ACTIONS, ...OBJECT_ACTIONS])
    },
    grantOn: (bucket) => grantOn(caller, policiesOf(bucket), bucket),
  }
}

function grantOn(caller: Caller, policies: PolicySet, bucket: string): AccessCheck | undefined {
  const { principal } = caller.authenticated
  for (const action of BUCKET_ACTIONS) {
    const context = conditionContext(caller, action, anyRequest)
    const grant = possibleGrant(policies, { principal, context }, { action, resource: bucketArn(bucket) })
    if (grant !== undefined) return grant
  }
  const contextFor = (action: string): ConditionContext => conditionContext(caller, action, anyRequest)
  return findKeyGrant(policies, { principal, bucket, contextFor })
}
